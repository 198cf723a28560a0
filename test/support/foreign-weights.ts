import { open } from 'node:fs/promises'
import { writeSafetensors } from '../../src/main/engine/formats/safetensors'
import { listParameters } from '../../src/main/engine/network/parameters'
import type { HostTensor } from '../../src/main/engine/tensors/host-tensor'
import { describeNetwork, type NetworkSpec } from '../../src/shared/vgg'
import { rawFloats, writeOnnx, type OnnxNodeParts, type OnnxTensorParts } from './onnx-file'

/** Weights in the lab's names and layouts, all values different. */
export function makeLabWeights(spec: NetworkSpec): Map<string, HostTensor> {
  let count = 0
  return new Map(
    listParameters(describeNetwork(spec)).map(({ name, shape }) => {
      const length = shape.reduce((product, size) => product * size, 1)
      const data = Float32Array.from({ length }, () => Math.sin(++count) / 8)
      return [name, { shape, data }]
    }),
  )
}

/** A value of a tensor by its indices. */
function at({ shape, data }: HostTensor, ...indices: number[]): number {
  return data[indices.reduce((sum, index, axis) => sum * (shape[axis] ?? 0) + index, 0)] ?? NaN
}

function fill(shape: readonly number[], value: (indices: number[]) => number): HostTensor {
  const length = shape.reduce((product, size) => product * size, 1)
  const data = Float32Array.from({ length }, (_, position) => {
    const indices: number[] = []
    for (let axis = shape.length - 1, rest = position; axis >= 0; axis--) {
      const size = shape[axis] ?? 1
      indices.unshift(rest % size)
      rest = Math.floor(rest / size)
    }
    return value(indices)
  })
  return { shape, data }
}

/** HWIO as OIHW. */
export function toOihw(weight: HostTensor): HostTensor {
  const [height = 0, width = 0, inputs = 0, outputs = 0] = weight.shape
  return fill([outputs, inputs, height, width], ([o = 0, i = 0, h = 0, w = 0]) =>
    at(weight, h, w, i, o),
  )
}

/**
 * (in, out) as (out, in).
 * @param map - of fc6: the map under it, which PyTorch flattens as C, H, W
 */
export function toOutIn(weight: HostTensor, map?: { side: number; channels: number }): HostTensor {
  const [inputs = 0, outputs = 0] = weight.shape
  const { side, channels } = map ?? { side: 1, channels: inputs }
  return fill([outputs, inputs], ([o = 0, i = 0]) => {
    const channel = Math.floor(i / (side * side))
    return at(weight, (i % (side * side)) * channels + channel, o)
  })
}

/** The names of the weight layers. */
export function weightLayers(spec: NetworkSpec): string[] {
  return describeNetwork(spec).layers.flatMap(({ name, weightShape }) =>
    weightShape ? [name] : [],
  )
}

/** The map under fc6. */
export function mapUnder(spec: NetworkSpec): { side: number; channels: number } {
  const [side, , channels] = describeNetwork(spec).layers.find(({ name }) => name === 'pool5')
    ?.output ?? [0, 0, 0]
  return { side, channels }
}

/** torchvision's tensors: `features.0.weight`, with the gaps of its ReLUs and pools in the numbers. */
export function toTorchvision(
  spec: NetworkSpec,
  weights: ReadonlyMap<string, HostTensor>,
): Map<string, HostTensor> {
  const tensors = new Map<string, HostTensor>()
  let feature = 0
  let dense = 0
  for (const { name, kind } of describeNetwork(spec).layers) {
    const weight = weights.get(`${name}.weight`)
    const bias = weights.get(`${name}.bias`)
    if (kind === 'pooling') feature++
    if (weight === undefined || bias === undefined) continue
    const isConvolution = kind === 'convolution'
    const place = isConvolution ? `features.${feature}` : `classifier.${dense}`
    const map = name === 'fc6' ? mapUnder(spec) : undefined
    tensors.set(`${place}.weight`, isConvolution ? toOihw(weight) : toOutIn(weight, map))
    tensors.set(`${place}.bias`, bias)
    if (isConvolution) feature += 2
    else dense += 3
  }
  return tensors
}

/** Writes tensors as somebody else's safetensors file. */
export async function writeForeign(
  path: string,
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: Readonly<Record<string, string>> = { format: 'pt' },
): Promise<string> {
  const file = await open(path, 'w')
  await writeSafetensors(file, tensors, metadata)
  await file.close()
  return path
}

/** What differs between the exporters. */
export interface OnnxStyle {
  /** tf2onnx: NHWC input, transposed on the way in and before the flattening; MatMul and Add. */
  readonly isKeras: boolean
  /** Weights as Constant nodes instead of initialisers. */
  readonly isConstants?: boolean
  /** Operations put before the first convolution. */
  readonly before?: readonly OnnxNodeParts[]
  readonly initialisers?: readonly OnnxTensorParts[]
  /** Changes the nodes. */
  readonly change?: (nodes: OnnxNodeParts[]) => OnnxNodeParts[]
}

/** The network as an exporter writes it. */
export function toOnnx(
  spec: NetworkSpec,
  weights: ReadonlyMap<string, HostTensor>,
  style: OnnxStyle,
): Buffer {
  const { isKeras, isConstants = false } = style
  const nodes: OnnxNodeParts[] = []
  const initialisers: OnnxTensorParts[] = [...(style.initialisers ?? [])]
  let value = 'input'
  const add = (
    op: string,
    more: Omit<OnnxNodeParts, 'op' | 'outputs'> = {},
    ...constants: string[]
  ): void => {
    const output = `${op}_${nodes.length}`
    nodes.push({ op, inputs: [value, ...constants], outputs: [output], ...more })
    value = output
  }
  const keep = (name: string, { shape, data }: HostTensor): string => {
    const tensor = { name, shape, raw: rawFloats(data) }
    if (isConstants) nodes.push({ op: 'Constant', outputs: [name], value: tensor })
    else initialisers.push(tensor)
    return name
  }
  if (isKeras) add('Transpose', { integers: { perm: [0, 3, 1, 2] } })
  for (const node of style.before ?? []) add(node.op, {}, ...(node.inputs ?? []))
  for (const { name, kind, relu, window } of describeNetwork(spec).layers) {
    const weight = weights.get(`${name}.weight`)
    const bias = weights.get(`${name}.bias`)
    if (name === 'fc6') {
      if (isKeras) add('Transpose', { integers: { perm: [0, 2, 3, 1] } })
      add('Flatten', { integer: { axis: 1 } })
    }
    if (kind === 'convolution' && weight && bias) {
      const { kernel, padding } = window
      const integers = { kernel_shape: [kernel, kernel], pads: Array<number>(4).fill(padding) }
      add('Conv', { integers }, keep(`${name}/W`, toOihw(weight)), keep(`${name}/b`, bias))
    } else if (weight && bias && isKeras) {
      add('MatMul', {}, keep(`${name}/W`, weight))
      add('Add', {}, keep(`${name}/b`, bias))
    } else if (weight && bias) {
      const map = name === 'fc6' ? mapUnder(spec) : undefined
      const names = [keep(`${name}/W`, toOutIn(weight, map)), keep(`${name}/b`, bias)]
      add('Gemm', { integer: { transB: 1 }, float: { alpha: 1, beta: 1 } }, ...names)
    }
    if (relu) add('Relu')
    if (kind === 'pooling') add('MaxPool', { integers: { kernel_shape: [2, 2], strides: [2, 2] } })
    if (kind === 'lrn') add('LRN', { integer: { size: 5 } })
    if (kind === 'softmax') add('Softmax')
  }
  const { inputSize: side } = spec
  return writeOnnx({
    producer: isKeras ? 'tf2onnx' : 'pytorch',
    input: isKeras ? ['batch', side, side, 3] : ['batch', 3, side, side],
    nodes: style.change?.(nodes) ?? nodes,
    initialisers,
  })
}
