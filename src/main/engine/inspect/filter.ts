import { LabError, type ConvolutionFilter } from '../../../shared/contract'
import { present } from '../../../shared/present'
import { INPUT, hasFilters, type Layer } from '../../../shared/vgg'
import type { HostTensor } from '../tensors/host-tensor'
import { makeBatch } from './ask-model'
import type { FittedPicture } from '../data/pictures/fit-picture'
import type { AskedModel } from './asked-model'

/** Which kernel is asked for. */
export interface FilterRequest {
  readonly layer: string
  /** Output channel, from 0. */
  readonly channel: number
}

/**
 * One output channel of a convolution at work on a picture: its kernel and bias, all that the kernel
 * slides over, and what came out before the ReLU. One forward pass.
 * @throws LabError `bad-input` for a layer that is no convolution, or a channel that it does not have.
 */
export function readFilter(
  model: AskedModel,
  fitted: FittedPicture,
  request: FilterRequest,
  startedMs: number,
): ConvolutionFilter {
  const { network } = model
  const { layers } = network.network
  const layer = requireConvolution(layers, request)
  const below = layers[layers.indexOf(layer) - 1]?.name ?? INPUT
  const [input, output] = network.tap(makeBatch(fitted), [
    { layer: below, stage: 'output' },
    { layer: layer.name, stage: 'pre-relu' },
  ])
  if (input === undefined || output === undefined)
    throw new LabError('internal', `Expected the maps of ${layer.name} and ${below}, got none.`)
  const { channel } = request
  const { kernel, bias } = network.getKernel(layer.name, channel)
  return {
    layer: layer.name,
    channel,
    kernelShape: [layer.window.kernel, layer.window.kernel, layer.input[2]],
    kernel,
    bias,
    inputShape: layer.input,
    input: input.data,
    output: takeChannel(output, channel),
    below,
    step: model.step,
    elapsedMs: performance.now() - startedMs,
  }
}

/** @throws LabError `bad-input` for a layer that is no convolution, or a channel that it does not have. */
export function requireConvolution(
  layers: readonly Layer[],
  { layer: name, channel }: FilterRequest,
): Layer {
  const layer = layers.find((candidate) => candidate.name === name)
  if (layer === undefined || !hasFilters(layer)) {
    const names = layers.filter(hasFilters).map((one) => one.name)
    throw new LabError(
      'bad-input',
      `Expected a convolution of this network, got ${name}.`,
      `Choose one of ${names.join(', ')}.`,
    )
  }
  const [, , channels] = layer.output
  if (!(Number.isInteger(channel) && channel >= 0 && channel < channels)) {
    throw new LabError(
      'bad-input',
      `Expected a channel of ${name} from 0 to ${channels - 1}, got ${channel}.`,
    )
  }
  return layer
}

/** One index of the last axis: of HWIO weights an output's kernel, of NHWC maps a channel. */
export function takeChannel({ shape, data }: HostTensor, channel: number): Float32Array {
  const channels = present(shape[shape.length - 1])
  return Float32Array.from({ length: data.length / channels }, (_, index) =>
    present(data[index * channels + channel]),
  )
}
