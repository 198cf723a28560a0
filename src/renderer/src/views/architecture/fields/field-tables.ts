import {
  titleNetwork,
  type Layer,
  type Network,
  type PyramidLevel,
} from '../../../../../shared/vgg'
import { numberColumn, type ExportTable } from '../../../lib/export/export-table'
import { findFieldBox, paddedShareOf, type FieldBox } from '../../../lib/network/field-box'
import type { UnitPlace } from '../../../lib/links/architecture-place'
import { describeKind } from '../../../lib/words/layer-words'

/** A layer's fields, for the table of all layers. */
export interface LayerFields {
  readonly layer: Layer
  /** Share of the middle unit's field that lies on padding, 0..1. */
  readonly paddedShare: number
  /** Share of the picture that the middle unit sees, 0..1. */
  readonly seenShare: number
}

/** The fields of every layer's middle unit. */
export function measureLayers(network: Network): LayerFields[] {
  return network.layers.map((layer) => {
    const [height, width] = layer.output
    const box = findFieldBox(network, layer.name, Math.floor(height / 2), Math.floor(width / 2))
    return {
      layer,
      paddedShare: paddedShareOf(box),
      seenShare: seenShareOf(box, network.spec.inputSize),
    }
  })
}

/** Share of a square picture that a unit sees, 0..1. */
export function seenShareOf({ inside }: FieldBox, inputSize: number): number {
  return (inside.width * inside.height) / inputSize ** 2
}

/** Centre of a field in input pixels, where pixel i has its centre at i. */
export function centreOf({ full }: FieldBox): { readonly x: number; readonly y: number } {
  return { x: full.x + (full.width - 1) / 2, y: full.y + (full.height - 1) / 2 }
}

/** The table of all layers, for an export. */
export function tabulateFields(network: Network): ExportTable {
  const { inputSize } = network.spec
  return {
    title: `Receptive fields of ${titleNetwork(network.spec)} at ${inputSize} px (of the middle unit)`,
    columns: [
      { name: 'layer' },
      { name: 'kind' },
      numberColumn('plane'),
      numberColumn('field (px)'),
      numberColumn('stride (px)'),
      numberColumn('offset (px)'),
      numberColumn('share of the picture seen'),
      numberColumn('share of the field on padding'),
    ],
    rows: measureLayers(network).map(({ layer, paddedShare, seenShare }) => [
      layer.name,
      describeKind(layer),
      layer.output[0],
      layer.receptiveField,
      layer.stride,
      layer.offset,
      seenShare,
      paddedShare,
    ]),
  }
}

/** The numbers of a pyramid, from the input up. */
export function tabulatePyramid(
  network: Network,
  layer: Layer,
  unit: UnitPlace,
  levels: readonly PyramidLevel[],
): ExportTable {
  return {
    title: `Field of row ${unit.row}, column ${unit.column} of ${layer.name} in each plane below (${titleNetwork(network.spec)} at ${network.spec.inputSize} px)`,
    columns: [
      { name: 'plane' },
      numberColumn('side'),
      numberColumn('field'),
      numberColumn('top'),
      numberColumn('left'),
      numberColumn('bottom'),
      numberColumn('right'),
      numberColumn('inside top'),
      numberColumn('inside left'),
      numberColumn('inside bottom'),
      numberColumn('inside right'),
    ],
    rows: levels.map(({ name, width, field: { full, clipped } }) => [
      name,
      width,
      full.right - full.left + 1,
      ...[full, clipped].flatMap(({ top, left, bottom, right: end }) => [top, left, bottom, end]),
    ]),
  }
}
