import type { LayerGlance } from '../../../../../shared/contract'
import type { Layer } from '../../../../../shared/vgg'
import { numberColumn, type ExportTable } from '../../../lib/export/export-table'
import { formatShort } from '../../../lib/words/format-value'
import { describeKind } from '../../../lib/words/layer-words'
import { present } from '../../../../../shared/present'

/**
 * The list of layers as it is shown: a row for each, the lowest first, with its shape and what its
 * thumbnails stand for; numbers of the picture stay empty before there is one.
 */
export function tabulateGlance(
  layers: readonly Layer[],
  glances: readonly LayerGlance[],
  title: string,
): ExportTable {
  const byName = new Map(glances.map((glance) => [glance.layer, glance]))
  return {
    title,
    columns: [
      { name: 'layer' },
      { name: 'kind' },
      ...[
        'height',
        'width',
        'channels',
        'largest value',
        'mean value',
        'units above zero (share)',
      ].map(numberColumn),
      numberColumn('silent channels'),
      { name: 'strongest channels (largest value)' },
    ],
    rows: layers.map((layer) => [
      layer.name,
      describeKind(layer),
      ...layer.output,
      ...describeNumbers(byName.get(layer.name)),
    ]),
  }
}

function describeNumbers(glance: LayerGlance | undefined): (number | string | null)[] {
  if (glance === undefined) return [null, null, null, null, null]
  const { max, mean, active, dead, strongest } = glance
  return [
    max.reduce((most, value) => Math.max(most, value), -Infinity),
    meanOf(mean),
    meanOf(active),
    dead,
    strongest.map(({ channel }) => `${channel} (${formatShort(present(max[channel]))})`).join(', '),
  ]
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}
