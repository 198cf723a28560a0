import { LabError } from '../contract/errors'
import { present } from '../present'
import { bootstrapMeans, type BootstrapOptions, type Interval } from './bootstrap'
import { measureChiSquareTail, sumBinomialTails } from './tail-probabilities'

/** Two predictions of the same pictures. */
export interface PairedScores {
  /** Pictures whose class both networks know. */
  readonly pictures: number
  readonly bothRight: number
  readonly onlyA: number
  readonly onlyB: number
  readonly bothWrong: number
  /** Top-1 of b minus that of a, with a paired bootstrap interval. */
  readonly difference: Interval
  readonly mcNemar: McNemar
}

/** McNemar's test of whether both are right equally often. */
export interface McNemar {
  /** Exact below {@link EXACT_BELOW} pictures of which only one is right. */
  readonly test: 'exact' | 'chi-square'
  /** Exact: the smaller of the two counts. Chi-square: (|onlyA - onlyB| - 1)^2 / (onlyA + onlyB). */
  readonly statistic: number
  /** Two-sided. */
  readonly pValue: number
}

const EXACT_BELOW = 25

/**
 * Compares two predictions picture by picture.
 * @param rankA - place of the true class, 1 the first, 0 where it is unknown, `[N]`
 * @param rankB - of the same pictures
 * @throws LabError `bad-input` without a picture whose class both know
 */
export function comparePaired(
  rankA: Int32Array,
  rankB: Int32Array,
  options?: BootstrapOptions,
): PairedScores {
  const counts = { bothRight: 0, onlyA: 0, onlyB: 0, bothWrong: 0 }
  const differences: number[] = []
  rankA.forEach((a, picture) => {
    const b = present(rankB[picture])
    if (a === 0 || b === 0) return
    if (a === 1 && b === 1) counts.bothRight++
    else if (a === 1) counts.onlyA++
    else if (b === 1) counts.onlyB++
    else counts.bothWrong++
    differences.push((b === 1 ? 1 : 0) - (a === 1 ? 1 : 0))
  })
  if (differences.length === 0) {
    throw new LabError(
      'bad-input',
      'Expected pictures whose class both networks know; there are none.',
      'Compare evaluations of the same pictures with the same classes.',
    )
  }
  const [difference] = bootstrapMeans([Float32Array.from(differences)], options)
  return {
    pictures: differences.length,
    ...counts,
    difference: present(difference),
    mcNemar: testMcNemar(counts.onlyA, counts.onlyB),
  }
}

/**
 * McNemar 1947: exact and binomial for few pictures of which only one prediction is right, else by
 * chi-square with Edwards' continuity correction; statsmodels' `mcnemar(exact=..., correction=True)`.
 */
export function testMcNemar(onlyA: number, onlyB: number): McNemar {
  const discordant = onlyA + onlyB
  if (discordant < EXACT_BELOW) {
    const statistic = Math.min(onlyA, onlyB)
    return { test: 'exact', statistic, pValue: sumBinomialTails(statistic, discordant) }
  }
  const statistic = (Math.abs(onlyA - onlyB) - 1) ** 2 / discordant
  return { test: 'chi-square', statistic, pValue: measureChiSquareTail(statistic) }
}
