/** Most runs whose curves are laid over each other: each has a colour and a mark of its own. */
export const MAX_COMPARED = 10

/** The marks on the lines of compared runs, as paths around 0, 0 within 4 units. */
const MARKS: readonly { readonly name: string; readonly path: string }[] = [
  { name: 'circle', path: 'M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z' },
  { name: 'square', path: 'M-3 -3h6v6h-6z' },
  { name: 'triangle', path: 'M0 -4 3.8 3h-7.6z' },
  { name: 'diamond', path: 'M0 -4.2 4 0 0 4.2 -4 0z' },
  { name: 'cross', path: 'M-3.2 -3.2 3.2 3.2M3.2 -3.2 -3.2 3.2' },
  { name: 'plus', path: 'M0 -4V4M-4 0H4' },
  { name: 'triangle down', path: 'M0 4 3.8 -3h-7.6z' },
  { name: 'bar', path: 'M-1.2 -4h2.4v8h-2.4z' },
  { name: 'star', path: 'M0 -4V4M-3.5 -2 3.5 2M3.5 -2 -3.5 2' },
  { name: 'arrow', path: 'M-3.5 -4 3.5 0 -3.5 4' },
]

/** How the n-th of the compared runs is drawn. */
export interface RunStyle {
  /** A CSS colour. */
  readonly color: string
  /** In words, for those who do not see it. */
  readonly mark: string
  readonly path: string
}

/** Colour and mark of the run at a place of the comparison, from 0. */
export function styleOfRun(place: number): RunStyle {
  const at = place % MAX_COMPARED
  const { name = '', path = '' } = MARKS[at] ?? {}
  return { color: `var(--series-${at + 1})`, mark: name, path }
}
