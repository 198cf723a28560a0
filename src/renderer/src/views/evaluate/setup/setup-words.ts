import type { EvaluationCost, EvaluationPlan } from '../../../../../shared/contract'
import { findName } from '../../../../../shared/same-name'
import type { RunSummary } from '../../../../../shared/spec'
import { formatDuration } from '../../../lib/words/format-training'
import { formatPlural } from '../../../lib/words/format-value'

/** Whether a network has the classes of the first, so that their outputs can be averaged. */
export function describeClassMatch(
  first: RunSummary,
  other: RunSummary,
): { readonly isSame: boolean; readonly words: string } {
  const [wanted, own] = [first.run.classNames, other.run.classNames]
  const missing = wanted.find((name) => findName(own, name) === -1)
  if (missing !== undefined)
    return { isSame: false, words: `Has no class ${missing}: cannot be fused with the first` }
  const extra = own.find((name) => findName(wanted, name) === -1)
  if (extra !== undefined)
    return { isSame: false, words: `Also has ${extra}: cannot be fused with the first` }
  return { isSame: true, words: 'Same classes as the first' }
}

/** Pictures that remain to be shown, each pass for itself. */
export function countRemaining({ passes }: EvaluationPlan): number {
  return passes.reduce((sum, { toDo }) => sum + toDo, 0)
}

/** What is left to do, in a line: "480 pictures in 2 passes; 120 of 960 are kept from before." */
export function describeRemaining(plan: EvaluationPlan): string {
  const { passes, pictures } = plan
  const remaining = countRemaining(plan)
  const all = passes.length * pictures
  if (remaining === 0) return 'Nothing remains to be computed: all of it is kept from before.'
  const passWords = formatPlural(passes.length, 'pass', 'passes')
  const shown = `${formatPlural(pictures, 'picture')} in ${passWords}`
  if (remaining === all) return `${shown}.`
  return `${shown}; ${formatPlural(all - remaining, 'answer')} of ${all.toLocaleString('en-US')} kept from before.`
}

/** "12 s" for what remains; "under a second" for less. */
export function describeTime({ totalSeconds }: EvaluationCost): string {
  return totalSeconds < 1 ? 'under a second' : formatDuration(totalSeconds)
}
