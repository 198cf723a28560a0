import type { DatasetFindings, PictureGroup } from '../../../../shared/contract'
import { PARAMETERS } from '../../../../shared/spec'
import { formatPlural } from '../../lib/words/format-value'

/** The kinds of findings, in the order in which they are shown. */
export const FINDING_KINDS = ['exact', 'near', 'tiny', 'unreadable'] as const
export type FindingKind = (typeof FINDING_KINDS)[number]

const LABELS: Readonly<Record<FindingKind, string>> = {
  exact: 'Duplicates',
  near: 'Near-duplicates',
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
  near: 'Probably the same picture in another size, format or quality, judging by its brightness pattern: check before you delete.',
  tiny: `Smaller than ${PARAMETERS.inputSize.min} px, the smallest input of a VGG network: most of what it sees comes from upscaling.`,
  unreadable: 'Cannot be decoded: training skips them.',
}

/** The outcome in a sentence. */
export function describeFindings({ checked, counts }: DatasetFindings): string {
  const parts = [
    counts.exact > 0
      ? formatPlural(counts.exact, 'group of duplicates', 'groups of duplicates')
      : '',
    counts.near > 0
      ? formatPlural(counts.near, 'group of near-duplicates', 'groups of near-duplicates')
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
  return `${groups} the same picture in more than one split (training, validation, test): accuracy there is inflated by memorised pictures.`
}

/** What is wrong with a group beyond being one: "train and validation; two classes". */
export function describeGroup({ pictures, isLeak, isContradiction }: PictureGroup): string {
  const classes = new Set(pictures.map(({ classIndex }) => classIndex)).size
  return [
    formatPlural(pictures.length, 'file'),
    isLeak ? `in ${[...new Set(pictures.map(({ split }) => split))].sort(inOrder).join(', ')}` : '',
    isContradiction ? `in ${classes} classes` : '',
  ]
    .filter((part) => part !== '')
    .join(', ')
}

const SPLITS = ['train', 'validation', 'test'] as const

function inOrder(a: (typeof SPLITS)[number], b: (typeof SPLITS)[number]): number {
  return SPLITS.indexOf(a) - SPLITS.indexOf(b)
}
