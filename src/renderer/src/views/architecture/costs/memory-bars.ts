import { MEMORY_PARTS, type MemoryPart } from '../../../../../shared/vgg'
import type { MemoryCase } from './memory-words'

/** A part of a bar, in units of the drawing. */
export interface Segment {
  readonly part: MemoryPart
  /** Its number in the list of parts, from 1: what marks it in the bar and in the table. */
  readonly number: number
  readonly left: number
  readonly width: number
  readonly bytes: number
}

/** How far beyond the longest bar the memory's own mark is still drawn to scale. */
const FAR = 1.7

/** Bytes that the whole width stands for: the longest bar, and the memory where it is not far. */
export function chooseScale(cases: readonly MemoryCase[], memoryBytes: number | null): number {
  const longest = Math.max(...cases.map(({ estimate }) => estimate.bytes))
  if (memoryBytes === null || memoryBytes > longest * FAR) return longest
  return Math.max(longest, memoryBytes)
}

/** The parts of one bar, side by side from the left. */
export function cutBar({ estimate }: MemoryCase, scaleBytes: number, width: number): Segment[] {
  let left = 0
  return MEMORY_PARTS.map((part, index) => {
    const bytes = estimate.parts[part]
    const segment = { part, number: index + 1, left, width: (bytes / scaleBytes) * width, bytes }
    left += segment.width
    return segment
  })
}
