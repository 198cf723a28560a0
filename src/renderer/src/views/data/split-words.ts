import type { DatasetFindings, DatasetSummary } from '../../../../shared/contract'
import { formatCount, formatPlural } from '../../lib/words/format-value'
import type { SplitSettings } from '../../state/data-state.svelte'

/** Which split is in force, in a sentence. */
export function describeSplit(
  { classes }: DatasetSummary,
  { validationShare, seed, validationFolder }: SplitSettings,
  hasOwnSplit: boolean,
): string {
  const train = classes.reduce((sum, entry) => sum + entry.train, 0)
  const validation = classes.reduce((sum, entry) => sum + entry.validation, 0)
  const how =
    validationFolder !== null
      ? `validation pictures from ${validationFolder}`
      : hasOwnSplit
        ? 'validation pictures from its own validation half'
        : `${Math.round(validationShare * 100)}% of each class held out for validation, seed ${seed}`
  return `Current split: ${how}. ${formatCount(train)} to train, ${formatCount(validation)} to validate.`
}

/** What happens with the pictures of a test half; null where there is none. */
export function describeTestHalf(images: number): string | null {
  if (images === 0) return null
  return `Test half: ${formatPlural(images, 'picture')}, kept for evaluation. A run neither trains nor validates with ${images === 1 ? 'it' : 'them'}.`
}

/** What the last check knows of leaks between the halves, and how a new split changed it. */
export function describeLeakChange(
  findings: DatasetFindings | null,
  before: number | null,
): { readonly words: string; readonly isLeaking: boolean } | null {
  if (before === null) return null
  if (findings === null) {
    return { words: 'The pictures have changed: check them again for leakage.', isLeaking: false }
  }
  const { leaks } = findings.counts
  const groups = leaks === 0 ? 'none' : formatPlural(leaks, 'group')
  const change = leaks === before ? 'as before' : `${formatCount(before)} before`
  return {
    words: `The same picture in more than one split: ${groups}, ${change}.`,
    isLeaking: leaks > 0,
  }
}
