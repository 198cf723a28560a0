import type { Layer, Shape } from '../../../../shared/vgg'

/** What a layer is, in few words: "3×3 conv", "2×2 max pool". */
export function describeKind(layer: Pick<Layer, 'kind' | 'window'>): string {
  const { kernel } = layer.window
  switch (layer.kind) {
    case 'convolution':
      return `${kernel}×${kernel} conv`
    case 'pooling':
      return `${kernel}×${kernel} max pool`
    case 'lrn':
      return 'LRN'
    case 'fully-connected':
      return 'FC'
    case 'softmax':
      return 'soft-max'
  }
}

/** What follows in place: "ReLU", "ReLU, dropout" or "". */
export function describeFollowers(layer: Pick<Layer, 'relu' | 'dropout'>): string {
  return [layer.relu ? 'ReLU' : '', layer.dropout ? 'dropout' : ''].filter(Boolean).join(', ')
}

/** "224 × 224 × 64". */
export function describeShape(shape: Shape): string {
  return shape.join(' × ')
}

/** A layer as the paper's Table 1 writes it: conv3-64, LRN, maxpool, FC-4096, soft-max. */
export function tableOneName(layer: Layer): string {
  switch (layer.kind) {
    case 'convolution':
      return `conv${layer.window.kernel}-${layer.output[2]}`
    case 'pooling':
      return 'maxpool'
    case 'lrn':
      return 'LRN'
    case 'fully-connected':
      return `FC-${layer.output[2]}`
    case 'softmax':
      return 'soft-max'
  }
}
