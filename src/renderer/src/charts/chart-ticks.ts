import { scaleLinear, scaleLog, type ScaleLinear, type ScaleLogarithmic } from 'd3-scale'
import { TIME_STEPS } from './axis-labels'
import type { XAxis } from './curve-data'

const MOST_DECADES = 7
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** Marks of the x axis of training curves, at most about `most`: whole steps, epochs, round times. */
export function listTicksX(
  axis: XAxis,
  scale: ScaleLinear<number, number>,
  most: number,
): number[] {
  const [min = 0, max = 1] = scale.domain()
  if (axis === 'seconds') {
    const step = TIME_STEPS.find((size) => size >= (max - min) / Math.max(1, most))
    if (step !== undefined) return listMultiples(step, min, max)
  }
  const ticks = scale.ticks(Math.max(1, most))
  return axis === 'step' ? ticks.filter(Number.isInteger) : ticks
}

/** Marks of the y axis of training curves: round numbers; on a logarithmic scale powers of ten, with 2 and 5 between them where they are few. */
export function listTicksY(
  scale: ScaleLinear<number, number> | ScaleLogarithmic<number, number>,
  most: number,
): number[] {
  if (!('base' in scale)) return scale.ticks(Math.max(1, most))
  const all = scale.ticks(8)
  const startWith = (...digits: number[]): number[] =>
    all.filter((value) => digits.some((digit) => value === Number(`${digit}e${exponentOf(value)}`)))
  const powers = startWith(1)
  if (powers.length >= 3) return powers
  const finer = startWith(1, 2, 5)
  return finer.length >= 2 ? finer : scaleLinear(scale.domain(), [0, 1]).ticks(4)
}

/** A logarithmic scale of whole decades round all values, from 1 or below; zeros sit at its bottom, infinities at its top. */
export function scaleDecades(values: readonly (number | null)[]): ScaleLogarithmic<number, number> {
  const finite = values.filter(
    (value): value is number => value !== null && value > 0 && value < Infinity,
  )
  const low = Math.min(1, ...finite)
  const high = Math.max(low * (1 + 1e-9), ...finite)
  return scaleLog([low, high], [0, 1]).nice().clamp(true)
}

/** The powers of ten that are marked on a scale of whole decades: not more than have room. */
export function listDecades(scale: ScaleLogarithmic<number, number>): number[] {
  const [low = 1, high = 10] = scale.domain()
  return scale.ticks(Math.min(MOST_DECADES, Math.round(Math.log10(high / low))))
}

/** A power of ten: 10⁻³. */
export const labelPower = (value: number): string =>
  `10${String(exponentOf(value))
    .replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)] ?? '')
    .replace('-', '⁻')}`

const exponentOf = (value: number): number => Math.floor(Math.log10(value) + 1e-9)

function listMultiples(step: number, min: number, max: number): number[] {
  const first = Math.ceil(min / step - 1e-9)
  const last = Math.floor(max / step + 1e-9)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) =>
    // The product, not a sum: thirds of a tenth would add up.
    Number(((first + index) * step).toPrecision(12)),
  )
}
