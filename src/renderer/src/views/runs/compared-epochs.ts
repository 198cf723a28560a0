import type { CurveMetric } from '../../charts/curve-data'
import type { ExportTable } from '../../lib/export/export-table'
import type { ComparedRun } from '../../state/comparison.svelte'

const METRIC_NAMES: Readonly<Record<CurveMetric, string>> = {
  loss: 'loss',
  top1: 'top-1',
  top5: 'top-5',
}

/** One metric of the compared runs, a row an epoch of a run. Every step is in the CSV of a run's own curves. */
export function tabulateEpochs(
  runs: readonly Pick<ComparedRun, 'name' | 'history'>[],
  metric: CurveMetric,
): ExportTable {
  const name = METRIC_NAMES[metric]
  return {
    title: `${name} of ${runs.map((run) => run.name).join(', ')}`,
    columns: [
      { name: 'run' },
      ...[
        'epoch',
        'step',
        'seconds',
        'learning rate',
        `training ${name}`,
        `validation ${name}`,
      ].map((column) => ({ name: column, align: 'right' as const })),
    ],
    rows: runs.flatMap((run) =>
      run.history.epochs.map((line) => [
        run.name,
        line.epoch,
        line.step,
        line.seconds,
        line.learningRate,
        line.train[metric],
        line.validation[metric],
      ]),
    ),
  }
}
