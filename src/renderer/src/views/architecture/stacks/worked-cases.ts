import {
  hasFilters,
  SHALLOW_CONTROL,
  describeNetwork,
  type ConfigurationName,
  type Layer,
  type Network,
  type NetworkSpec,
} from '../../../../../shared/vgg'
import type { ExportTable } from '../../../lib/export/export-table'
import { present } from '../../../../../shared/present'

/** Input size, classes and width, for any layers. */
export type Sizes = Pick<NetworkSpec, 'inputSize' | 'classes' | 'width'>

/** The convolutions of one block, together. */
export interface BlockCost {
  /** "2 of 3×3". */
  readonly layers: string
  /** Side of the field of the block's last convolution on the input, in pixels. */
  readonly fieldPx: number
  /** Weights without biases. */
  readonly weights: number
  readonly rectifications: number
  readonly macs: number
}

/** A worked case: two networks, block by block. */
export interface BlockComparison {
  readonly networks: readonly [Network, Network]
  readonly blocks: readonly (readonly [BlockCost, BlockCost])[]
}

const BLOCKS = [1, 2, 3, 4, 5] as const

/**
 * Section 4.1's control: B against B with each pair of 3x3 replaced by one 5x5.
 * @param sizes - the paper's are 224, 1000 and 1
 */
export function compareShallowControl({ inputSize, classes, width }: Sizes): BlockComparison {
  const deep = describeNetwork({ configuration: 'B', inputSize, classes, width })
  const shallow = describeNetwork({ ...SHALLOW_CONTROL, inputSize, classes, width })
  return {
    networks: [deep, shallow],
    blocks: BLOCKS.map((block) => [costBlock(deep, block), costBlock(shallow, block)] as const),
  }
}

function convolutionsOf(network: Network, block: number): readonly Layer[] {
  return network.layers.filter((layer) => hasFilters(layer) && layer.block === block)
}

function costBlock(network: Network, block: number): BlockCost {
  const layers = convolutionsOf(network, block)
  const kernels = layers.map((layer) => layer.window.kernel)
  const last = present(layers.at(-1))
  return {
    layers: `${kernels.length} of ${present(kernels[0])}×${present(kernels[0])}`,
    fieldPx: last.receptiveField,
    weights: layers.reduce((sum, layer) => sum + countWeights(layer), 0),
    rectifications: layers.filter((layer) => layer.relu).length,
    macs: layers.reduce((sum, layer) => sum + layer.macs, 0),
  }
}

function countWeights(layer: Layer): number {
  return layer.weightShape?.reduce((product, side) => product * side, 1) ?? 0
}

/** The control as a table. */
export function tabulateShallowControl({ networks, blocks }: BlockComparison): ExportTable {
  const [deep, shallow] = networks
  const { inputSize, classes, width } = deep.spec
  const names = ['B', SHALLOW_CONTROL.edit.name]
  return {
    title: `B and ${present(names[1])} (section 4.1) at ${inputSize} px, ${classes} classes, width ${width}`,
    columns: [
      { name: 'block' },
      ...names.flatMap((name) => [
        { name: `${name}: layers` },
        { name: `${name}: field (px)`, align: 'right' as const },
        { name: `${name}: weights`, align: 'right' as const },
        { name: `${name}: rectifications`, align: 'right' as const },
        { name: `${name}: multiply-adds`, align: 'right' as const },
      ]),
    ],
    rows: [
      ...blocks.map((pair, index) => [
        index + 1,
        ...pair.flatMap((cost) => [
          cost.layers,
          cost.fieldPx,
          cost.weights,
          cost.rectifications,
          cost.macs,
        ]),
      ]),
      [
        'whole network, parameters',
        ...[deep, shallow].flatMap((network) => [
          `${network.weightLayers} weight layers`,
          null,
          network.parameters,
          network.layers.filter((layer) => layer.relu).length,
          network.macs,
        ]),
      ],
    ],
  }
}

/** One more convolution at the end of a block of B, and what it brings. */
export interface AddedLayer {
  readonly configuration: ConfigurationName
  readonly name: string
  readonly kernel: number
  readonly channels: number
  readonly weights: number
  readonly rectifications: number
  /** Side of the field before it and after it, on the input, in pixels. */
  readonly fieldPx: readonly [before: number, after: number]
}

/** A block whose third convolution is 1x1 in C and 3x3 in D. */
export interface ThirdLayer {
  readonly block: number
  readonly pointwise: AddedLayer
  readonly wide: AddedLayer
}

/** What C's 1x1 convolutions bring where D has 3x3 (sections 2.3 and 4.1), by block. */
export function compareThirdLayers({ inputSize, classes, width }: Sizes): readonly ThirdLayer[] {
  const c = describeNetwork({ configuration: 'C', inputSize, classes, width })
  const d = describeNetwork({ configuration: 'D', inputSize, classes, width })
  return BLOCKS.flatMap((block) => {
    const pointwise = addedLayer(c, block)
    const wide = addedLayer(d, block)
    return pointwise === null || wide === null ? [] : [{ block, pointwise, wide }]
  })
}

function addedLayer(network: Network, block: number): AddedLayer | null {
  const [, before, added] = convolutionsOf(network, block)
  if (before === undefined || added === undefined) return null
  return {
    configuration: network.spec.configuration,
    name: added.name,
    kernel: added.window.kernel,
    channels: added.output[2],
    weights: countWeights(added),
    rectifications: added.relu ? 1 : 0,
    fieldPx: [before.receptiveField, added.receptiveField],
  }
}

/** The third layers as a table. */
export function tabulateThirdLayers(rows: readonly ThirdLayer[]): ExportTable {
  return {
    title: 'The third convolution of blocks 3, 4 and 5: 1×1 in C, 3×3 in D',
    columns: [
      { name: 'configuration' },
      { name: 'layer' },
      { name: 'kernel', align: 'right' },
      { name: 'channels', align: 'right' },
      { name: 'weights', align: 'right' },
      { name: 'rectifications', align: 'right' },
      { name: 'field before (px)', align: 'right' },
      { name: 'field after (px)', align: 'right' },
    ],
    rows: rows.flatMap(({ pointwise, wide }) =>
      [pointwise, wide].map((layer) => [
        layer.configuration,
        layer.name,
        layer.kernel,
        layer.channels,
        layer.weights,
        layer.rectifications,
        ...layer.fieldPx,
      ]),
    ),
  }
}
