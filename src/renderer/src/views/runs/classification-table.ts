import type { ClassifiedPicture } from '../../../../shared/contract'
import { encodeCsv, type CsvCell } from '../../lib/export/numeric-files'

/** Classes of a picture that are exported. */
const EXPORTED_CLASSES = 5

/** Which rows of the table are shown. */
export interface ClassifiedFilter {
  readonly isWrongOnly: boolean
  /** Words that all occur in the file's name, its class or the predicted one. */
  readonly text: string
}

/** Whether the network takes a picture for what it is; null where its class is not known. */
export function isRight({ className, top }: ClassifiedPicture): boolean | null {
  return className === null ? null : top[0]?.class === className
}

/** The rows that a filter leaves, in their order. */
export function filterClassified(
  pictures: readonly ClassifiedPicture[],
  { isWrongOnly, text }: ClassifiedFilter,
): ClassifiedPicture[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return pictures.filter((picture) => {
    if (isWrongOnly && isRight(picture) !== false) return false
    const known = [picture.file, picture.className ?? '', picture.top[0]?.class ?? '']
      .join('\n')
      .toLowerCase()
    return words.every((word) => known.includes(word))
  })
}

/** How many of the pictures whose class is known are right. */
export function countRight(pictures: readonly ClassifiedPicture[]): {
  readonly right: number
  readonly known: number
} {
  const known = pictures.filter(({ className }) => className !== null)
  return { right: known.filter((picture) => isRight(picture) === true).length, known: known.length }
}

/** The table as CSV: a row for each picture, probabilities in 0..1. */
export function encodeClassified(pictures: readonly ClassifiedPicture[]): Uint8Array {
  const places = Array.from({ length: EXPORTED_CLASSES }, (_, at) => at + 1)
  const header = [
    'file',
    'class',
    'class_probability',
    'correct',
    ...places.flatMap((place) => [`predicted_${place}`, `probability_${place}`]),
  ]
  const rows = pictures.map((picture): CsvCell[] => {
    const right = isRight(picture)
    return [
      picture.file,
      picture.className,
      picture.ownProbability,
      right === null ? null : Number(right),
      ...places.flatMap((place): CsvCell[] => {
        const entry = picture.top[place - 1]
        return entry === undefined ? [null, null] : [entry.class, entry.probability]
      }),
    ]
  })
  return encodeCsv(header, rows)
}
