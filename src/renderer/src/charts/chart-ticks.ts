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

/**
 * Marks of the y axis of training curves, at most about `most`: round numbers; on a logarithmic scale powers
 * of ten, with 2 and 5 or with 3 between them where they are few.
 */
export function listTicksY(
  scale: ScaleLinear<number, number> | ScaleLogarithmic<number, number>,
  most: number,
): number[] {
  const room = Math.max(2, Math.floor(most))
  if (!('base' in scale)) return scale.ticks(room)
  const [low = 1, high = 10] = scale.domain()
  const startWith = (...digits: number[]): number[] =>
    listPowers(low, high).flatMap((exponent) =>
      digits
        .map((digit) => Number(`${digit}e${exponent}`))
        .filter((value) => value >= low && value <= high),
    )
  const powers = startWith(1)
  if (powers.length >= 3) {
    const every = Math.ceil(powers.length / room)
    // Counted from the lowest, which is never left out.
    return powers.filter((_, index) => index % every === 0)
  }
  const finer = [startWith(1, 2, 5), startWith(1, 3)].find(
    (ticks) => ticks.length >= 2 && ticks.length <= room,
  )
  return finer ?? scaleLinear([low, high], [0, 1]).ticks(Math.min(4, room))
}

/** Exponents of the powers of ten from below a value to above another. */
function listPowers(low: number, high: number): number[] {
  const first = exponentOf(low)
  return Array.from({ length: exponentOf(high) - first + 1 }, (_, index) => first + index)
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
