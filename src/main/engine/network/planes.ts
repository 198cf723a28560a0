import { LabError } from '../../../shared/contract/errors'
import { itemAt } from '../../../shared/present'
import { INPUT_CHANNELS, hasMaps, type Layer, type Network } from '../../../shared/vgg'
import type { PlaneBatch } from '../tensors/batches'
import type { HostTensor } from '../tensors/host-tensor'
import type { CallGuard } from './call-guard'

/** The smallest side that five pools leave a pixel of. */
const SMALLEST_SIDE = 32

/**
 * The layer whose maps are asked of pictures of any size.
 * @throws LabError `bad-input`
 */
export function checkPlanes({ layers }: Network, batch: PlaneBatch, name: string): Layer {
  const { count, height, width, pixels } = batch
  const isSize = (side: number): boolean => Number.isInteger(side) && side >= SMALLEST_SIDE
  if (!isSize(height) || !isSize(width)) {
    throw new LabError(
      'bad-input',
      `Expected pictures of at least ${SMALLEST_SIDE}x${SMALLEST_SIDE} px, got ${width}x${height}.`,
    )
  }
  const bytes = count * height * width * INPUT_CHANNELS
  if (!(Number.isInteger(count) && count >= 1) || pixels.length !== bytes) {
    const expected = `${count} pictures of ${width}x${height} RGB, ${bytes} bytes`
    throw new LabError('bad-input', `Expected ${expected}, got ${pixels.length} bytes.`)
  }
  const layer = layers.find((candidate) => candidate.name === name)
  if (layer !== undefined && hasMaps(layer)) return layer
  const names = layers.filter(hasMaps).map((candidate) => candidate.name)
  throw new LabError(
    'bad-input',
    `Expected a layer of this network that has maps, got "${name}".`,
    `Choose one of ${names.join(', ')}.`,
  )
}

/** Pictures as views of at most `size` of them. */
export function* cutPlanes(batch: PlaneBatch, size: number): Generator<PlaneBatch> {
  const each = batch.pixels.length / batch.count
  for (let start = 0; start < batch.count; start += size) {
    const end = Math.min(batch.count, start + size)
    yield { ...batch, count: end - start, pixels: batch.pixels.subarray(start * each, end * each) }
  }
}

/** A part of a plane along one of its sides: from the first row (or column) to before the last. */
interface Span {
  readonly from: number
  readonly to: number
}

/** Pixels that are run, and the layer's units that they give as the whole picture would. */
interface Strip {
  readonly pixels: Span
  readonly units: Span
}

/**
 * Strips of at most `size` units along a side of `length` pixels. Each has all pixels that its units
 * see, so that zero padding counts only where the picture ends, and starts where all pools do.
 */
function layStrips(layer: Layer, length: number, size: number): Strip[] {
  const { stride, offset, receptiveField } = layer
  const units = Math.floor(length / stride)
  const reach = (receptiveField - 1) / 2
  const strips: Strip[] = []
  for (let from = 0; from < units; from += size) {
    const to = Math.min(units, from + size)
    const first = Math.floor((offset + from * stride - reach) / stride) * stride
    const last = Math.ceil((offset + (to - 1) * stride + reach + 1) / stride) * stride
    const pixels = { from: Math.max(0, first), to: Math.min(length, last) }
    strips.push({ pixels, units: { from, to } })
  }
  return strips
}

/**
 * Asks a layer's maps of one picture in strips along its longer side, as wide as memory has room for.
 * @throws LabError `out-of-memory` where not even a strip of one unit fits
 */
export function askInStrips(
  guard: CallGuard,
  picture: PlaneBatch,
  layer: Layer,
  ask: (part: PlaneBatch) => HostTensor,
): HostTensor {
  const isTall = picture.height >= picture.width
  const length = isTall ? picture.height : picture.width
  const callOf = (strips: readonly Strip[]) => {
    const widest = Math.max(...strips.map(({ pixels }) => pixels.to - pixels.from))
    const { height, width } = isTall
      ? { ...picture, height: widest }
      : { ...picture, width: widest }
    return { kind: 'maps', layer: layer.name, height, width } as const
  }
  let [low, high] = [1, Math.floor(length / layer.stride)]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (guard.countFitting(callOf(layStrips(layer, length, middle)), 1) === 1) low = middle
    else high = middle - 1
  }
  const strips = layStrips(layer, length, low)
  guard.require(callOf(strips), 1)

  const [height, width] = [picture.height, picture.width].map((side) =>
    Math.floor(side / layer.stride),
  ) as [number, number]
  const channels = layer.output[2]
  const data = new Float32Array(height * width * channels)
  for (const { pixels, units } of strips) {
    const part = ask(isTall ? cutRows(picture, pixels) : cutColumns(picture, pixels))
    const inside = itemAt(part.shape, isTall ? 1 : 2)
    const skipped = units.from - pixels.from / layer.stride
    const taken = units.to - units.from
    if (isTall) {
      const row = width * channels
      data.set(part.data.subarray(skipped * row, (skipped + taken) * row), units.from * row)
      continue
    }
    for (let row = 0; row < height; row++) {
      const start = (row * inside + skipped) * channels
      const values = part.data.subarray(start, start + taken * channels)
      data.set(values, (row * width + units.from) * channels)
    }
  }
  return { shape: [1, height, width, channels], data }
}

function cutRows({ width, pixels }: PlaneBatch, { from, to }: Span): PlaneBatch {
  const row = width * INPUT_CHANNELS
  return { count: 1, height: to - from, width, pixels: pixels.subarray(from * row, to * row) }
}

function cutColumns({ height, width, pixels }: PlaneBatch, { from, to }: Span): PlaneBatch {
  const row = (to - from) * INPUT_CHANNELS
  const cut = new Uint8Array(height * row)
  for (let at = 0; at < height; at++) {
    const start = (at * width + from) * INPUT_CHANNELS
    cut.set(pixels.subarray(start, start + row), at * row)
  }
  return { count: 1, height, width: to - from, pixels: cut }
}
