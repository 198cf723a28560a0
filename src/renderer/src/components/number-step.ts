import type { NumberParameter } from '../../../shared/spec'

/**
 * The value that an arrow key gives: a whole number moves by its step, any other number
 * by one unit of its leading digit, so that 0.01 goes to 0.02 and 0.25 to 0.3.
 */
export function stepNumber(parameter: NumberParameter, value: number, direction: 1 | -1): number {
  if (!Number.isFinite(value)) return parameter.default
  if (parameter.isOdd) return stepOdd(parameter, value, direction)
  const unit =
    parameter.kind === 'integer' ? (parameter.arrowStep ?? 1) : leadingUnit(value, direction)
  // Onto the grid of the unit first: 0.25 steps to 0.3, not to 0.35.
  const steps = value / unit
  const next = direction > 0 ? Math.floor(steps + 1e-9) + 1 : Math.ceil(steps - 1e-9) - 1
  const clean = Number((next * unit).toPrecision(12))
  return Math.min(parameter.max, Math.max(parameter.min, clean))
}

/** The next odd number up or down. */
function stepOdd({ min, max }: NumberParameter, value: number, direction: 1 | -1): number {
  const next =
    direction > 0 ? Math.floor((value + 1) / 2) * 2 + 1 : Math.ceil((value - 1) / 2) * 2 - 1
  return Math.min(max, Math.max(min, next))
}

/** Power of ten of the leading digit; going down from a power of ten, the one below it. */
function leadingUnit(value: number, direction: 1 | -1): number {
  if (value === 0) return 0.1
  const power = Math.floor(Math.log10(Math.abs(value)) + 1e-9)
  const unit = 10 ** power
  const isPower = Math.abs(value / unit - 1) < 1e-9
  return direction < 0 && isPower ? unit / 10 : unit
}
