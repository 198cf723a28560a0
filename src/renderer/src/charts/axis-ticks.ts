import { TIME_STEPS, WHOLE_STEPS } from './axis-labels'
import type { XAxis } from './curve-data'
import type { Span } from './decimate'

/** Round numbers inside a span, at most `most` of them. */
export function listTicks({ min, max }: Span, most: number): number[] {
  const rough = (max - min) / Math.max(1, most)
  if (!(rough > 0) || !Number.isFinite(rough)) return [min]
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((size) => size >= rough)
  return multiplesOf(step ?? 10 * power, { min, max })
}

/** Ticks of an x axis: whole steps, round times. */
export function listTicksX(axis: XAxis, span: Span, most: number): number[] {
  if (axis === 'epoch') return listTicks(span, most)
  const rough = (span.max - span.min) / Math.max(1, most)
  const sizes = axis === 'seconds' ? TIME_STEPS : WHOLE_STEPS
  const step = sizes.find((size) => size >= rough)
  return step === undefined ? listTicks(span, most) : multiplesOf(step, span)
}

/** Powers of ten inside a span; with 2 and 5 between them where there are few, or round numbers. */
export function listTicksLog(span: Span): number[] {
  const decades: number[] = []
  const first = Math.floor(Math.log10(span.min))
  for (let power = first; power <= Math.ceil(Math.log10(span.max)); power++) {
    decades.push(10 ** power)
  }
  const inside = (values: number[]): number[] =>
    values.filter((value) => value >= span.min && value <= span.max)
  const powers = inside(decades)
  if (powers.length >= 3) return powers
  const finer = inside(decades.flatMap((power) => [power, 2 * power, 5 * power]))
  return finer.length >= 2 ? finer : listTicks(span, 4)
}

function multiplesOf(step: number, { min, max }: Span): number[] {
  const first = Math.ceil(min / step - 1e-9)
  const last = Math.floor(max / step + 1e-9)
  // The product, not a sum: thirds of a tenth would add up.
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  )
}
