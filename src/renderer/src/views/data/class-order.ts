import { FEW_PICTURES, type ClassSummary } from '../../../../shared/contract'
import { formatPlural } from '../../lib/words/format-value'

/** From more on a list is searched rather than read. */
export const MANY_CLASSES = 12

/** How the list of classes is sorted. */
export const CLASS_ORDERS = [
  { value: 'name', label: 'By name' },
  { value: 'most', label: 'Most pictures first' },
  { value: 'fewest', label: 'Fewest pictures first' },
  { value: 'warnings', label: 'Warnings first' },
] as const
export type ClassOrder = (typeof CLASS_ORDERS)[number]['value']

/** A class with its place in the data set. */
export interface ListedClass {
  readonly entry: ClassSummary
  readonly index: number
}

/** What is wrong with a class, in words; null when nothing is. */
export function warnClass({ train, validation }: ClassSummary): string | null {
  if (train === 0) return 'no training pictures'
  if (validation === 0) return 'no validation pictures'
  const count = train + validation
  return count < FEW_PICTURES ? `only ${formatPlural(count, 'picture')}` : null
}

/**
 * The classes whose name holds a text, in an order; equal ones keep that of the data set, which is by name.
 * @param text - in any case; '' for all
 */
export function listClasses(
  classes: readonly ClassSummary[],
  { text, order }: { readonly text: string; readonly order: ClassOrder },
): ListedClass[] {
  // What is pasted from a Mac may not be composed, as the names of classes are.
  const wanted = text.trim().normalize('NFC').toLowerCase()
  const listed = classes
    .map((entry, index) => ({ entry, index }))
    .filter(({ entry }) => entry.name.toLowerCase().includes(wanted))
  if (order === 'name') return listed
  const keyed = listed.map((one) => ({ one, key: sortKey(one.entry, order) }))
  return keyed.sort((a, b) => a.key - b.key).map(({ one }) => one)
}

/** The smallest comes first. */
function sortKey(entry: ClassSummary, order: Exclude<ClassOrder, 'name'>): number {
  const count = entry.train + entry.validation + entry.test
  if (order === 'warnings') return Number(warnClass(entry) === null)
  return order === 'most' ? -count : count
}
