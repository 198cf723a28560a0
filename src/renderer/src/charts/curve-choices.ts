/** How curves are shown, for a `Segmented`. */
export const X_AXES = [
  { value: 'step', label: 'Step' },
  { value: 'epoch', label: 'Epoch' },
  { value: 'seconds', label: 'Time' },
] as const

export const LOSS_SCALES = [
  { value: 'linear', label: 'Linear' },
  { value: 'log', label: 'Log' },
] as const

export const ACCURACIES = [
  { value: 'top1', label: 'Top-1' },
  { value: 'top5', label: 'Top-5' },
] as const
