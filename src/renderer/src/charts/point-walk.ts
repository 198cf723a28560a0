import type { Span } from './decimate'

/** How a figure's cursor goes along its x axis, all in units of that axis. */
export interface PointWalk {
  /** Name of what takes the keys: "Loss plot: arrows move the cursor". */
  readonly name: string
  /** What is shown of the axis. */
  readonly span: Span
  /** Where the cursor is; null where there is none. */
  readonly cursor: number | null
  /** Where the arrows begin when there is no cursor. */
  readonly start: number
  /** How far an arrow goes, and one with Shift. */
  readonly step: number
  readonly leap: number
  readonly moveTo: (x: number | null) => void
  /** For figures that can be zoomed: all of the axis, and what takes another part of it. */
  readonly zoom?: { readonly all: Span; readonly show: (view: Span | null) => void }
}

/** Arrows move the cursor; where there is a zoom, + and - zoom around it and 0 shows all. */
export function walkByKey(event: KeyboardEvent, walk: PointWalk): void {
  const { span, cursor, start, step, leap, zoom } = walk
  const at = cursor ?? start
  if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
    const by = (event.key === 'ArrowLeft' ? -1 : 1) * (event.shiftKey ? leap : step)
    walk.moveTo(Math.min(span.max, Math.max(span.min, at + by)))
  } else if (zoom === undefined) return
  else if (event.key === '+' || event.key === '=') {
    zoom.show({ min: at - (at - span.min) / 2, max: at + (span.max - at) / 2 })
  } else if (event.key === '-') {
    const min = Math.max(zoom.all.min, at - (at - span.min) * 2)
    const max = Math.min(zoom.all.max, at + (span.max - at) * 2)
    zoom.show(min <= zoom.all.min && max >= zoom.all.max ? null : { min, max })
  } else if (event.key === '0') zoom.show(null)
  else return
  event.preventDefault()
}

/** Accessible name of the plot of training curves. */
export const nameCurvePlot = (label: string, canOpen = false): string =>
  `${label} plot: arrows move the cursor, plus and minus zoom, 0 shows all${canOpen ? ', Enter opens the checkpoint at the cursor' : ''}`

/** How training curves are walked along and zoomed. */
export function walkCurves(
  label: string,
  span: Span,
  cursor: number | null,
  moveTo: (x: number | null) => void,
  zoom: Required<PointWalk>['zoom'],
): PointWalk {
  const wide = span.max - span.min
  return {
    name: nameCurvePlot(label),
    span,
    cursor,
    start: span.max,
    step: 0.01 * wide,
    leap: 0.1 * wide,
    moveTo,
    zoom,
  }
}
