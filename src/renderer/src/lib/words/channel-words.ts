import { present } from '../../../../shared/present'
import type { Ablation } from '../../../../shared/spec'

/**
 * Channel numbers as text: "3, 7-12".
 * @param channels - ascending
 */
export function formatChannels(channels: readonly number[]): string {
  const parts: string[] = []
  for (let at = 0; at < channels.length;) {
    const first = present(channels[at])
    let end = at + 1
    while (channels[end] === first + end - at) end++
    const last = first + end - at - 1
    parts.push(
      last === first ? `${first}` : last === first + 1 ? `${first}, ${last}` : `${first}-${last}`,
    )
    at = end
  }
  return parts.join(', ')
}

/** Ablations in words: "conv1_1 3, 7-12 × 0; fc6 5 × 0.5". */
export function describeAblations(ablations: readonly Ablation[]): string {
  return ablations
    .map(({ layer, channels, factor }) => `${layer} ${formatChannels(channels)} × ${factor}`)
    .join('; ')
}

/**
 * Reads channel numbers: "3, 7-12", "all".
 * @param count - channels of the layer
 * @returns them ascending, each once, or what is wrong
 */
export function parseChannels(
  text: string,
  count: number,
): { readonly channels: readonly number[] } | { readonly fault: string } {
  const joined = text.replace(/\s*[-–]\s*/g, '-')
  const parts = joined.split(/[\s,;]+/).filter((part) => part !== '')
  const expected = `Expected channels from 0 to ${count - 1}, such as 3, 7-12 or all`
  if (parts.length === 0) return { fault: `${expected}; got nothing.` }
  const found = new Set<number>()
  for (const part of parts) {
    const range = part.toLowerCase() === 'all' ? `0-${count - 1}` : part
    const match = /^(\d+)(?:-(\d+))?$/.exec(range)
    const first = Number(match?.[1] ?? NaN)
    const last = Number(match?.[2] ?? first)
    if (!(first <= last && last < count)) return { fault: `${expected}; got ${part}.` }
    for (let channel = first; channel <= last; channel++) found.add(channel)
  }
  return { channels: [...found].sort((a, b) => a - b) }
}
