import type { EvaluationRef, EvaluationSummary } from '../../../../shared/contract'

/** Names an evaluation among those of all runs. */
export function keyOfRef({ runFolder, id }: EvaluationRef): string {
  return `${runFolder}\n${id}`
}

/** The evaluations that lie in one run's folder. */
export interface RunEvaluations {
  readonly runFolder: string
  readonly runName: string
  readonly evaluations: readonly EvaluationSummary[]
}

/** By run, in the order in which they come. */
export function groupByRun(list: readonly EvaluationSummary[]): readonly RunEvaluations[] {
  const groups = new Map<string, EvaluationSummary[]>()
  for (const evaluation of list) {
    const own = groups.get(evaluation.ref.runFolder)
    if (own) own.push(evaluation)
    else groups.set(evaluation.ref.runFolder, [evaluation])
  }
  return [...groups].map(([runFolder, evaluations]) => ({
    runFolder,
    runName: evaluations[0]?.models[0]?.runName ?? '',
    evaluations,
  }))
}
