import { present } from '../../../../shared/present'
import { INPUT_CHANNELS } from '../../../../shared/vgg'

/*
 * What keeps a maximised picture readable. All work on `[size, size, 3]` floats in grey levels.
 */

/** The picture moved right and down by whole pixels, round the edges. */
export function roll(
  picture: Float32Array,
  size: number,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): Float32Array {
  const rolled = new Float32Array(picture.length)
  const wrap = (at: number): number => ((at % size) + size) % size
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const from = (row * size + column) * INPUT_CHANNELS
      const to = (wrap(row + rows) * size + wrap(column + columns)) * INPUT_CHANNELS
      for (let colour = 0; colour < INPUT_CHANNELS; colour++)
        rolled[to + colour] = present(picture[from + colour])
    }
  }
  return rolled
}

/** Gaussian blur, the border's pixels repeated beyond it; in place. */
export function blur(picture: Float32Array, size: number, deviationPx: number): void {
  const reach = Math.ceil(3 * deviationPx)
  const weights = Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-((at - reach) ** 2) / (2 * deviationPx ** 2)),
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const line = new Float32Array(size)
  const along = (first: number, stride: number): void => {
    for (let at = 0; at < size; at++) line[at] = present(picture[first + at * stride])
    for (let at = 0; at < size; at++) {
      let sum = 0
      weights.forEach((weight, tap) => {
        const from = Math.min(size - 1, Math.max(0, at + tap - reach))
        sum += weight * present(line[from])
      })
      picture[first + at * stride] = sum / total
    }
  }
  const rowStride = size * INPUT_CHANNELS
  for (let at = 0; at < size; at++) {
    for (let colour = 0; colour < INPUT_CHANNELS; colour++) {
      along(at * rowStride + colour, INPUT_CHANNELS)
    }
  }
  for (let at = 0; at < size; at++) {
    for (let colour = 0; colour < INPUT_CHANNELS; colour++) {
      along(at * INPUT_CHANNELS + colour, rowStride)
    }
  }
}

/** Below a grey level a difference is none: where it is flat the length has no slope. */
const SMOOTHING = 1

/**
 * Gradient of the total variation: of the sum over pixels and colours of the length of the difference
 * to the pixel on the right and the one below, sqrt(right² + below² + 1).
 */
export function variationGradient(picture: Float32Array, size: number): Float32Array {
  const gradient = new Float32Array(picture.length)
  const rowStride = size * INPUT_CHANNELS
  const add = (at: number, value: number): void => {
    gradient[at] = present(gradient[at]) + value
  }
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      for (let colour = 0; colour < INPUT_CHANNELS; colour++) {
        const at = row * rowStride + column * INPUT_CHANNELS + colour
        const own = present(picture[at])
        const right = column + 1 < size ? present(picture[at + INPUT_CHANNELS]) - own : 0
        const below = row + 1 < size ? present(picture[at + rowStride]) - own : 0
        const length = Math.sqrt(right ** 2 + below ** 2 + SMOOTHING)
        add(at, -(right + below) / length)
        if (column + 1 < size) add(at + INPUT_CHANNELS, right / length)
        if (row + 1 < size) add(at + rowStride, below / length)
      }
    }
  }
  return gradient
}
