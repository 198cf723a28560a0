import { LabError } from '../../../shared/contract/errors'
import { itemAt, present } from '../../../shared/present'
import { hasMaps, isUnderScores, type Layer, type Network } from '../../../shared/vgg'
import { attribute, type GraphWriter, type NodeOutput } from './graph-writer'
import type { Emitter } from './layers/layer-graph'
import { FED } from './nodes'
import { cast, elementwise } from './ops'
import { countElements } from './parameters'
import { emitForward, type Pass, type ScaledActivation } from './pass'
import type { Feeds } from './saved-model'
import type { ChannelScales, LayerOutput, Tap } from './asked-network'

/*
 * A pass of its own, over the same weights, in which each layer's output is multiplied by a factor a
 * channel. It is run only where something of it is fetched: no other pass pays for it.
 */

/** Emits the pass, with ways in at every layer's output and factors. */
export function emitScaledForward(emitter: Emitter, network: Network, input: NodeOutput): Pass {
  const { graph, type } = emitter
  const scale = (layer: Layer, rectified: NodeOutput): ScaledActivation => {
    const output = cast(graph, rectified, type, 'float32')
    const entry = expose(graph, output, FED.layerOutput(layer.name))
    const ones = emitOnes(graph, FED.channelScale(layer.name), layer.output[2])
    const scaled = elementwise(graph, 'Mul', [entry, ones], 'float32')
    return {
      activation: cast(graph, scaled, 'float32', type),
      factors: cast(graph, ones, 'float32', type),
    }
  }
  return emitForward(emitter, network, input, null, scale)
}

/**
 * Feeds of the layers whose channels are scaled.
 * @throws LabError `bad-input` for an unknown layer, the soft-max, or another number of factors
 *   than channels.
 */
export function feedScales(network: Network, scales: ChannelScales): Feeds {
  return Object.fromEntries(
    [...scales].map(([name, factors]) => {
      const channels = findScalable(network, name).output[2]
      if (factors.length !== channels || !factors.every(Number.isFinite)) {
        const got = `${factors.length}, ${factors.every(Number.isFinite) ? '' : 'not '}all finite`
        throw new LabError('bad-input', `Expected ${channels} factors for ${name}, got ${got}.`)
      }
      return [FED.channelScale(name), { shape: [channels], data: factors }]
    }),
  )
}

/** Both together: where both scale a layer, their factors are multiplied. */
export function multiplyScales(one: ChannelScales, other: ChannelScales): ChannelScales {
  const product = new Map(one)
  for (const [layer, factors] of other) {
    const own = one.get(layer)
    product.set(layer, own === undefined ? factors : factors.map((by, at) => by * present(own[at])))
  }
  return product
}

/**
 * Feeds of a pass that starts from a layer's output.
 * @throws LabError `bad-input` for an unknown layer, another shape than its own, or a tap that
 *   does not lie above it.
 */
export function feedLayerOutput(
  network: Network,
  { layer: name, tensor }: LayerOutput,
  taps: readonly Tap[],
): Feeds {
  const layer = findScalable(network, name)
  const own = hasMaps(layer) ? layer.output : [layer.output[2]]
  const count = itemAt(tensor.shape, 0)
  const rest = tensor.shape.slice(1)
  if (rest.join() !== own.join() || tensor.data.length !== countElements([count, ...own])) {
    const got = tensor.shape.join(' x ')
    throw new LabError('bad-input', `Expected ${name} as N x ${own.join(' x ')}, got ${got}.`)
  }
  const names = network.layers.map((candidate) => candidate.name)
  const below = taps.find(
    (tap) =>
      names.indexOf(tap.layer) < names.indexOf(name) ||
      (tap.layer === name && tap.stage === 'pre-relu'),
  )
  if (below !== undefined) {
    const got = `${below.layer} (${below.stage})`
    throw new LabError('bad-input', `Expected taps above ${name}, got ${got}.`)
  }
  return { [FED.layerOutput(name)]: tensor }
}

/**
 * The layer of that name, whose channels can be scaled.
 * @throws LabError `bad-input` where there is none, or for the soft-max.
 */
export function findScalable({ layers }: Network, name: string): Layer {
  const layer = layers.find((candidate) => candidate.name === name)
  if (layer !== undefined && isUnderScores(layer)) return layer
  const names = layers.filter(isUnderScores).map((candidate) => candidate.name)
  throw new LabError(
    'bad-input',
    `Expected a layer of this network before the soft-max, got ${name}.`,
    `Choose one of ${names.join(', ')}.`,
  )
}

function emitOnes(graph: GraphWriter, name: string, length: number): NodeOutput {
  const bytes = new Uint8Array(new Float32Array(length).fill(1).buffer)
  const value = attribute.tensor('float32', [length], bytes)
  return graph.node('Const', [], { dtype: attribute.type('float32'), value }, { name })
}

function expose(graph: GraphWriter, output: NodeOutput, name: string): NodeOutput {
  return graph.node('Identity', [output], { T: attribute.type('float32') }, { name })
}
