import {
  CONFIGURATIONS,
  FULLY_CONNECTED_UNITS,
  describeConfiguration,
  type Block,
  type ConfigurationName,
  type NetworkEdit,
} from './configurations'
import {
  convolution,
  fullyConnected,
  lrn,
  pooling,
  softmax,
  type LayerArithmetic,
  type LayerKind,
  type Shape,
} from './layer-kinds'

/** What makes a network: a column of Table 1, its edit, and the three numbers that scale it. */
export interface NetworkSpec {
  readonly configuration: ConfigurationName
  /** Side of the square input, in pixels, from 32 up; each pool halves it and takes the floor. */
  readonly inputSize: number
  /** Units of fc8. */
  readonly classes: number
  /** Multiplies the channels of every convolution and the units of fc6 and fc7. 1 is the paper. */
  readonly width: number
  /** Left out for a network as in the paper. */
  readonly edit?: NetworkEdit
}

/** One layer of a built description. In-place steps (ReLU, dropout) are flags of their layer. */
export interface Layer extends LayerArithmetic {
  /** The authors' name: conv1_1 ... conv5_4, pool1 ... pool5, fc6, fc7, fc8, prob; lrn1_1 for A-LRN. */
  readonly name: string
  readonly kind: LayerKind
  readonly input: Shape
  /** ReLU follows (every hidden weight layer, section 2.1). */
  readonly relu: boolean
  /** Dropout follows in training (fc6 and fc7, section 3.1). */
  readonly dropout: boolean
  /** Block 1 to 5, or null from fc6 on. */
  readonly block: number | null
  /** Side of the theoretical receptive field on the input, in pixels, padding included. */
  readonly receptiveField: number
  /** Cumulative stride: input pixels between neighbouring units' fields. */
  readonly stride: number
  /** Centre of the first unit's field in input pixels, where pixel i has its centre at i. */
  readonly offset: number
}

/** A network with all its layers, in order, and its totals. */
export interface Network {
  readonly spec: NetworkSpec
  readonly layers: readonly Layer[]
  /** Convolutions and fully connected layers: what the paper calls the depth. */
  readonly weightLayers: number
  readonly parameters: number
  /** Multiply-adds of one picture's forward pass. */
  readonly macs: number
}

/** Channels or units after the width multiplier: rounded to a whole number, at least 1. */
export function scaleWidth(channels: number, width: number): number {
  return Math.max(1, Math.round(channels * width))
}

/** Which layers a network has: a column of Table 1, or one that was edited. */
export type NetworkChoice = Pick<NetworkSpec, 'configuration' | 'edit'>

/** How a network is called: its configuration, or the name of its edit. */
export function nameNetwork(spec: NetworkChoice): string {
  return spec.edit?.name ?? spec.configuration
}

/** {@link nameNetwork} in full: "VGG-16 (D)", or the name of its edit. */
export function titleNetwork(spec: NetworkChoice): string {
  return spec.edit?.name ?? describeConfiguration(spec.configuration)
}

/** The blocks of convolutions: those of Table 1, with the edit's kernels where there is one. */
export function blocksOf({ configuration, edit }: NetworkChoice): readonly Block[] {
  const { blocks } = CONFIGURATIONS[configuration]
  if (edit === undefined) return blocks
  return blocks.map((block, index) => ({ ...block, kernels: edit.kernels[index] ?? block.kernels }))
}

/** Convolutions and fully connected layers: what the paper calls the depth. */
export function countWeightLayers(spec: NetworkChoice): number {
  const convolutions = blocksOf(spec).reduce((sum, block) => sum + block.kernels.length, 0)
  return convolutions + FULLY_CONNECTED_UNITS.length + 1
}

/** Number of input channels: RGB (section 2.1). */
export const INPUT_CHANNELS = 3

/** Layers as they are put one on top of another. */
class LayerStack {
  readonly layers: Layer[] = []
  shape: Shape
  #field = { receptiveField: 1, stride: 1, offset: 0 }

  constructor(input: Shape) {
    this.shape = input
  }

  add(
    name: string,
    kind: LayerKind,
    arithmetic: LayerArithmetic,
    flags: { relu?: boolean; dropout?: boolean; block?: number } = {},
  ): void {
    const { kernel, stride, padding } = arithmetic.window
    const below = this.#field
    this.#field = {
      receptiveField: below.receptiveField + (kernel - 1) * below.stride,
      offset: below.offset + ((kernel - 1) / 2 - padding) * below.stride,
      stride: below.stride * stride,
    }
    this.layers.push({
      ...arithmetic,
      ...this.#field,
      name,
      kind,
      input: this.shape,
      relu: flags.relu ?? false,
      dropout: flags.dropout ?? false,
      block: flags.block ?? null,
    })
    this.shape = arithmetic.output
  }
}

/** The layers that have maps, over a picture of any size: convolutions, LRN and pools. */
function stackMaps(spec: NetworkSpec, height: number, width: number): LayerStack {
  const stack = new LayerStack([height, width, INPUT_CHANNELS])
  blocksOf(spec).forEach((block, index) => {
    const number = index + 1
    const channels = scaleWidth(block.channels, spec.width)
    block.kernels.forEach((kernel, position) => {
      const suffix = `${number}_${position + 1}`
      stack.add(`conv${suffix}`, 'convolution', convolution(stack.shape, kernel, channels), {
        relu: true,
        block: number,
      })
      if (block.lrnAfter?.includes(position)) {
        stack.add(`lrn${suffix}`, 'lrn', lrn(stack.shape), { block: number })
      }
    })
    stack.add(`pool${number}`, 'pooling', pooling(stack.shape), { block: number })
  })
  return stack
}

/** The layers that have maps, over a picture that need not have the network's size (section 3.2). */
export function describeMaps(spec: NetworkSpec, height: number, width: number): readonly Layer[] {
  return stackMaps(spec, height, width).layers
}

/**
 * Builds the description of a network. The spec is taken as valid: `checkNetworkSpec` in
 * `shared/spec` says what is wrong with one that is not.
 */
export function describeNetwork(spec: NetworkSpec): Network {
  const stack = stackMaps(spec, spec.inputSize, spec.inputSize)
  const hiddenUnits = spec.edit?.fullyConnectedUnits ?? FULLY_CONNECTED_UNITS
  hiddenUnits.forEach((units, index) => {
    const arithmetic = fullyConnected(stack.shape, scaleWidth(units, spec.width))
    stack.add(`fc${6 + index}`, 'fully-connected', arithmetic, { relu: true, dropout: true })
  })
  stack.add('fc8', 'fully-connected', fullyConnected(stack.shape, spec.classes))
  stack.add('prob', 'softmax', softmax(stack.shape))

  const { layers } = stack
  return {
    spec,
    layers,
    weightLayers: countWeightLayers(spec),
    parameters: layers.reduce((sum, layer) => sum + layer.parameters, 0),
    macs: layers.reduce((sum, layer) => sum + layer.macs, 0),
  }
}

/**
 * The layer of that name.
 * @throws RangeError that lists the names, when the network has none of that name.
 */
export function findLayer(network: Network, name: string): Layer {
  const layer = network.layers.find((candidate) => candidate.name === name)
  if (layer === undefined) {
    const names = network.layers.map((candidate) => candidate.name).join(', ')
    throw new RangeError(`Expected a layer of this network, got "${name}"; choose one of ${names}.`)
  }
  return layer
}
