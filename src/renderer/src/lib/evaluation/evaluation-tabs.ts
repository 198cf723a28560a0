/** The tabs of Evaluate, in order. */
export const EVALUATION_TABS = [
  { value: 'setup', label: 'Set up' },
  { value: 'numbers', label: 'Numbers' },
  { value: 'confusion', label: 'Confusion' },
  { value: 'calibration', label: 'Calibration' },
  { value: 'curves', label: 'Curves' },
  { value: 'pictures', label: 'Pictures' },
  { value: 'compare', label: 'Compare' },
  { value: 'paper', label: 'Paper' },
  { value: 'features', label: 'Features' },
  { value: 'epochs', label: 'Log' },
] as const

export type EvaluationTab = (typeof EVALUATION_TABS)[number]['value']
