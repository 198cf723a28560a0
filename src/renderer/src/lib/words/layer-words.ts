import { nameNetwork, type Layer, type Network, type Shape } from '../../../../shared/vgg'
import { numberColumn, type ExportTable } from '../export/export-table'

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

/** A network's name as a part of a file's name: "d", "a-lrn", "b-with-5-5". */
export function stemOf(name: string): string {
  const stem = name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
  return stem === '' ? 'network' : stem
}

/** The table of layers, one row a layer. */
export function tabulateLayers(network: Network): ExportTable {
  const { inputSize, classes, width } = network.spec
  return {
    title: `Layers of ${nameNetwork(network.spec)} at ${inputSize} px, ${classes} classes, width ${width}`,
    columns: [
      { name: 'layer' },
      { name: 'kind' },
      numberColumn('height'),
      numberColumn('width'),
      numberColumn('channels'),
      numberColumn('parameters'),
      numberColumn('multiply-adds'),
      numberColumn('field (px)'),
      numberColumn('stride (px)'),
      numberColumn('offset (px)'),
    ],
    rows: network.layers.map((layer) => [
      layer.name,
      describeKind(layer),
      ...layer.output,
      layer.parameters,
      layer.macs,
      layer.receptiveField,
      layer.stride,
      layer.offset,
    ]),
  }
}
