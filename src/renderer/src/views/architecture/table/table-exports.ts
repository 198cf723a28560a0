import {
  CONFIGURATION_NAMES,
  countWeightLayers,
  describeNetwork,
  nameNetwork,
  type Network,
  type NetworkSpec,
} from '../../../../../shared/vgg'
import { numberColumn, type ExportTable } from '../../../lib/export/export-table'
import { describeKind, tableOneName } from '../../../lib/words/layer-words'
import { describeDifference, pairLayers } from './pair-layers'
import { TABLE_PARTS, findPartEnd, listCells } from './table-columns'

/** Table 1 as the paper prints it: six columns, blocks that end in a pool, one cell a layer. */
export function tabulateTableOne({ inputSize, classes, width }: NetworkSpec): ExportTable {
  const columns = CONFIGURATION_NAMES.map(
    (configuration) => describeNetwork({ configuration, inputSize, classes, width }).layers,
  )
  const parts = TABLE_PARTS.flatMap((part): string[][] => {
    const cells = columns.map((layers) => listCells(layers, part).map(tableOneName))
    const height = Math.max(...cells.map(({ length }) => length))
    const rows = Array.from({ length: height }, (_, row) => cells.map((names) => names[row] ?? ''))
    const ends = columns.flatMap((layers) => findPartEnd(layers, part) ?? [])
    return ends.length === 0 ? rows : [...rows, ends.map(tableOneName)]
  })
  return {
    title: `Table 1: configurations of the ConvNet, ${inputSize} px, ${classes} classes, width ${width}`,
    columns: CONFIGURATION_NAMES.map((name) => ({ name })),
    rows: [
      CONFIGURATION_NAMES.map(
        (configuration) => `${countWeightLayers({ configuration })} weight layers`,
      ),
      columns.map(() => `input ${inputSize}×${inputSize} RGB`),
      ...parts,
    ],
  }
}

/** Two networks side by side, a row a layer of either, with the totals and their difference last. */
export function tabulateNetworks(first: Network, second: Network): ExportTable {
  const names = [nameNetwork(first.spec), nameNetwork(second.spec)] as const
  const both = (quantity: string) =>
    names.map((name) => ({ name: `${quantity}, ${name}`, align: 'right' as const }))
  const { inputSize, classes, width } = first.spec
  return {
    title: `${names.join(' and ')} at ${inputSize} px, ${classes} classes, width ${width}`,
    columns: [
      { name: 'layer' },
      { name: 'differs' },
      ...both('parameters'),
      ...both('multiply-adds'),
      ...both('field (px)'),
    ],
    rows: [
      ...pairLayers(first.layers, second.layers).map((pair) => [
        pair.name,
        describeDifference(pair, names),
        pair.first?.parameters ?? null,
        pair.second?.parameters ?? null,
        pair.first?.macs ?? null,
        pair.second?.macs ?? null,
        pair.first?.receptiveField ?? null,
        pair.second?.receptiveField ?? null,
      ]),
      ['all', '', first.parameters, second.parameters, first.macs, second.macs, null, null],
    ],
  }
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
