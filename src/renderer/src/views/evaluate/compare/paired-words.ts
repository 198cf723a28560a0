import type { PairedComparison } from '../../../../../shared/contract'
import { formatPlural } from '../../../lib/words/format-value'

/** From which p on a difference is told as one. */
const SIGNIFICANCE = 0.05

/** The four cells of a comparison, and which pictures are in each. */
export const PAIR_CELLS = ['bothRight', 'onlyA', 'onlyB', 'bothWrong'] as const
export type PairCell = (typeof PAIR_CELLS)[number]

/** What a cell holds, in words. */
export const CELL_WORDS: Readonly<Record<PairCell, string>> = {
  bothRight: 'both right',
  onlyA: 'only A right',
  onlyB: 'only B right',
  bothWrong: 'both wrong',
}

/**
 * The pictures of a cell, by their places among those of an evaluation.
 * @param files - of the evaluation, `[N]`
 */
export function listPairPictures(
  { files, label, predictedA, predictedB }: PairedComparison,
  cell: PairCell,
  evaluated: readonly string[],
): readonly number[] {
  const places = new Map(evaluated.map((file, index) => [file, index]))
  return files.flatMap((file, pair) => {
    const isRightA = predictedA[pair] === label[pair]
    const isRightB = predictedB[pair] === label[pair]
    const own: PairCell = isRightA
      ? isRightB
        ? 'bothRight'
        : 'onlyA'
      : isRightB
        ? 'onlyB'
        : 'bothWrong'
    const place = places.get(file)
    return own === cell && place !== undefined ? [place] : []
  })
}

/** "p = 0.031", "p < 0.001" */
export function formatP(pValue: number): string {
  if (pValue < 0.001) return 'p < 0.001'
  return `p = ${pValue.toFixed(pValue < 0.1 ? 3 : 2)}`
}

/** McNemar's test in a sentence. */
export function describePaired({ onlyA, onlyB, mcNemar }: PairedComparison): string {
  const test = `McNemar’s test, ${mcNemar.test === 'exact' ? 'exact' : 'chi-square with continuity correction'}`
  const unlike = onlyA + onlyB
  if (unlike === 0) return `${test}: both are right on the same pictures.`
  const counts = `of ${formatPlural(unlike, 'picture')} that only one of them gets right, A gets ${onlyA} and B ${onlyB}`
  const verdict =
    mcNemar.pValue >= SIGNIFICANCE
      ? 'chance alone explains that'
      : `chance alone hardly explains that: ${onlyB > onlyA ? 'B' : 'A'} is better`
  return `${test}, ${formatP(mcNemar.pValue)}: ${counts}; ${verdict}.`
}
