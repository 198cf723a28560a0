import type { LayerKind } from '../../../../shared/vgg'
import { convolution } from './convolution'
import { fullyConnected } from './fully-connected'
import type { LayerGraph } from './layer-graph'
import { lrn } from './lrn'
import { pooling } from './pooling'
import { softmax } from './softmax'

/** The operations of each layer kind. */
export const LAYER_GRAPHS: Readonly<Record<LayerKind, LayerGraph>> = {
  convolution,
  lrn,
  pooling,
  'fully-connected': fullyConnected,
  softmax,
}
