import type { ClassSummary } from '../../../../shared/contract'
import { formatCount, formatPlural, formatShare } from '../../lib/format-value'

/** How unequal the classes are, with what it means. */
export interface Balance {
  readonly level: 'even' | 'uneven' | 'imbalanced'
  readonly words: string
}

/** Largest to smallest class, from which on it is called uneven or imbalanced. */
const UNEVEN_RATIO = 1.5
const IMBALANCED_RATIO = 4

/** Tells of the training pictures' balance; empty words for less than two classes. */
export function describeBalance(classes: readonly ClassSummary[]): Balance {
  const [first] = classes
  if (first === undefined || classes.length < 2) return { level: 'even', words: '' }
  let smallest = first
  let largest = first
  let images = 0
  for (const candidate of classes) {
    if (candidate.train < smallest.train) smallest = candidate
    if (candidate.train > largest.train) largest = candidate
    images += candidate.train
  }
  if (smallest.train === 0) {
    const empty = classes.filter((candidate) => candidate.train === 0)
    const names = empty.slice(0, 3).map((candidate) => candidate.name)
    return {
      level: 'imbalanced',
      words: `${formatPlural(empty.length, 'class has', 'classes have')} no training picture: ${names.join(', ')}${empty.length > names.length ? ' …' : ''}.`,
    }
  }
  const ratio = largest.train / smallest.train
  const chance = `Always answering ${largest.name} would be right for ${formatShare(largest.train / images)} of them.`
  if (ratio < UNEVEN_RATIO) {
    const counts =
      smallest.train === largest.train
        ? formatCount(largest.train)
        : `${formatCount(smallest.train)} to ${formatCount(largest.train)}`
    return {
      level: 'even',
      words: `Balanced: ${counts} training pictures in each class. ${chance}`,
    }
  }
  const level = ratio < IMBALANCED_RATIO ? 'uneven' : 'imbalanced'
  const name = level === 'uneven' ? 'Uneven' : 'Imbalanced'
  return {
    level,
    words: `${name}: ${largest.name} (${formatCount(largest.train)}) has ${ratio.toFixed(1)} times the training pictures of ${smallest.name} (${formatCount(smallest.train)}). ${chance}`,
  }
}
