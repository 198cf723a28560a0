import type { LayerKind } from '../../../../shared/vgg'
import { convolutionGraph } from './convolution'
import { fullyConnectedGraph } from './fully-connected'
import type { LayerGraph } from './layer-graph'
import { lrnGraph } from './lrn'
import { poolingGraph } from './pooling'
import { softmaxGraph } from './softmax'

/** The operations of each layer kind. */
export const LAYER_GRAPHS: Readonly<Record<LayerKind, LayerGraph>> = {
  convolution: convolutionGraph,
  lrn: lrnGraph,
  pooling: poolingGraph,
  'fully-connected': fullyConnectedGraph,
  softmax: softmaxGraph,
}
