import { present } from '../../src/shared/present'
import { hashNumbers } from './hashed-numbers'

/** What a classification is made from. */
export interface ClassificationPlan {
  readonly salt: number
  readonly pictures: number
  readonly classes: number
  /** The last classes have no picture. */
  readonly empty: number
  /** Whole numbers that a probability is made of: few of them make many ties. */
  readonly levels: number
}

/** The probabilities, `[N, K]`, and labels, `[N]`, that `evaluation_numbers.py` makes as well. */
export function hashClassification({
  salt,
  pictures,
  classes,
  empty,
  levels,
}: ClassificationPlan): { readonly probabilities: Float32Array; readonly label: Int32Array } {
  const numbers = hashNumbers(pictures * classes, salt)
  const probabilities = new Float32Array(pictures * classes)
  const label = Int32Array.from(hashNumbers(pictures, salt + 100), (drawn, picture) => {
    const own = drawn % (classes - empty)
    const isLeaning = Math.floor(drawn / 1024) % 4 !== 0
    const values = numbers
      .slice(picture * classes, (picture + 1) * classes)
      .map((value) => 1 + (value % levels))
    if (isLeaning) values[own] = present(values[own]) + (picture % classes) * levels
    const sum = values.reduce((total, value) => total + value, 0)
    probabilities.set(
      values.map((value) => value / sum),
      picture * classes,
    )
    return picture % 11 === 10 ? -1 : own
  })
  return { probabilities, label }
}
