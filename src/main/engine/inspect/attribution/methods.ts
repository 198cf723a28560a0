import { LabError, type AttributionMethod } from '../../../../shared/contract'
import { itemAt, present } from '../../../../shared/present'
import { INPUT, INPUT_CHANNELS, type Network } from '../../../../shared/vgg'
import type { HostTensor } from '../../tensors/host-tensor'
import { askInBatches, type AskedWork } from './ask'
import {
  fillPicture,
  readClass,
  readScores,
  type ComputedAttribution,
  type Subject,
} from './subject'
import { occlude } from './occlusion'

type Gradient = Extract<
  AttributionMethod,
  { readonly kind: 'saliency' | 'gradient-input' | 'guided' }
>
type Integrated = Extract<AttributionMethod, { readonly kind: 'integrated' }>

/**
 * Which parts of a picture a class's score comes from.
 * @throws LabError `bad-input` for what the network or the picture has no place for; `cancelled`.
 */
export function computeAttribution(
  work: AskedWork,
  subject: Subject,
  method: AttributionMethod,
): Promise<ComputedAttribution> {
  switch (method.kind) {
    case 'grad-cam':
      return computeGradCam(work, subject, method.layer)
    case 'saliency':
    case 'gradient-input':
    case 'guided':
      return computeGradient(work, subject, method.kind)
    case 'integrated':
      return integrateGradients(work, subject, method)
    case 'occlusion':
      return occlude(work, subject, method)
  }
}

/** @throws LabError `bad-input` for a layer that has no plane to draw a map of. */
export function checkPlane({ layers }: Network, name: string): void {
  const planes = layers.filter(({ output: [height, width] }) => height * width > 1)
  if (planes.some((layer) => layer.name === name)) return
  const layer = layers.find((candidate) => candidate.name === name)
  const got = layer === undefined ? name : `${name} (${layer.output.join(' x ')})`
  throw new LabError(
    'bad-input',
    `Expected a layer of this network with more than one position, got ${got}.`,
    `Choose one of ${planes.map((plane) => plane.name).join(', ')}.`,
  )
}

async function computeGradCam(
  { ask, advance }: AskedWork,
  { input, classIndex }: Subject,
  layer: string,
): Promise<ComputedAttribution> {
  const { gradient, output, scores } = await ask((network) => {
    checkPlane(network.network, layer)
    return network.gradientAndOutput({ count: 1, values: input }, classIndex, layer)
  })
  advance(1)
  const [height, width] = [itemAt(output.shape, 1), itemAt(output.shape, 2)]
  return {
    shape: [height, width],
    data: weighMaps(output, gradient),
    isSigned: false,
    ...readClass(scores.data, classIndex),
    completeness: null,
    passes: 1,
  }
}

/** ReLU(sum over channels of map x mean of its gradient), of `[1, H, W, C]`. */
function weighMaps(output: HostTensor, gradient: HostTensor): Float32Array {
  const channels = present(output.shape[3])
  const places = output.data.length / channels
  const weights = new Float64Array(channels)
  gradient.data.forEach((value, index) => {
    weights[index % channels] = present(weights[index % channels]) + value / places
  })
  return Float32Array.from({ length: places }, (_, place) => {
    let sum = 0
    for (let channel = 0; channel < channels; channel++)
      sum += present(output.data[place * channels + channel]) * present(weights[channel])
    return Math.max(0, sum)
  })
}

async function computeGradient(
  { ask, advance }: AskedWork,
  { input, size, classIndex }: Subject,
  kind: Gradient['kind'],
): Promise<ComputedAttribution> {
  const isGuided = kind === 'guided'
  const { gradient, scores } = await ask((network) =>
    network.gradientAndOutput({ count: 1, values: input }, classIndex, INPUT, isGuided),
  )
  advance(1)
  const isSigned = kind === 'gradient-input'
  return {
    shape: [size, size],
    data: isSigned
      ? overColours(gradient.data, (sum, value, index) => sum + value * present(input[index]))
      : overColours(gradient.data, (most, value) => Math.max(most, Math.abs(value))),
    isSigned,
    ...readClass(scores.data, classIndex),
    completeness: null,
    passes: 1,
  }
}

async function integrateGradients(
  work: AskedWork,
  { input, size, classIndex, fills }: Subject,
  { baseline, steps }: Integrated,
): Promise<ComputedAttribution> {
  const start = fillPicture(size, fills[baseline])
  const total = new Float64Array(input.length)
  await askInBatches(work, steps, (network, first, count) => {
    const values = new Float32Array(count * input.length)
    for (let picture = 0; picture < count; picture++) {
      const share = (first + picture + 0.5) / steps
      const offset = picture * input.length
      for (let index = 0; index < input.length; index++) {
        const from = present(start[index])
        values[offset + index] = from + share * (present(input[index]) - from)
      }
    }
    const { data } = network.gradient({ count, values }, classIndex, INPUT)
    data.forEach((value, index) => {
      const at = index % input.length
      total[at] = present(total[at]) + value
    })
  })
  const scores = await work.ask((network) => {
    const both = new Float32Array(2 * input.length)
    both.set(input)
    both.set(start, input.length)
    return readScores(network, 2, both)
  })
  work.advance(2)
  const classes = scores.data.length / 2
  const own = readClass(scores.data.subarray(0, classes), classIndex)
  const difference = own.score - present(scores.data[classes + classIndex])
  const data = overColours(total, (sum, value, index) => {
    return sum + (value / steps) * (present(input[index]) - present(start[index]))
  })
  return {
    shape: [size, size],
    data,
    isSigned: true,
    ...own,
    completeness: { sum: data.reduce((sum, value) => sum + value, 0), difference },
    passes: steps + 2,
  }
}

/** `[H, W, 3]` to `[H, W]`. */
function overColours(
  values: ArrayLike<number>,
  add: (before: number, value: number, index: number) => number,
): Float32Array {
  return Float32Array.from({ length: values.length / INPUT_CHANNELS }, (_, pixel) => {
    let result = 0
    for (let channel = 0; channel < INPUT_CHANNELS; channel++) {
      const index = pixel * INPUT_CHANNELS + channel
      result = add(result, present(values[index]), index)
    }
    return result
  })
}
