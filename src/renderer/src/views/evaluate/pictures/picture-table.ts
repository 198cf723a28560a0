import type { EvaluatedPictures, Evaluation } from '../../../../../shared/contract'
import { present } from '../../../../../shared/present'
import { isRightAt } from '../../../lib/evaluation/list-pictures'
import { numberColumn, type ExportTable } from '../../../lib/export/export-table'

/** Columns of numbers, with the unit that each has in the file. */
const NUMBERS = [
  { name: 'confidence', of: 'confidence' },
  { name: 'margin', of: 'margin' },
  { name: 'probability of true class', of: 'ownProbability' },
  { name: 'rank of true class', of: 'ownRank' },
  { name: 'loss (nats)', of: 'loss' },
  { name: 'entropy (nats)', of: 'entropy' },
] as const satisfies readonly { name: string; of: keyof EvaluatedPictures }[]

/** The listed pictures with all that is known of each; what a picture has not is an empty cell. */
export function tabulatePictures(
  { pictures, classNames, summary }: Evaluation,
  list: Uint32Array,
  markOf: (picture: number) => string | null,
): ExportTable {
  const nameAt = (classes: Int32Array, picture: number): string | null =>
    classNames[present(classes[picture])] ?? null
  return {
    title: `Pictures: ${summary.protocolWords}, ${summary.dataWords}`,
    columns: [
      ...['file', 'true class', 'predicted', 'result', 'second', 'suggested', 'correction'].map(
        (name) => ({ name }),
      ),
      ...NUMBERS.map(({ name }) => numberColumn(name)),
    ],
    rows: [...list].map((picture) => {
      const right = isRightAt(pictures, picture)
      return [
        present(pictures.files[picture]),
        nameAt(pictures.label, picture),
        nameAt(pictures.predicted, picture),
        right === null ? null : right ? 'right' : 'wrong',
        nameAt(pictures.second, picture),
        nameAt(pictures.suggested, picture),
        markOf(picture),
        ...NUMBERS.map(({ of }) => {
          const value = present(pictures[of][picture])
          return Number.isNaN(value) || (of === 'ownRank' && value === 0) ? null : value
        }),
      ]
    }),
  }
}
