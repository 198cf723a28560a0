import { scaleLinear, type ScaleLinear } from 'd3-scale'
import { itemAt } from '../../../../../shared/present'
import { html, type Html } from '../html'

/** Room round the plot, in units of the drawing. */
const MARGIN = { top: 12, right: 20, bottom: 40, left: 54 } as const

/** What a figure draws in. */
export interface PlotArea {
  readonly x: ScaleLinear<number, number>
  readonly y: ScaleLinear<number, number>
}

/** A figure with two axes. */
export interface PlotOptions {
  /** Name of the figure, for those who do not see it. */
  readonly title: string
  readonly width: number
  readonly height: number
  readonly xDomain: readonly [number, number]
  readonly yDomain: readonly [number, number]
  readonly xLabel: string
  readonly yLabel: string
  /** Number of an axis mark in words. */
  readonly formatX?: (value: number) => string
  readonly formatY?: (value: number) => string
  /** Only marks that are whole. */
  readonly isXWhole?: boolean
}

/** Axes, grid and labels round what a figure draws. */
export function drawPlot(options: PlotOptions, draw: (area: PlotArea) => Html): Html {
  const { width, height, title, xDomain, yDomain, xLabel, yLabel } = options
  const right = width - MARGIN.right
  const bottom = height - MARGIN.bottom
  const x = scaleLinear(xDomain, [MARGIN.left, right])
  const y = scaleLinear(yDomain, [bottom, MARGIN.top])
  const { formatX = String, formatY = String, isXWhole = false } = options
  const xTicks = x.ticks(Math.max(2, Math.floor(width / 70)))
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
    <g class="grid">
      ${y.ticks(5).map((tick) => html`<path d="M${MARGIN.left} ${round(y(tick))}H${right}" />`)}
    </g>
    <g class="axis">
      ${y
        .ticks(5)
        .map(
          (tick) =>
            html`<text x="${MARGIN.left - 8}" y="${round(y(tick))}" dy="0.35em" text-anchor="end"
              >${formatY(tick)}</text
            >`,
        )}${xTicks
        .filter((tick) => !isXWhole || Number.isInteger(tick))
        .map(
          (tick) =>
            html`<path d="M${round(x(tick))} ${bottom}v4" /><text
                x="${round(x(tick))}"
                y="${bottom + 17}"
                text-anchor="middle"
                >${formatX(tick)}</text
              >`,
        )}
      <path d="M${MARGIN.left} ${bottom}H${right}" />
    </g>
    ${draw({ x, y })}
    <text class="label" x="${(MARGIN.left + right) / 2}" y="${height - 5}" text-anchor="middle">
      ${xLabel}
    </text>
    <text
      class="label"
      transform="rotate(-90)"
      x="${-(MARGIN.top + bottom) / 2}"
      y="13"
      text-anchor="middle"
    >
      ${yLabel}
    </text>
  </svg>`
}

/** A line through points; those without a value are left out of it. */
export function drawLine(
  { x, y }: PlotArea,
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  className: string,
): Html {
  let path = ''
  let isDown = false
  for (let index = 0; index < xs.length; index++) {
    const [px, py] = [x(itemAt(xs, index)), y(itemAt(ys, index))]
    if (Number.isFinite(px) && Number.isFinite(py)) {
      path += `${isDown ? 'L' : 'M'}${round(px)} ${round(py)}`
      isDown = true
    } else isDown = false
  }
  return html`<path class="line ${className}" d="${path}" />`
}

/** A coordinate to a tenth of a unit: what is finer is not seen. */
export function round(value: number): number {
  return Math.round(value * 10) / 10
}
