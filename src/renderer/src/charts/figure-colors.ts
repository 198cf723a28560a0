/** Colours and font of a figure, read from the design tokens so that themes hold in canvases too. */
export interface FigureColors {
  readonly text: string
  readonly muted: string
  readonly background: string
  readonly grid: string
  readonly mark: string
  readonly train: string
  readonly validation: string
  /** CSS font shorthand of the labels. */
  readonly font: string
}

/** Reads the tokens as they hold at an element now. */
export function readFigureColors(element: Element): FigureColors {
  const style = getComputedStyle(element)
  const token = (name: string): string => style.getPropertyValue(name).trim()
  const rootPx = parseFloat(getComputedStyle(document.documentElement).fontSize)
  return {
    text: token('--text'),
    muted: token('--text-muted'),
    background: token('--bg-panel'),
    grid: token('--grid'),
    mark: token('--mark'),
    train: token('--series-train'),
    validation: token('--series-validation'),
    font: `${Math.round(rootPx * 0.75)}px ${style.fontFamily}`,
  }
}

/** The same colour, partly see-through: #rrggbb with an alpha of 0..1. */
export function fade(color: string, alpha: number): string {
  const byte = Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0')
  return /^#[0-9a-f]{6}$/i.test(color) ? `${color}${byte}` : color
}
