import type { StartCheck, StartSignals } from '../../../../shared/contract'
import type { Initialisation } from '../../../../shared/spec'
import { numberColumn, type ExportTable } from '../../lib/export/export-table'

/** How a start is called: its initialisation, or the weights that the settings name. */
export const nameStart = (initialisation: Initialisation | null): string =>
  initialisation ?? 'as chosen'

/** A deviation in few letters; what there is none of is a dash. */
export function formatDeviation(value: number | null): string {
  if (value === null) return '–'
  if (value === 0) return '0'
  if (!Number.isFinite(value)) return 'too large'
  return value >= 1e-3 && value < 1e5
    ? String(Number(value.toPrecision(3)))
    : value.toExponential(2)
}

/** What is drawn of a start: one value for each weight layer, from the input up. */
export function listSeries(
  { layers }: StartSignals,
  key: 'forward' | 'backward',
): { layer: string; value: number | null }[] {
  return layers
    .filter(({ weight }) => weight !== null)
    .map(({ layer, preRelu, outputGradient }) => ({
      layer,
      value: key === 'forward' ? preRelu : outputGradient,
    }))
}

/** All starts as one table. */
export function tabulateStarts({ network, pictures, starts }: StartCheck): ExportTable {
  return {
    title: `Deviations before training: ${network}, ${pictures} pictures`,
    columns: [
      { name: 'initialisation' },
      { name: 'layer' },
      numberColumn('before ReLU'),
      numberColumn('output'),
      numberColumn('gradient'),
      numberColumn('weights'),
      numberColumn("weights' gradient"),
    ],
    rows: starts.flatMap(({ initialisation, layers }) =>
      layers.map((layer) => [
        nameStart(initialisation),
        layer.layer,
        layer.preRelu,
        layer.output,
        layer.outputGradient,
        layer.weight,
        layer.weightGradient,
      ]),
    ),
  }
}

/** The choices of where a run starts from: other parts of the form lead there. */
export const START_IDS = { weights: 'start-weights', preInit: 'start-pre-init' } as const
