import type { KernelWeights, LayerKernels } from '../../../shared/contract'
import { present } from '../../../shared/present'
import { INPUT, INPUT_CHANNELS } from '../../../shared/vgg'
import type { HostTensor } from '../tensors/host-tensor'
import { requireConvolution, takeChannel, type FilterRequest } from './filter'
import type { AskedModel } from './asked-model'

/**
 * One output channel's kernel, the norms of all, and where the layer sees the picture itself all
 * kernels, as colours.
 * @throws LabError `bad-input` for a layer that is no convolution, or a channel that it does not have.
 */
export function readKernels(
  { network, preprocessing }: Pick<AskedModel, 'network' | 'preprocessing'>,
  request: FilterRequest,
): LayerKernels {
  const { layers } = network.network
  const layer = requireConvolution(layers, request)
  const below = layers[layers.indexOf(layer) - 1]?.name ?? INPUT
  const { weight, bias } = network.getLayerWeights(layer.name)
  const { channel } = request
  return {
    layer: layer.name,
    below,
    channel,
    shape: [layer.window.kernel, layer.window.kernel, layer.input[2]],
    kernel: takeChannel(weight, channel),
    bias: present(bias.data[channel]),
    norms: measureNorms(weight),
    colours: below === INPUT ? takeColours(weight, preprocessing.channelOrder === 'BGR') : null,
  }
}

/**
 * All kernels of a convolution, raw. In the order of channels that the weights have: of a network that
 * takes BGR, the first layer's are in BGR.
 * @throws LabError `bad-input` for a layer that is no convolution.
 */
export function readKernelWeights(
  { network }: Pick<AskedModel, 'network'>,
  layer: string,
): KernelWeights {
  const { name, window, input, output } = requireConvolution(network.network.layers, {
    layer,
    channel: 0,
  })
  const { weight } = network.getLayerWeights(name)
  return {
    layer: name,
    shape: [window.kernel, window.kernel, input[2], output[2]],
    data: weight.data,
  }
}

function measureNorms({ shape, data }: HostTensor): Float32Array {
  const channels = present(shape[shape.length - 1])
  const squares = new Float64Array(channels)
  data.forEach((value, at) => {
    const channel = at % channels
    squares[channel] = present(squares[channel]) + value * value
  })
  return Float32Array.from(squares, Math.sqrt)
}

/** HWIO weights as one `[k, k, 3]` kernel after the other, in RGB. */
function takeColours(weight: HostTensor, isReversed: boolean): Float32Array {
  const channels = present(weight.shape[weight.shape.length - 1])
  const length = weight.data.length / channels
  const colours = new Float32Array(weight.data.length)
  for (let channel = 0; channel < channels; channel++) {
    takeChannel(weight, channel).forEach((value, at) => {
      const colour = at % INPUT_CHANNELS
      const place = isReversed ? at - colour + (INPUT_CHANNELS - 1 - colour) : at
      colours[channel * length + place] = value
    })
  }
  return colours
}
