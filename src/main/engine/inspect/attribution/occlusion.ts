import { LabError, type AttributionMethod } from '../../../../shared/contract'
import { present } from '../../../../shared/present'
import { INPUT_CHANNELS } from '../../../../shared/vgg'
import { askInBatches, type AskedWork } from './ask'
import { readClass, readScores, type ComputedAttribution, type Subject } from './subject'

type Occlusion = Extract<AttributionMethod, { readonly kind: 'occlusion' }>

/** How often a patch is laid along a side: the last one may hang over the border. */
export function countPlaces(size: number, { patchPx, stridePx }: Occlusion): number {
  return Math.max(0, Math.ceil((size - patchPx) / stridePx)) + 1
}

/** @throws LabError `bad-input` where the patches leave pixels uncovered, or are larger than it. */
export function checkPatch(size: number, { patchPx, stridePx }: Occlusion): void {
  if (patchPx <= size && stridePx <= patchPx) return
  throw new LabError(
    'bad-input',
    `Expected a patch of at most ${size} px and a stride of at most the patch, got a patch of ${patchPx} px every ${stridePx} px.`,
    'Choose a smaller patch or stride.',
  )
}

/**
 * Covers the picture with a patch, place by place: each pixel gets the fall of the class's score, the
 * mean over the patches that lay on it.
 */
export async function occlude(
  work: AskedWork,
  { input, size, classIndex, fills }: Subject,
  method: Occlusion,
): Promise<ComputedAttribution> {
  checkPatch(size, method)
  const { patchPx, stridePx, fill } = method
  const side = countPlaces(size, method)
  const colour = fills[fill]
  const forEachPixel = (place: number, visit: (pixel: number) => void): void => {
    const top = Math.floor(place / side) * stridePx
    const left = (place % side) * stridePx
    for (let y = top; y < Math.min(size, top + patchPx); y++)
      for (let x = left; x < Math.min(size, left + patchPx); x++) visit(y * size + x)
  }
  const whole = await work.ask((network) => readScores(network, 1, input))
  work.advance(1)
  const own = readClass(whole.data, classIndex)
  const falls = new Float64Array(size * size)
  const covers = new Uint32Array(size * size)
  await askInBatches(work, side * side, (network, first, count) => {
    const values = new Float32Array(count * input.length)
    for (let index = 0; index < count; index++) {
      const offset = index * input.length
      values.set(input, offset)
      forEachPixel(first + index, (pixel) => values.set(colour, offset + pixel * INPUT_CHANNELS))
    }
    const { data } = readScores(network, count, values)
    const classes = data.length / count
    for (let index = 0; index < count; index++) {
      const fall = own.score - present(data[index * classes + classIndex])
      forEachPixel(first + index, (pixel) => {
        falls[pixel] = present(falls[pixel]) + fall
        covers[pixel] = present(covers[pixel]) + 1
      })
    }
  })
  return {
    shape: [size, size],
    data: Float32Array.from(falls, (fall, pixel) => fall / present(covers[pixel])),
    isSigned: true,
    ...own,
    completeness: null,
    passes: side * side + 1,
  }
}
