import type { Window } from './crop-picture'
import type { RgbPicture } from './types'

/** Weights are whole numbers of this many bits, so that sums are exact and the same everywhere. */
const WEIGHT_BITS = 14
const WEIGHT_ONE = 1 << WEIGHT_BITS
const WEIGHT_HALF = WEIGHT_ONE >> 1

/** For each output pixel, the source pixels that it is made of. */
interface Taps {
  readonly first: Int32Array
  /** Taps of an output pixel; shorter ones are filled up with weight 0. */
  readonly count: number
  /** `[outputs, count]`, each row sums to WEIGHT_ONE. */
  readonly weights: Int32Array
}

/**
 * Writes a square window of a picture as it is at another scale, without making the whole of it:
 * for scale jitter (section 3.1), where every picture is cut at its own S from one cached decoding
 * at the largest.
 *
 * Bilinear with the support of the larger scale, the rule of the decoder's rescaling.
 *
 * @param target - `[..., side, side, 3]`; written from `offset` on
 * @param window - in pixels of the picture at `width` x `height`
 */
export function resampleWindow(
  target: Uint8Array,
  offset: number,
  picture: RgbPicture,
  { width, height }: { readonly width: number; readonly height: number },
  window: Window,
): void {
  const { left, top, side, flip } = window
  const columns = createTaps(picture.width, width, left, side)
  const rows = createTaps(picture.height, height, top, side)
  const firstRow = rows.first[0] ?? 0
  const lastRow = Math.min(picture.height, (rows.first[side - 1] ?? 0) + rows.count)
  const rowLength = side * 3

  const squeezed = new Uint8Array((lastRow - firstRow) * rowLength)
  for (let row = firstRow; row < lastRow; row++) {
    const from = row * picture.width * 3
    squeezeRow(squeezed, (row - firstRow) * rowLength, picture.pixels, from, columns, side, flip)
  }
  const sums = new Int32Array(rowLength)
  for (let y = 0; y < side; y++) {
    sums.fill(WEIGHT_HALF)
    for (let tap = 0; tap < rows.count; tap++) {
      const weight = rows.weights[y * rows.count + tap] ?? 0
      if (weight === 0) continue
      const from = ((rows.first[y] ?? 0) + tap - firstRow) * rowLength
      for (let i = 0; i < rowLength; i++) {
        sums[i] = (sums[i] ?? 0) + weight * (squeezed[from + i] ?? 0)
      }
    }
    const to = offset + y * rowLength
    for (let i = 0; i < rowLength; i++) target[to + i] = (sums[i] ?? 0) >> WEIGHT_BITS
  }
}

function squeezeRow(
  target: Uint8Array,
  offset: number,
  pixels: Uint8Array,
  from: number,
  { first, count, weights }: Taps,
  side: number,
  flip: boolean,
): void {
  for (let x = 0; x < side; x++) {
    let red = WEIGHT_HALF
    let green = WEIGHT_HALF
    let blue = WEIGHT_HALF
    let at = from + (first[x] ?? 0) * 3
    const end = (x + 1) * count
    for (let tap = x * count; tap < end; tap++, at += 3) {
      const weight = weights[tap] ?? 0
      red += weight * (pixels[at] ?? 0)
      green += weight * (pixels[at + 1] ?? 0)
      blue += weight * (pixels[at + 2] ?? 0)
    }
    const to = offset + (flip ? side - 1 - x : x) * 3
    target[to] = red >> WEIGHT_BITS
    target[to + 1] = green >> WEIGHT_BITS
    target[to + 2] = blue >> WEIGHT_BITS
  }
}

/** Triangle weights along one side, for `outputs` pixels from `start` of a side scaled to `to`. */
function createTaps(from: number, to: number, start: number, outputs: number): Taps {
  const factor = from / to
  const support = Math.max(1, factor)
  const count = Math.min(from, Math.ceil(support * 2) + 1)
  const first = new Int32Array(outputs)
  const weights = new Int32Array(outputs * count)
  const raw = new Float64Array(count)
  for (let output = 0; output < outputs; output++) {
    const centre = (start + output + 0.5) * factor
    // Never beyond the edge: there the weights of what is left are scaled up.
    const begin = Math.max(0, Math.min(from - count, Math.floor(centre - support)))
    first[output] = begin
    let sum = 0
    for (let tap = 0; tap < count; tap++) {
      raw[tap] = Math.max(0, 1 - Math.abs(begin + tap + 0.5 - centre) / support)
      sum += raw[tap] ?? 0
    }
    let left = WEIGHT_ONE
    let largest = 0
    for (let tap = 0; tap < count; tap++) {
      const weight = Math.round(((raw[tap] ?? 0) / sum) * WEIGHT_ONE)
      weights[output * count + tap] = weight
      left -= weight
      if ((raw[tap] ?? 0) > (raw[largest] ?? 0)) largest = tap
    }
    // What rounding leaves goes to the largest, so that a flat area stays flat.
    weights[output * count + largest] = (weights[output * count + largest] ?? 0) + left
  }
  return { first, count, weights }
}
