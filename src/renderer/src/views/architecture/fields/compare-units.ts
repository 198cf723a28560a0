import { numberColumn, type ExportTable } from '../../../lib/export/export-table'
import { describeOverhang, findOverlap, paddedShareOf } from '../../../lib/network/field-box'
import { formatCount, formatShare } from '../../../lib/words/format-value'
import { centreOf, seenShareOf } from './field-tables'
import type { FieldsView, UnitField } from './fields-view.svelte'

/** A unit as a column of the comparison. */
export interface ComparedUnit {
  readonly heading: string
  readonly unit: UnitField
}

/** A line of the comparison: a number in words for each unit. */
export interface ComparedLine {
  readonly label: string
  readonly cells: readonly string[]
}

/** The units that are shown: the one looked at, the pinned one, the other network's. */
export function listUnits({ shown, pinned, compared }: FieldsView): ComparedUnit[] {
  return [
    { heading: 'Shown', unit: shown },
    ...(pinned ? [{ heading: 'Pinned', unit: pinned }] : []),
    ...(compared ? [{ heading: `In ${compared.network}`, unit: compared }] : []),
  ]
}

/** All that is shown of each unit, one fact per line; the overlap is that with the first. */
export function compareUnits(units: readonly ComparedUnit[], inputSize: number): ComparedLine[] {
  const line = (label: string, tell: (unit: UnitField) => string): ComparedLine => ({
    label,
    cells: units.map(({ unit }) => tell(unit)),
  })
  const first = units[0]?.unit
  const lines = [
    line('Layer', ({ layer }) => layer.name),
    line('Unit', ({ unit }) => `row ${unit.row}, column ${unit.column}`),
    line('Field', ({ box }) => `${box.full.width} × ${box.full.height} px`),
    line('Stride', ({ layer }) => `${layer.stride} px`),
    line('Offset', ({ layer }) => `${layer.offset} px`),
    line('Box', ({ box }) => `x ${box.full.x}, y ${box.full.y}`),
    line('Centre', ({ box }) => `x ${centreOf(box).x}, y ${centreOf(box).y}`),
    line(
      'On picture',
      ({ box }) =>
        `${box.inside.width} × ${box.inside.height} px, ${formatShare(seenShareOf(box, inputSize))}`,
    ),
    line('On padding', ({ box }) =>
      box.touchesPadding
        ? `${formatShare(paddedShareOf(box))}: ${describeOverhang(box.overhang)}`
        : 'nothing',
    ),
  ]
  if (first === undefined || units.length < 2) return lines
  return [
    ...lines,
    line('Overlap', (unit) => {
      if (unit === first) return '–'
      const { pixels, shareOfFirst, shareOfSecond } = findOverlap(first.box, unit.box)
      return `${formatCount(pixels)} px: ${formatShare(shareOfSecond)} of its own, ${formatShare(shareOfFirst)} of the shown`
    }),
  ]
}

/** The numbers of the units that are shown, for an export. */
export function tabulateUnits(view: FieldsView): ExportTable {
  const { inputSize } = view.network.spec
  const units = listUnits(view)
  const first = view.shown.box
  return {
    title: `Fields on the ${inputSize} px input`,
    columns: [
      { name: 'unit' },
      { name: 'network' },
      { name: 'layer' },
      numberColumn('row'),
      numberColumn('column'),
      numberColumn('field (px)'),
      numberColumn('stride (px)'),
      numberColumn('x'),
      numberColumn('y'),
      numberColumn('inside x'),
      numberColumn('inside y'),
      numberColumn('inside width'),
      numberColumn('inside height'),
      numberColumn('share of the picture'),
      numberColumn('overlap with the shown (px)'),
    ],
    rows: units.map(({ heading, unit: { network, layer, unit, box } }) => [
      heading,
      network,
      layer.name,
      unit.row,
      unit.column,
      box.full.width,
      layer.stride,
      box.full.x,
      box.full.y,
      box.inside.x,
      box.inside.y,
      box.inside.width,
      box.inside.height,
      seenShareOf(box, inputSize),
      findOverlap(first, box).pixels,
    ]),
  }
}
