import { itemAt, present } from '../../../shared/present'
import { INPUT_CHANNELS } from '../../../shared/vgg'
import type { HostTensor } from '../tensors/host-tensor'
import type { InputBatch, LabelledBatch } from '../tensors/batches'
import type { LayerOutput } from './asked-network'

/** Pictures as views of at most `size` of them; nothing is copied. */
export function* cutInput(batch: InputBatch, size: number): Generator<InputBatch> {
  for (let start = 0; start < batch.count; start += size) {
    const end = Math.min(batch.count, start + size)
    const count = end - start
    const cut = <T extends Float32Array | Uint8Array>(all: T): T => {
      const each = all.length / batch.count
      return all.subarray(start * each, end * each) as T
    }
    if ('values' in batch) yield { count, values: cut(batch.values) }
    else {
      const { pixels, colourShift } = batch
      yield { count, pixels: cut(pixels), ...(colourShift && { colourShift: cut(colourShift) }) }
    }
  }
}

/** A batch as views of at most `size` pictures. */
export function* cutLabelled(batch: LabelledBatch, size: number): Generator<LabelledBatch> {
  for (let start = 0; start < batch.count; start += size) yield takePart(batch, start, size)
}

/** A view of at most `size` pictures of a batch. */
export function takePart(batch: LabelledBatch, start: number, size: number): LabelledBatch {
  const bytes = batch.pixels.length / batch.count
  const end = Math.min(batch.count, start + size)
  const part = {
    count: end - start,
    pixels: batch.pixels.subarray(start * bytes, end * bytes),
    labels: batch.labels.subarray(start, end),
  }
  const { colourShift, lossWeights } = batch
  const shift = colourShift?.subarray(start * INPUT_CHANNELS, end * INPUT_CHANNELS)
  return {
    ...part,
    ...(shift && { colourShift: shift }),
    ...(lossWeights && { lossWeights: lossWeights.subarray(start, end) }),
  }
}

/** A layer's output as views of at most `size` pictures. */
export function* cutOutput({ layer, tensor }: LayerOutput, size: number): Generator<LayerOutput> {
  const count = itemAt(tensor.shape, 0)
  const rest = tensor.shape.slice(1)
  const each = tensor.data.length / Math.max(1, count)
  for (let start = 0; start < count; start += size) {
    const end = Math.min(count, start + size)
    const data = tensor.data.subarray(start * each, end * each)
    yield { layer, tensor: { shape: [end - start, ...rest], data } }
  }
}

/**
 * What the parts of a call gave, one below the other.
 * @param parts - the tensors of each part, whose first axis is the pictures
 */
export function joinTensors(parts: readonly (readonly HostTensor[])[]): HostTensor[] {
  const [first = []] = parts
  return first.map(({ shape }, index) => {
    const tensors = parts.flatMap((part) => itemAt(part, index))
    const data = new Float32Array(tensors.reduce((sum, tensor) => sum + tensor.data.length, 0))
    let at = 0
    for (const tensor of tensors) {
      data.set(tensor.data, at)
      at += tensor.data.length
    }
    const count = tensors.reduce((sum, tensor) => sum + present(tensor.shape[0]), 0)
    return { shape: [count, ...shape.slice(1)], data }
  })
}
