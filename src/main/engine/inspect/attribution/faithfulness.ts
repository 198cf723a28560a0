import type { Faithfulness } from '../../../../shared/contract'
import { present } from '../../../../shared/present'
import { INPUT_CHANNELS } from '../../../../shared/vgg'
import { askInBatches, type AskedWork } from './ask'
import type { Subject } from './subject'

/** Petsiuk et al.'s blur, of 11 pixels with a deviation of 5, is for pictures of this side. */
const BLUR = { radiusPx: 5, deviationPx: 5, ofSidePx: 224 }

/** Pixels in the order of their values, the largest first; of equal ones the first one first. */
export function orderPixels(values: Float32Array): Uint32Array {
  return Uint32Array.from(values.keys()).sort(
    (a, b) => present(values[b]) - present(values[a]) || a - b,
  )
}

/**
 * Deletion and insertion (Petsiuk et al. 2018): the class's probability as the pixels are replaced by
 * the mean colour, and as they are put into a blurred picture, in the order given.
 * @param order - all pixels, the most important one first
 * @param steps - pictures of each curve, less the one that it starts from
 */
export async function measureFaithfulness(
  work: AskedWork,
  subject: Subject,
  order: Uint32Array,
  steps: number,
): Promise<Omit<Faithfulness, 'elapsedMs'>> {
  const { input, size } = subject
  const shares = Float32Array.from({ length: steps + 1 }, (_, step) => step / steps)
  const gone = new Float32Array(input.length)
  const deletion = await followOrder(work, subject, order, steps, { from: input, to: gone })
  const blurred = blurPicture(input, size)
  const insertion = await followOrder(work, subject, order, steps, { from: blurred, to: input })
  return {
    shares,
    deletion,
    insertion,
    deletionArea: areaUnder(deletion),
    insertionArea: areaUnder(insertion),
  }
}

/** The probability at each step on the way from one picture to another, pixel by pixel. */
async function followOrder(
  work: AskedWork,
  { classIndex }: Subject,
  order: Uint32Array,
  steps: number,
  { from, to }: { readonly from: Float32Array; readonly to: Float32Array },
): Promise<Float32Array> {
  const curve = new Float32Array(steps + 1)
  const current = from.slice()
  let changed = 0
  await askInBatches(work, steps + 1, (network, first, count) => {
    const values = new Float32Array(count * current.length)
    for (let index = 0; index < count; index++) {
      const until = Math.round(((first + index) / steps) * order.length)
      for (; changed < until; changed++) {
        const at = present(order[changed]) * INPUT_CHANNELS
        current.set(to.subarray(at, at + INPUT_CHANNELS), at)
      }
      values.set(current, index * current.length)
    }
    const { data } = network.infer({ count, values })
    const classes = data.length / count
    for (let index = 0; index < count; index++)
      curve[first + index] = present(data[index * classes + classIndex])
  })
  return curve
}

/** By the trapezoid rule, the axis from 0 to 1. */
function areaUnder(curve: Float32Array): number {
  const ends = (present(curve[0]) + present(curve[curve.length - 1])) / 2
  return (curve.reduce((sum, value) => sum + value, 0) - ends) / (curve.length - 1)
}

/** A Gaussian blur of `[size, size, 3]`, as wide for the picture as the paper's; level at the border. */
export function blurPicture(picture: Float32Array, size: number): Float32Array {
  const scale = size / BLUR.ofSidePx
  const radius = Math.max(1, Math.round(BLUR.radiusPx * scale))
  const deviation = BLUR.deviationPx * scale
  const taps = Array.from({ length: 2 * radius + 1 }, (_, tap) =>
    Math.exp(-((tap - radius) ** 2) / (2 * deviation ** 2)),
  )
  const total = taps.reduce((sum, tap) => sum + tap, 0)
  const kernel = taps.map((tap) => tap / total)
  const clamp = (at: number): number => Math.min(size - 1, Math.max(0, at))
  const along = (
    source: Float32Array,
    neighbour: (row: number, column: number, by: number) => number,
  ): Float32Array =>
    source.map((_, index) => {
      const pixel = Math.floor(index / INPUT_CHANNELS)
      const [row, column] = [Math.floor(pixel / size), pixel % size]
      return kernel.reduce((sum, weight, tap) => {
        const at = neighbour(row, column, tap - radius) * INPUT_CHANNELS + (index % INPUT_CHANNELS)
        return sum + weight * present(source[at])
      }, 0)
    })
  const across = along(picture, (row, column, by) => row * size + clamp(column + by))
  return along(across, (row, column, by) => clamp(row + by) * size + column)
}
