import type { MatrixInk } from './draw-matrix'
import type { Rgb } from './matrix-cells'

const DIMMED: Readonly<Record<'light' | 'dark', Rgb>> = {
  light: [214, 217, 220],
  dark: [58, 64, 70],
}

/** Reads the page's tokens as they hold in a theme. */
export function readMatrixInk(element: Element, theme: 'light' | 'dark'): MatrixInk {
  const style = getComputedStyle(element)
  const token = (name: string): string => style.getPropertyValue(name).trim()
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize)
  return {
    text: token('--text'),
    border: token('--border-strong'),
    dimmed: DIMMED[theme],
    font: `${Math.round(rem * 0.6875 * 100) / 100}px ${style.fontFamily}`,
  }
}
