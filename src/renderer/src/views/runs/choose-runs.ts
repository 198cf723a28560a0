import type { RunSummary } from '../../../../shared/spec'
import { describeRunNetwork } from '../../lib/words/run-words'

/** Which runs of the list are shown. */
export interface RunFilter {
  /** Words that all occur in what is known of a run. */
  readonly text: string
  /** '' for all. */
  readonly tag: string
}

/** Runs under the name of their group; '' for those without one. */
export interface RunGroup {
  readonly name: string
  readonly runs: readonly RunSummary[]
}

/** The runs that a filter leaves, in their order. */
export function filterRuns(runs: readonly RunSummary[], { text, tag }: RunFilter): RunSummary[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return runs.filter((summary) => {
    if (tag !== '' && !summary.labels.tags.includes(tag)) return false
    const { run, labels, folder } = summary
    const known = [
      run.name,
      describeRunNetwork(summary),
      labels.group,
      ...labels.tags,
      labels.note,
      run.state,
      run.dataFolder,
      folder,
    ]
      .join('\n')
      .toLowerCase()
    return words.every((word) => known.includes(word))
  })
}

/** All tags of some runs, by the alphabet. */
export function listTags(runs: readonly RunSummary[]): string[] {
  return [...new Set(runs.flatMap(({ labels }) => labels.tags))].sort((a, b) => a.localeCompare(b))
}

/** The runs by group, in the order of their newest; those without a group last. */
export function groupRuns(runs: readonly RunSummary[]): RunGroup[] {
  const groups = new Map<string, RunSummary[]>()
  for (const run of runs) {
    const { group } = run.labels
    const others = groups.get(group)
    if (others) others.push(run)
    else groups.set(group, [run])
  }
  const listed = [...groups].map(([name, members]) => ({ name, runs: members }))
  return [...listed.filter(({ name }) => name !== ''), ...listed.filter(({ name }) => name === '')]
}

/** What was typed as tags: parted by commas, each once. */
export function parseTags(text: string): string[] {
  return [
    ...new Set(
      text
        .split(',')
        .map((tag) => tag.trim())
        .filter(Boolean),
    ),
  ]
}
