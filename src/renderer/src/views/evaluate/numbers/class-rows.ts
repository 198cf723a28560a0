import type { CurveAreas } from '../../../../../shared/evaluation/curves'
import type { ClassScore } from '../../../../../shared/evaluation/per-class'

/** A class of the table; what is undefined is null. */
export interface ClassRow extends ClassScore {
  readonly name: string
  readonly auc: number | null
  readonly ap: number | null
}

/** The columns that classes are sorted by. */
export const CLASS_COLUMNS = [
  { value: 'name', label: 'Class', title: '' },
  { value: 'support', label: 'Pictures', title: 'Pictures of the class: its support' },
  {
    value: 'precision',
    label: 'Precision',
    title: 'Share of the pictures taken for the class that are of it',
  },
  { value: 'recall', label: 'Recall', title: 'Share of the pictures of the class that were found' },
  { value: 'f1', label: 'F1', title: 'Harmonic mean of precision and recall' },
  {
    value: 'meanConfidence',
    label: 'Confidence',
    title: 'Mean probability of the answer on pictures of the class, right or wrong',
  },
  { value: 'auc', label: 'AUC', title: 'Area under the ROC curve of the class against the others' },
  { value: 'ap', label: 'AP', title: 'Average precision: area under the precision-recall curve' },
] as const
export type ClassColumn = (typeof CLASS_COLUMNS)[number]['value']

/** How the classes are sorted. */
export interface ClassOrder {
  readonly column: ClassColumn
  readonly isDescending: boolean
}

/** The worst first is what one looks for; names begin with A, and support with the most. */
export function turnClassOrder(order: ClassOrder, column: ClassColumn): ClassOrder {
  const isSame = order.column === column
  return { column, isDescending: isSame ? !order.isDescending : column === 'support' }
}

/** Puts names and areas beside the scores. */
export function listClassRows(
  scores: readonly ClassScore[],
  classNames: readonly string[],
  areas: CurveAreas | null,
): readonly ClassRow[] {
  return scores.map((score) => ({
    ...score,
    name: classNames[score.index] ?? '',
    auc: areas?.auc[score.index] ?? null,
    ap: areas?.ap[score.index] ?? null,
  }))
}

/** The classes whose name holds a text, in any case; all of them for ''. */
export function findClassRows(rows: readonly ClassRow[], text: string): readonly ClassRow[] {
  const wanted = text.trim().normalize('NFC').toLowerCase()
  return rows.filter(({ name }) => name.normalize('NFC').toLowerCase().includes(wanted))
}

/**
 * The classes whose name holds a text, in an order; those without a value come last either way.
 * @param text - in any case; '' for all
 */
export function sortClassRows(
  rows: readonly ClassRow[],
  { column, isDescending }: ClassOrder,
  text: string,
): readonly ClassRow[] {
  const turn = isDescending ? -1 : 1
  return [...findClassRows(rows, text)].sort(({ [column]: a }, { [column]: b }) => {
    if (a === null || b === null) return Number(a === null) - Number(b === null)
    if (typeof a === 'number' && typeof b === 'number') return (a - b) * turn
    return String(a).localeCompare(String(b), undefined, { numeric: true }) * turn
  })
}
