import type { DatasetFindings, PictureGroup } from '../../../../shared/contract'
import { PARAMETERS } from '../../../../shared/spec'
import { formatPlural } from '../../lib/words/format-value'

/** The kinds of findings, in the order in which they are shown. */
export const FINDING_KINDS = ['exact', 'near', 'tiny', 'unreadable'] as const
export type FindingKind = (typeof FINDING_KINDS)[number]

const LABELS: Readonly<Record<FindingKind, string>> = {
  exact: 'Copies',
  near: 'Nearly the same',
  tiny: 'Tiny',
  unreadable: 'Unreadable',
}

/** "Copies (3)". */
export function labelFinding(kind: FindingKind, { counts }: DatasetFindings): string {
  return `${LABELS[kind]} (${counts[kind].toLocaleString('en-US')})`
}

/** What a kind means, in a line. */
export const FINDING_HELP: Readonly<Record<FindingKind, string>> = {
  exact: 'Byte for byte the same file.',
  near: 'The same picture in another size, format or quality, as far as its brightness pattern tells: look before you delete.',
  tiny: `Smaller than ${PARAMETERS.inputSize.min} px, the smallest input of a VGG network: most of what it sees is made up by enlarging.`,
  unreadable: 'Cannot be decoded: training leaves them out.',
}

/** The outcome in a sentence. */
export function describeFindings({ checked, counts }: DatasetFindings): string {
  const parts = [
    counts.exact > 0 ? formatPlural(counts.exact, 'group of copies', 'groups of copies') : '',
    counts.near > 0
      ? formatPlural(counts.near, 'group of near copies', 'groups of near copies')
      : '',
    counts.tiny > 0 ? formatPlural(counts.tiny, 'tiny picture') : '',
    counts.unreadable > 0 ? formatPlural(counts.unreadable, 'unreadable picture') : '',
  ].filter((part) => part !== '')
  const all = formatPlural(checked, 'picture')
  return parts.length === 0
    ? `${all} checked: nothing found.`
    : `${all} checked: ${parts.join(', ')}.`
}

/** The warning of leaks between the halves, or null. */
export function describeLeaks({ counts: { leaks } }: DatasetFindings): string | null {
  if (leaks === 0) return null
  const groups = leaks === 1 ? 'One group has' : `${leaks.toLocaleString('en-US')} groups have`
  return `${groups} the same picture in training and in validation: the validation is flattered by what was learnt by heart.`
}

/** What is wrong with a group beyond being one: "train and validation; two classes". */
export function describeGroup({ pictures, isLeak, isContradiction }: PictureGroup): string {
  const classes = new Set(pictures.map(({ classIndex }) => classIndex)).size
  return [
    formatPlural(pictures.length, 'file'),
    isLeak ? 'in train and validation' : '',
    isContradiction ? `in ${classes} classes` : '',
  ]
    .filter((part) => part !== '')
    .join(', ')
}
