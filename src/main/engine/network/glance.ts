import { itemAt, present } from '../../../shared/present'
import { isAboveScores, type Layer, type Network } from '../../../shared/vgg'
import { attribute, type GraphWriter, type NodeOutput } from './graph-writer'
import type { Emitter } from './layers/layer-graph'
import type { PassNodes } from './nodes'
import { cast, elementwise, floatConstant, integerConstant, reshape } from './ops'
import type { Pass } from './pass'
import type { HostTensor } from '../tensors/host-tensor'
import type { LayerValues } from './asked-network'

/*
 * What each layer makes of one picture, reduced inside the graph: all activations of VGG-16 at 224
 * are 60 MB, and this summary is a hundredth of that. A call that fetches none pays nothing.
 */

/** Maps that are given of a layer. */
const STRONGEST = 4
/** Longest side of a thumbnail, in pixels: larger maps are averaged down to it. */
const THUMBNAIL_PX = 32

const FLOAT = { T: attribute.type('float32') }

/** Emits the channels' numbers of every layer and the thumbnails of its strongest maps. */
export function emitGlance({ graph, type }: Emitter, pass: Pass, nodes: PassNodes): void {
  for (const { layer, activation } of pass.layers) {
    const maps = cast(graph, activation, type, 'float32')
    if (isFlat(layer)) graph.node('Identity', [maps], FLOAT, { name: nodes.units(layer.name) })
    else graph.within(`glance/${layer.name}`, () => emitMaps(graph, layer, maps, nodes))
  }
}

/** A unit a channel: its numbers are its value. */
function isFlat({ output: [height, width] }: Layer): boolean {
  return height * width === 1
}

function emitMaps(graph: GraphWriter, layer: Layer, maps: NodeOutput, nodes: PassNodes): void {
  const [height, width, channels] = layer.output
  const axes = integerConstant(graph, [1, 2])
  const over = (operation: string, values: NodeOutput): NodeOutput =>
    graph.node(operation, [values, axes], { ...FLOAT, Tidx: attribute.type('int32') })
  const isAbove = graph.node('Greater', [maps, floatConstant(graph, 0)], FLOAT)
  const largest = over('Max', maps)
  const parts = [largest, over('Mean', maps), over('Mean', cast(graph, isAbove, 'bool', 'float32'))]
  graph.node(
    'Pack',
    parts,
    { ...FLOAT, N: attribute.integer(parts.length), axis: attribute.integer(0) },
    { name: nodes.channelNumbers(layer.name) },
  )
  const count = Math.min(STRONGEST, channels)
  const ranked = graph.node('TopKV2', [largest, integerConstant(graph, count)], FLOAT)
  const strongest = reshape(graph, `${ranked}:1`, integerConstant(graph, [count]), 'int32')
  const index = { Tindices: attribute.type('int32'), Taxis: attribute.type('int32') }
  const chosen = graph.node('GatherV2', [maps, strongest, integerConstant(graph, 3)], {
    ...index,
    Tparams: attribute.type('float32'),
  })
  const size = [height, width].map((side) => Math.min(THUMBNAIL_PX, side))
  graph.node('ResizeArea', [chosen, integerConstant(graph, size)], FLOAT, {
    name: nodes.thumbnails(layer.name),
  })
  const numbers = cast(graph, strongest, 'int32', 'float32')
  elementwise(graph, 'Identity', [numbers], 'float32', { name: nodes.strongest(layer.name) })
}

/** Names of what is fetched for a glance at all layers, and how it is read. */
export function listGlanceFetches({ layers }: Network, nodes: PassNodes): string[] {
  return layers.flatMap((layer) =>
    isFlat(layer)
      ? [isAboveScores(layer) ? nodes.probabilities : nodes.units(layer.name)]
      : [
          nodes.channelNumbers(layer.name),
          nodes.strongest(layer.name),
          nodes.thumbnails(layer.name),
        ],
  )
}

/** @param tensors - of {@link listGlanceFetches}, in order, for one picture */
export function readGlance({ layers }: Network, tensors: readonly HostTensor[]): LayerValues[] {
  let next = 0
  const take = (): HostTensor => tensors[next++] ?? { shape: [], data: new Float32Array() }
  return layers.map((layer) => {
    if (isFlat(layer)) return readUnits(layer, take().data)
    const { data: numbers } = take()
    const { data: strongest } = take()
    const { shape, data } = take()
    const [, , channels] = layer.output
    const row = (index: number): Float32Array =>
      numbers.slice(index * channels, (index + 1) * channels)
    const [height, width, count] = [itemAt(shape, 1), itemAt(shape, 2), itemAt(shape, 3)]
    return {
      layer: layer.name,
      max: row(0),
      mean: row(1),
      active: row(2),
      strongest: Array.from({ length: count }, (_, place) => ({
        channel: present(strongest[place]),
        height,
        width,
        values: Float32Array.from({ length: height * width }, (_, pixel) =>
          present(data[pixel * count + place]),
        ),
      })),
    }
  })
}

function readUnits(layer: Layer, values: Float32Array): LayerValues {
  const active = values.map((value) => (value > 0 ? 1 : 0))
  return { layer: layer.name, max: values, mean: values, active, strongest: [] }
}
