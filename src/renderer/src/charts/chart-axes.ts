/** A mark on an axis. */
export interface ChartTick {
  /** Along the axis, in pixels from its beginning. */
  readonly at: number
  readonly label: string
  /** Which part of the label stands at the mark; its middle when left out. */
  readonly anchor?: 'start' | 'middle' | 'end'
}

/** A scale that the frame lays over the length of an axis; those of d3-scale are. */
export interface ChartScale {
  copy(): this
  range(range: [number, number]): this
}

/** One axis of a plot. */
export interface ChartAxis<Scale> {
  readonly scale: Scale
  /** The marks for a scale that has been laid over the axis, by its length in pixels. */
  readonly ticks?: (scale: Scale, lengthPx: number) => readonly ChartTick[]
  /** Name of the x axis, with its unit. */
  readonly title?: string
  /** Without lines through the plot, the x axis is drawn as a line itself. */
  readonly hasGrid?: boolean
  /** Long labels of an x axis hang aslant below their marks. */
  readonly isSlanted?: boolean
}

/** A plot with its axes; a figure has one, or several side by side. */
export interface ChartPlot<X, Y> {
  readonly title?: string
  /** Behind the title, or in its place: what the y axis shows. */
  readonly note?: string
  readonly x: ChartAxis<X>
  readonly y: ChartAxis<Y>
}

/** Where a figure draws: the scales give pixels from the upper left corner of the plot. */
export interface ChartArea<X, Y> {
  readonly x: X
  readonly y: Y
  readonly width: number
  readonly height: number
}

/** Room around a plot, in pixels. */
export const MARGIN = {
  /** With the labels of a y axis, and without. */
  left: 48,
  bare: 12,
  right: 16,
  top: 8,
  titled: 26,
  /** With the labels of an x axis, with its title as well, and with slanted labels. */
  bottom: 24,
  named: 40,
  slanted: 60,
} as const

/**
 * Marks at some values of a scale.
 * @param scale - gives pixels; values that it does not know have no mark
 */
export function placeTicks<Value>(
  scale: (value: Value) => number | undefined,
  values: readonly Value[],
  label: (value: Value) => string,
): ChartTick[] {
  return values.flatMap((value) => {
    const at = scale(value)
    return at === undefined ? [] : [{ at, label: label(value) }]
  })
}

/** Lays the plots of a figure side by side; each with the pixel of its left edge. */
export function layPlots<X extends ChartScale, Y extends ChartScale>(
  plots: readonly ChartPlot<X, Y>[],
  outer: { readonly width: number; readonly height: number },
  room: { readonly top?: number | undefined; readonly right?: number | undefined } = {},
): (ChartArea<X, Y> & {
  readonly plot: ChartPlot<X, Y>
  readonly left: number
  readonly top: number
})[] {
  const cell = outer.width / Math.max(1, plots.length)
  const { right = MARGIN.right } = room
  return plots.map((plot, index) => {
    const hasHead = plot.title !== undefined || plot.note !== undefined
    const top = room.top ?? (hasHead ? MARGIN.titled : MARGIN.top)
    const left = plot.y.ticks === undefined ? MARGIN.bare : MARGIN.left
    const named = plot.x.title === undefined ? MARGIN.bottom : MARGIN.named
    const bottom = plot.x.isSlanted === true ? MARGIN.slanted : named
    const width = Math.max(60, cell - left - right)
    const height = Math.max(24, outer.height - top - bottom)
    return {
      plot,
      left: index * cell + left,
      top,
      width,
      height,
      x: plot.x.scale.copy().range([0, width]),
      y: plot.y.scale.copy().range([height, 0]),
    }
  })
}
