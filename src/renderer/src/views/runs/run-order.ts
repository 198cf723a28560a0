import type { RunSummary } from '../../../../shared/spec'
import { describeRunNetwork } from '../../lib/words/run-words'

/** The columns of the table that runs are sorted by. */
export const RUN_COLUMNS = ['name', 'created', 'network', 'state', 'epochs', 'best'] as const
export type RunColumn = (typeof RUN_COLUMNS)[number]

/** How the runs are sorted. */
export interface RunOrder {
  readonly column: RunColumn
  readonly isDescending: boolean
}

export const NEWEST_FIRST: RunOrder = { column: 'created', isDescending: true }

/** Words begin with A, numbers and dates with the largest. */
const BEGINS_DESCENDING: Readonly<Record<RunColumn, boolean>> = {
  name: false,
  created: true,
  network: false,
  state: false,
  epochs: true,
  best: true,
}

/** The order after a column's heading was chosen: the other way round where it was that column's. */
export function turnOrder(order: RunOrder, column: RunColumn): RunOrder {
  const isDescending = order.column === column ? !order.isDescending : BEGINS_DESCENDING[column]
  return { column, isDescending }
}

/**
 * Runs in an order; equal ones keep theirs, and those without a value come last either way.
 * @param stateOf - a run's state in words
 */
export function sortRuns(
  runs: readonly RunSummary[],
  { column, isDescending }: RunOrder,
  stateOf: (run: RunSummary) => string,
): RunSummary[] {
  const valueOf = (summary: RunSummary): string | number | null => {
    const { run, epochs, best } = summary
    switch (column) {
      case 'name':
        return run.name
      case 'created':
        return run.created
      case 'network':
        return describeRunNetwork(summary)
      case 'state':
        return stateOf(summary)
      case 'epochs':
        return run.imported === undefined ? epochs : null
      case 'best':
        return best?.validation.top1 ?? null
    }
  }
  const keyed = runs.map((run) => ({ run, value: valueOf(run) }))
  keyed.sort(({ value: a }, { value: b }) => {
    if (a === null || b === null) return Number(a === null) - Number(b === null)
    return compareValues(a, b) * (isDescending ? -1 : 1)
  })
  return keyed.map(({ run }) => run)
}

function compareValues(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a).localeCompare(String(b), undefined, { numeric: true })
}
