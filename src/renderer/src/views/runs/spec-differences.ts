import {
  PARAMETER_ROWS,
  formatParameterValue,
  type RunFile,
  type RunSummary,
} from '../../../../shared/spec'
import type { ExportTable } from '../../lib/export/export-table'

/** One fact of the runs' specs, with the value of each run in their order. */
export interface SpecRow {
  readonly label: string
  readonly values: readonly string[]
  /** Whether the runs differ in it. */
  readonly differs: boolean
}

/** What can be asked of a run's spec, beside the table of parameters. */
const FACTS: readonly (readonly [label: string, read: (run: RunFile) => string])[] = [
  ['Edited network', ({ network }) => network.edit?.name ?? 'none'],
  ['Imported from', ({ imported }) => imported?.file ?? 'none'],
  ['Learning rate changed at', ({ rateChanges }) => describeRateChanges(rateChanges ?? [])],
  ['Data folder', (run) => run.dataFolder || 'none'],
  ['Classes', (run) => run.classNames.join(', ')],
  ['Training pictures', (run) => String(run.trainImages)],
  ['Validation pictures', (run) => String(run.validationImages)],
  [
    'Micro-batch used',
    (run) => (run.microBatch === undefined ? 'chosen later' : String(run.microBatch)),
  ],
  ['Lab version', (run) => run.versions.lab],
  ['TensorFlow version', (run) => run.versions.tensorflow],
]

/** All that the specs of some runs say, row by row: the settings, then the rest. */
export function compareSpecs(runs: readonly RunSummary[]): SpecRow[] {
  const row = (label: string, read: (run: RunFile) => string): SpecRow => {
    const values = runs.map(({ run }) => read(run))
    return { label, values, differs: values.some((value) => value !== values[0]) }
  }
  const parameters = PARAMETER_ROWS.map(([key, parameter]) => {
    const unit = 'unit' in parameter ? parameter.unit : ''
    const isTold = unit === '' || unit === parameter.label.toLowerCase()
    return row(isTold ? parameter.label : `${parameter.label} (${unit})`, ({ settings }) =>
      formatParameterValue(settings[key]),
    )
  })
  return [...parameters, ...FACTS.map(([label, read]) => row(label, read))]
}

/** The rows as they leave the lab: a column a run. */
export function tabulateSpecs(runs: readonly RunSummary[], rows: readonly SpecRow[]): ExportTable {
  return {
    title: 'Differences between the runs',
    columns: [{ name: 'setting' }, ...runs.map(({ run }) => ({ name: run.name }))],
    rows: rows.map(({ label, values }) => [label, ...values]),
  }
}

function describeRateChanges(changes: NonNullable<RunFile['rateChanges']>): string {
  return changes.map(({ step, factor }) => `step ${step}: × ${factor}`).join(', ') || 'never'
}
