import { scaleLog } from 'd3-scale'
import uPlot from 'uplot'
import { TIME_STEPS, WHOLE_STEPS, labelX, labelY } from './axis-labels'
import { MARGIN } from './chart-axes'
import { listTicksY } from './chart-ticks'
import type { CurveMetric, XAxis } from './curve-data'
import type { RangedFrame } from './curve-range'
import type { Span } from './decimate'
import { fade, type FigureColors } from './figure-colors'
import { formatLearningRate } from '../lib/words/format-training'

/** uPlot's scale distributions; its enum exists as a type alone. */
const LINEAR = 1
const LOGARITHMIC = 3

/** Between the labels of two drops of the rate, in pixels. */
const LABEL_GAP = 6
/** Room for a label of the y axis, in pixels. */
const LABEL_HEIGHT = 22
/** How far from a mark a click still means it. */
const REACH = 12
/** A press that moves further is a drag. */
const STILL = 4
/** Distance of the marks of outliers, and their size. */
const ABOVE_SPACING = 9
const ABOVE_SIZE = 4

/** What decides how a plot is made; a change needs a new one. */
export interface CurvePlotSetup {
  readonly host: HTMLElement
  readonly metric: CurveMetric
  readonly axis: XAxis
  readonly isLog: boolean
  readonly colors: FigureColors
  /** Figures of one key share their cursor. */
  readonly syncKey: string
  /** A part that was dragged over; null for all. */
  readonly onzoom: (view: Span | null) => void
  /** The mark of a validation was clicked, at that x. */
  readonly onpick: (x: number) => void
  /** x under the cursor, or null when it left. */
  readonly oncursor: (x: number | null) => void
}

/** The drawing of one figure, on uPlot. Frames come from outside, one per animation frame. */
export class CurvePlot {
  readonly #plot: uPlot
  readonly #setup: CurvePlotSetup
  #frame: RangedFrame = {
    rows: [[], [], [], []],
    drops: [],
    span: { min: 0, max: 1 },
    range: [0, 1],
    above: [],
    limit: null,
  }

  constructor(setup: CurvePlotSetup) {
    this.#setup = setup
    this.#plot = new uPlot(this.#options(), this.#frame.rows, setup.host)
    this.#pickByClicks(this.#plot)
  }

  /** Width of the plotting area in device pixels: what to decimate to. */
  get columns(): number {
    return this.#plot.bbox.width
  }

  show(frame: RangedFrame): void {
    this.#frame = frame
    this.#plot.setData(frame.rows)
  }

  resize(width: number, height: number): void {
    if (width !== this.#plot.width || height !== this.#plot.height) {
      this.#plot.setSize({ width, height })
    }
  }

  /** Puts the cursor on an x, as the pointer would; null takes it away. */
  moveCursor(x: number | null): void {
    const left = x === null ? -10 : this.#plot.valToPos(x, 'x')
    this.#plot.setCursor({ left, top: x === null ? -10 : this.#plot.over.clientHeight / 2 })
  }

  destroy(): void {
    this.#plot.destroy()
  }

  #options(): uPlot.Options {
    const { metric, axis, isLog, colors, syncKey } = this.#setup
    const { host } = this.#setup
    const line = { spanGaps: true, points: { show: false } }
    const grid = { stroke: colors.grid, width: 1 }
    const ticks = { stroke: colors.grid, width: 1, size: 4 }
    const labels = { stroke: colors.muted, font: colors.font, grid, ticks }
    return {
      width: Math.max(50, host.clientWidth),
      height: Math.max(50, host.clientHeight),
      padding: [16, axis === 'seconds' ? 28 : MARGIN.right, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false },
        sync: { key: syncKey },
        bind: {
          dblclick: () => () => {
            this.#setup.onzoom(null)
            return null
          },
        },
      },
      scales: {
        x: { time: false, range: () => [this.#frame.span.min, this.#frame.span.max] },
        y: {
          // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- a const enum of a .d.ts has no value to import
          distr: isLog ? LOGARITHMIC : LINEAR,
          range: () => [...this.#frame.range],
        },
      },
      axes: [
        {
          ...labels,
          size: 26,
          gap: 4,
          space: axis === 'seconds' ? 84 : 64,
          ...(axis === 'epoch' ? {} : { incrs: axis === 'seconds' ? TIME_STEPS : WHOLE_STEPS }),
          values: (_, splits) => splits.map((value) => labelX(axis, value)),
        },
        {
          ...labels,
          size: MARGIN.left,
          gap: 4,
          space: 28,
          ...(isLog && {
            splits: (plot) => this.#listDecades(plot),
            filter: (_, splits) => splits,
          }),
          values: (_, splits) =>
            splits.map((value: number | null) => (value === null ? '' : labelY(metric, value))),
        },
      ],
      series: [
        {},
        { ...line, stroke: fade(colors.train, 0.35), width: 1 },
        { ...line, stroke: colors.train, width: 1.75 },
        {
          spanGaps: true,
          stroke: colors.validation,
          width: 1.5,
          dash: [6, 4],
          points: {
            show: true,
            size: 7,
            width: 1.5,
            stroke: colors.validation,
            fill: colors.background,
          },
        },
      ],
      hooks: {
        setSelect: [(plot) => this.#zoomToSelection(plot)],
        setCursor: [(plot) => this.#tellCursor(plot)],
        draw: [(plot) => this.#drawDrops(plot), (plot) => this.#drawAbove(plot)],
      },
    }
  }

  #zoomToSelection(plot: uPlot): void {
    const { left, width } = plot.select
    if (width < 4) return
    const min = plot.posToVal(left, 'x')
    const max = plot.posToVal(left + width, 'x')
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
    this.#setup.onzoom({ min, max })
  }

  #tellCursor(plot: uPlot): void {
    const { left } = plot.cursor
    this.#setup.oncursor(left === undefined || left < 0 ? null : plot.posToVal(left, 'x'))
  }

  /** The library's own marks of a logarithmic axis begin at its end, whatever number that is. */
  #listDecades(plot: uPlot): number[] {
    const height = plot.bbox.height / devicePixelRatio
    return listTicksY(scaleLog(this.#frame.range, [0, 1]), height / LABEL_HEIGHT)
  }

  #pickByClicks({ over }: uPlot): void {
    let pressed = { x: 0, y: 0 }
    over.addEventListener('mousedown', ({ clientX: x, clientY: y }) => (pressed = { x, y }))
    over.addEventListener('mousemove', (event) => {
      over.style.cursor = this.#findMark(event) === null ? '' : 'pointer'
    })
    over.addEventListener('click', (event) => {
      if (Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > STILL) return
      const x = this.#findMark(event)
      if (x !== null) this.#setup.onpick(x)
    })
  }

  /** x of the validation whose mark is at the pointer; null where there is none. */
  #findMark({ clientX, clientY }: MouseEvent): number | null {
    const plot = this.#plot
    const box = plot.over.getBoundingClientRect()
    const [xs, , , validation] = this.#frame.rows
    let nearest: number | null = null
    let least = REACH
    validation?.forEach((value, index) => {
      const x = xs[index]
      if (value === null || x === undefined) return
      const right = plot.valToPos(x, 'x') - (clientX - box.left)
      const down = plot.valToPos(value, 'y') - (clientY - box.top)
      if (Math.hypot(right, down) > least) return
      least = Math.hypot(right, down)
      nearest = x
    })
    return nearest
  }

  /** Triangles at the top where points lie above it. */
  #drawAbove(plot: uPlot): void {
    const { ctx, bbox } = plot
    const size = ABOVE_SIZE * devicePixelRatio
    const top = bbox.top + devicePixelRatio
    let next = -Infinity
    ctx.save()
    ctx.fillStyle = this.#setup.colors.train
    for (const value of this.#frame.above) {
      const x = plot.valToPos(value, 'x', true)
      if (x < next) continue
      next = x + ABOVE_SPACING * devicePixelRatio
      ctx.beginPath()
      ctx.moveTo(x, top)
      ctx.lineTo(x + size, top + 1.6 * size)
      ctx.lineTo(x - size, top + 1.6 * size)
      ctx.fill()
    }
    ctx.restore()
  }

  /** Dotted lines where the learning rate fell, with the new rate at the top. */
  #drawDrops(plot: uPlot): void {
    const { ctx, bbox } = plot
    const { colors } = this.#setup
    const { min, max } = this.#frame.span
    const ratio = devicePixelRatio
    ctx.save()
    ctx.strokeStyle = colors.mark
    ctx.fillStyle = colors.muted
    ctx.lineWidth = ratio
    ctx.setLineDash([2 * ratio, 3 * ratio])
    ctx.font = colors.font.replace(/^\d+/, (size) => String(Number(size) * ratio))
    ctx.textBaseline = 'bottom'
    ctx.textAlign = 'left'
    let free = -Infinity
    for (const drop of this.#frame.drops) {
      if (drop.x < min || drop.x > max) continue
      const x = Math.round(plot.valToPos(drop.x, 'x', true)) + 0.5
      ctx.beginPath()
      ctx.moveTo(x, bbox.top)
      ctx.lineTo(x, bbox.top + bbox.height)
      ctx.stroke()
      const text = `lr ${formatLearningRate(drop.learningRate)}`
      const { width } = ctx.measureText(text)
      const begin = bbox.left + bbox.width - x < width ? x - width : x
      // A label that would cover the one before it is left out; its line stays.
      if (begin < free) continue
      free = begin + width + LABEL_GAP * ratio
      ctx.fillText(text, begin, bbox.top - ratio)
    }
    ctx.restore()
  }
}
