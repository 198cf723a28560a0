import type { PictureReference, PackPlace } from './tasks'

/** A prepared picture, and of which state of its file. */
export interface PackEntry {
  readonly name: string
  readonly bytes: number
  readonly modifiedMs: number
  readonly place: PackPlace
  /** When it was prepared; of two of one file the later counts. */
  readonly preparedMs: number
}

/** File of raw RGB pixels, one record behind another. */
export function nameSegment(number: number): string {
  return `pictures-${number}.bin`
}

/** File that says what lies where in a segment, a line for each record. */
export function nameIndex(number: number): string {
  return `index-${number}.jsonl`
}

/** Number of a segment's index; null for another file. */
export function readIndexNumber(file: string): number | null {
  const match = /^index-(\d+)\.jsonl$/.exec(file)
  return match === null ? null : Number(match[1])
}

/** The line of a record. */
export function formatEntry(
  { name, bytes, modifiedMs }: Pick<PictureReference, 'name' | 'bytes' | 'modifiedMs'>,
  { offset, width, height, checksum }: PackPlace,
): string {
  return `${JSON.stringify([name, bytes, modifiedMs, offset, width, height, checksum, Date.now()])}\n`
}

/** The entries of a segment's index; lines that a crash cut off are left out. */
export function parseIndex(text: string, segment: number): PackEntry[] {
  const entries: PackEntry[] = []
  for (const line of text.split('\n')) {
    if (!line.startsWith('[') || !line.endsWith(']')) continue
    let values: unknown[]
    try {
      values = JSON.parse(line) as unknown[]
    } catch {
      continue
    }
    const [name, ...numbers] = values
    if (typeof name !== 'string' || numbers.length !== 7) continue
    if (!numbers.every((value) => typeof value === 'number')) continue
    const [bytes = 0, modifiedMs = 0, offset = 0, width = 0, height = 0, checksum = 0, time = 0] =
      numbers
    const place = { segment, offset, width, height, checksum }
    entries.push({ name, bytes, modifiedMs, place, preparedMs: time })
  }
  return entries
}
