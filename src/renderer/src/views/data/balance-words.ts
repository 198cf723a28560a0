import type { ClassSummary } from '../../../../shared/contract'
import type { Balance as Balancing } from '../../../../shared/spec'
import { formatCount, formatPlural, formatShare } from '../../lib/words/format-value'

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
  const extremes = findExtremes(classes)
  if (extremes === null || classes.length < 2) return { level: 'even', words: '' }
  const { smallest, largest, images } = extremes
  if (smallest.train === 0) {
    const empty = classes.filter((candidate) => candidate.train === 0)
    const names = empty.slice(0, 3).map((candidate) => candidate.name)
    return {
      level: 'imbalanced',
      words: `${formatPlural(empty.length, 'class has', 'classes have')} no training picture: ${names.join(', ')}${empty.length > names.length ? ' …' : ''}.`,
    }
  }
  const ratio = largest.train / smallest.train
  const chance = `Always predicting ${largest.name} would be right for ${formatShare(largest.train / images)} of them.`
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

/** What balancing does to these classes in training. */
export function describeBalancing(classes: readonly ClassSummary[], balance: Balancing): string {
  const filled = classes.filter(({ train }) => train > 0)
  const extremes = findExtremes(filled)
  if (extremes === null || balance === 'none') return 'Each picture is seen once per epoch.'
  const { smallest, largest, images } = extremes
  const share = images / filled.length
  const factorOf = ({ train }: ClassSummary): string => (share / train).toPrecision(2)
  if (balance === 'loss') {
    return `In the loss a picture of ${smallest.name} weighs ${factorOf(smallest)}, one of ${largest.name} ${factorOf(largest)}.`
  }
  return `Each class is drawn ${formatCount(Math.round(share))} times per epoch: a picture of ${smallest.name} comes ${factorOf(smallest)} times on average, one of ${largest.name} ${factorOf(largest)}.`
}

function findExtremes(
  classes: readonly ClassSummary[],
): { smallest: ClassSummary; largest: ClassSummary; images: number } | null {
  const [first] = classes
  if (first === undefined) return null
  let smallest = first
  let largest = first
  let images = 0
  for (const candidate of classes) {
    if (candidate.train < smallest.train) smallest = candidate
    if (candidate.train > largest.train) largest = candidate
    images += candidate.train
  }
  return { smallest, largest, images }
}
