import type { Layer } from '../../../shared/vgg'
import { LabError } from '../../../shared/contract/errors'
import { attribute, type GraphWriter, type NodeOutput } from './graph-writer'
import type { PassNodes } from './nodes'
import { integerConstant, reshape } from './ops'
import type { ChannelSummary } from './asked-network'
import type { HostTensor } from '../tensors/host-tensor'

/*
 * What the channels of a layer make of each picture, in three numbers a channel, taken inside the
 * graph: of conv1_2 at 224 that is 768 bytes a picture instead of 12 MB.
 */

const SPACE_AXIS = 1

/**
 * Emits, for each picture and channel, the largest activation, where it is, and the mean.
 * @param output - the layer's output in float32, `[N, H, W, C]` or `[N, units]`
 */
export function emitChannelSummary(
  graph: GraphWriter,
  { name, output: [height, width, channels] }: Layer,
  output: NodeOutput,
  nodes: PassNodes,
): void {
  graph.within(`summary/${name}`, () => {
    // Rows and columns in one axis: the place is an index into it.
    const shape = integerConstant(graph, [-1, height * width, channels])
    const flat = reshape(graph, output, shape, 'float32')
    const axis = integerConstant(graph, SPACE_AXIS)
    const types = { T: attribute.type('float32'), Tidx: attribute.type('int32') }
    graph.node('Max', [flat, axis], types, { name: nodes.channelPeaks(name) })
    graph.node(
      'ArgMax',
      [flat, axis],
      { ...types, output_type: attribute.type('int32') },
      { name: nodes.channelPlaces(name) },
    )
    graph.node('Mean', [flat, axis], types, { name: nodes.channelMeans(name) })
  })
}

/** Names of what is fetched for a layer, and how it is read. */
export function listSummaryFetches(layer: string, nodes: PassNodes): string[] {
  return [nodes.channelPeaks(layer), nodes.channelPlaces(layer), nodes.channelMeans(layer)]
}

/** @param tensors - of {@link listSummaryFetches}, in order */
export function readChannelSummary(tensors: readonly HostTensor[]): ChannelSummary {
  const [peaks, places, means] = tensors.map(({ data }) => data)
  if (peaks === undefined || places === undefined || means === undefined) {
    throw new LabError('internal', 'TensorFlow returned no summary of the channels.')
  }
  return { peaks, places, means }
}
