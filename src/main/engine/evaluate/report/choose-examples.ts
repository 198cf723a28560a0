import type { EvaluatedPictures } from '../../../../shared/contract'
import { UNKNOWN_CLASS } from '../../../../shared/evaluation/picture-columns'
import { itemAt } from '../../../../shared/present'
import type { Examples } from './report-material'

/** Pictures of each kind at most. */
export const MOST_EXAMPLES = 24

/**
 * The pictures that tell most of a network: the mistakes that it was surest of, the right answers that it was
 * least sure of, and those whose label confident learning doubts.
 */
export function chooseExamples(pictures: EvaluatedPictures): readonly Examples[] {
  const { label, predicted, confidence, ownProbability, suggested } = pictures
  const known = Array.from(label.keys()).filter((at) => label[at] !== UNKNOWN_CLASS)
  const choose = (
    kind: Examples['kind'],
    isOne: (at: number) => boolean,
    key: (at: number) => number,
  ): Examples => {
    const all = known.filter(isOne).sort((a, b) => key(a) - key(b) || a - b)
    return { kind, total: all.length, pictures: all.slice(0, MOST_EXAMPLES) }
  }
  const isRight = (at: number): boolean => label[at] === predicted[at]
  return [
    choose(
      'confident-mistakes',
      (at) => !isRight(at),
      (at) => -itemAt(confidence, at),
    ),
    choose('unsure-hits', isRight, (at) => itemAt(confidence, at)),
    choose(
      'label-errors',
      (at) => suggested[at] !== -1,
      (at) => itemAt(ownProbability, at),
    ),
  ]
}
