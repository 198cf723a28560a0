import type { PixelWindow } from './crop-picture'
import { present } from '../../../../shared/present'
import type { RgbPicture } from '../types'

/**
 * Weights are whole numbers of 8 bits, so that sums are the same everywhere and a byte times a
 * weight fits 16: one multiplication then does for two bytes of a word.
 */
const WEIGHT_BITS = 8
const WEIGHT_ONE = 1 << WEIGHT_BITS
const WEIGHT_HALF = WEIGHT_ONE >> 1
/** The first and the third byte of a word, each with room for a byte more. */
const EVEN_BYTES = 0x00ff00ff
const ODD_BYTES = 0xff00ff00
/** {@link WEIGHT_HALF} for two bytes. */
const HALVES = WEIGHT_HALF * 0x10001
/** Taps that are taken together: as many as shrinking to a half, section 3.1's 512 to 256, needs. */
const MIN_TAPS = 4

/** For each output pixel, the source pixels that it is made of. */
interface Taps {
  readonly first: Int32Array
  /** Taps of an output pixel, {@link MIN_TAPS} or more; filled up with weight 0. */
  readonly count: number
  /** `[outputs, count]`, each row sums to WEIGHT_ONE. */
  readonly weights: Int32Array
}

/** Four pixels or channels at once, at any offset: a row of RGB rarely begins at a word. */
interface Words {
  readonly view: DataView
  /** Bytes before the first. */
  readonly from: number
  /** Bytes from one tap to the next. */
  readonly stride: number
}

/** One row of the picture at the other scale, before its columns are; kept for the next call. */
let rowWords = new Uint32Array(0)

/**
 * Writes a square window of a picture as it is at another scale, without making the whole of it:
 * for scale jitter (section 3.1), where every picture is cut at its own S from one cached decoding
 * at the largest.
 *
 * Bilinear with the support of the larger scale (antialiased), the rule of the decoder's rescaling;
 * within a level or two of exact arithmetic, as each of its two passes is rounded to bytes.
 *
 * @param target - `[..., side, side, 3]`; written from `offset` on
 * @param picture - of at least 4 x 4 pixels
 * @param window - in pixels of the picture at `width` x `height`
 */
export function resampleWindow(
  target: Uint8Array,
  offset: number,
  picture: RgbPicture,
  { width, height }: { readonly width: number; readonly height: number },
  window: PixelWindow,
): void {
  const { left, top, side, flip } = window
  const { pixels } = picture
  const columns = createTaps(picture.width, width, left, side)
  const rows = createTaps(picture.height, height, top, side)
  const firstColumn = present(columns.first[0])
  const bytes = (present(columns.first[side - 1]) + columns.count - firstColumn) * 3
  const stride = picture.width * 3

  // Reading the last pixel as a word goes a byte beyond it.
  const length = (bytes >> 2) + 2
  if (rowWords.length < length) rowWords = new Uint32Array(length)
  const row = rowWords
  const rowView = new DataView(row.buffer)
  const view = new DataView(pixels.buffer, pixels.byteOffset, pixels.byteLength)
  for (let y = 0; y < side; y++) {
    const from = present(rows.first[y]) * stride + firstColumn * 3
    blendRows(row, bytes, { view, from, stride }, rows, y)
    const to = offset + y * side * 3
    blendColumns(target, to, rowView, firstColumn, columns, side, flip)
  }
}

/** One output row's taps down each column, all channels alike: four bytes at a time. */
function blendRows(
  row: Uint32Array,
  bytes: number,
  { view, from, stride }: Words,
  { count, weights }: Taps,
  y: number,
): void {
  const w = y * count
  const a = present(weights[w])
  const b = present(weights[w + 1])
  const c = present(weights[w + 2])
  const d = present(weights[w + 3])
  const words = bytes >> 2
  for (let i = 0, at = from; i < words; i++, at += 4) {
    const p = view.getUint32(at, true)
    const q = view.getUint32(at + stride, true)
    const r = view.getUint32(at + 2 * stride, true)
    const s = view.getUint32(at + 3 * stride, true)
    let even = weigh(p & EVEN_BYTES, q & EVEN_BYTES, r & EVEN_BYTES, s & EVEN_BYTES, a, b, c, d)
    let odd = weigh(
      (p >>> 8) & EVEN_BYTES,
      (q >>> 8) & EVEN_BYTES,
      (r >>> 8) & EVEN_BYTES,
      (s >>> 8) & EVEN_BYTES,
      a,
      b,
      c,
      d,
    )
    for (let tap = MIN_TAPS; tap < count; tap++) {
      const word = view.getUint32(at + tap * stride, true)
      const weight = present(weights[w + tap])
      even = (even + Math.imul(word & EVEN_BYTES, weight)) | 0
      odd = (odd + Math.imul((word >>> 8) & EVEN_BYTES, weight)) | 0
    }
    row[i] = ((even >>> 8) & EVEN_BYTES) | (odd & ODD_BYTES)
  }
  let rest = 0
  for (let i = words * 4; i < bytes; i++) {
    let sum = WEIGHT_HALF
    for (let tap = 0; tap < count; tap++) {
      sum += present(weights[w + tap]) * view.getUint8(from + tap * stride + i)
    }
    rest |= (sum >> WEIGHT_BITS) << (8 * (i & 3))
  }
  row[words] = rest
}

/** The taps along a row, for each output pixel: red and blue together, green by itself. */
function blendColumns(
  target: Uint8Array,
  offset: number,
  row: DataView,
  firstColumn: number,
  { first, count, weights }: Taps,
  side: number,
  flip: boolean,
): void {
  const step = flip ? -3 : 3
  let to = flip ? offset + (side - 1) * 3 : offset
  for (let x = 0, w = 0; x < side; x++, to += step, w += count) {
    const at = (present(first[x]) - firstColumn) * 3
    const p = row.getUint32(at, true)
    const q = row.getUint32(at + 3, true)
    const r = row.getUint32(at + 6, true)
    const s = row.getUint32(at + 9, true)
    const a = present(weights[w])
    const b = present(weights[w + 1])
    const c = present(weights[w + 2])
    const d = present(weights[w + 3])
    let redBlue = weigh(p & EVEN_BYTES, q & EVEN_BYTES, r & EVEN_BYTES, s & EVEN_BYTES, a, b, c, d)
    let green = weigh(
      (p >>> 8) & 0xff,
      (q >>> 8) & 0xff,
      (r >>> 8) & 0xff,
      (s >>> 8) & 0xff,
      a,
      b,
      c,
      d,
    )
    for (let tap = MIN_TAPS; tap < count; tap++) {
      const word = row.getUint32(at + tap * 3, true)
      const weight = present(weights[w + tap])
      redBlue = (redBlue + Math.imul(word & EVEN_BYTES, weight)) | 0
      green = (green + Math.imul((word >>> 8) & 0xff, weight)) | 0
    }
    // Cut to a byte each.
    target[to] = redBlue >>> 8
    target[to + 1] = green >>> 8
    target[to + 2] = redBlue >>> 24
  }
}

/** Two bytes of four words each times its weight, with what rounds them. */
function weigh(
  p: number,
  q: number,
  r: number,
  s: number,
  a: number,
  b: number,
  c: number,
  d: number,
): number {
  return (HALVES + Math.imul(p, a) + Math.imul(q, b) + Math.imul(r, c) + Math.imul(s, d)) | 0
}

/** Triangle weights along one side, for `outputs` pixels from `start` of a side scaled to `to`. */
function createTaps(from: number, to: number, start: number, outputs: number): Taps {
  const factor = from / to
  const support = Math.max(1, factor)
  const count = Math.min(from, Math.max(MIN_TAPS, Math.ceil(support * 2)))
  const first = new Int32Array(outputs)
  const weights = new Int32Array(outputs * count)
  const raw = new Float64Array(count)
  for (let output = 0; output < outputs; output++) {
    const centre = (start + output + 0.5) * factor
    // Never beyond the edge: there the weights of what is left are scaled up.
    const begin = Math.max(0, Math.min(from - count, Math.ceil(centre - support - 0.5)))
    first[output] = begin
    let sum = 0
    for (let tap = 0; tap < count; tap++) {
      raw[tap] = Math.max(0, 1 - Math.abs(begin + tap + 0.5 - centre) / support)
      sum += present(raw[tap])
    }
    let left = WEIGHT_ONE
    let largest = 0
    for (let tap = 0; tap < count; tap++) {
      const weight = Math.round((present(raw[tap]) / sum) * WEIGHT_ONE)
      weights[output * count + tap] = weight
      left -= weight
      if (present(raw[tap]) > present(raw[largest])) largest = tap
    }
    // What rounding leaves goes to the largest, so that a flat area stays flat.
    weights[output * count + largest] = present(weights[output * count + largest]) + left
  }
  return { first, count, weights }
}
