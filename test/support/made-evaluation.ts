import type { EvaluatedPictures } from '../../src/shared/contract'

/** What is told of a picture; the rest follows from it, or is of no matter. */
export interface MadePicture {
  readonly file: string
  readonly label: number
  readonly predicted: number
  readonly confidence: number
  readonly loss: number
  readonly margin: number
  readonly suggested?: number
}

/** The columns of an evaluation of pictures that are told one by one. */
export function makeEvaluatedPictures(pictures: readonly MadePicture[]): EvaluatedPictures {
  const numbers = (of: (picture: MadePicture) => number): Float32Array =>
    Float32Array.from(pictures, of)
  const classes = (of: (picture: MadePicture) => number): Int32Array =>
    Int32Array.from(pictures, of)
  return {
    files: pictures.map(({ file }) => file),
    label: classes(({ label }) => label),
    predicted: classes(({ predicted }) => predicted),
    confidence: numbers(({ confidence }) => confidence),
    second: classes(() => -1),
    margin: numbers(({ margin }) => margin),
    ownProbability: numbers(({ loss }) => Math.exp(-loss)),
    ownRank: classes(({ label, predicted }) => (label < 0 ? 0 : label === predicted ? 1 : 2)),
    loss: numbers(({ loss }) => loss),
    squaredError: numbers(() => 0),
    entropy: numbers(() => 0),
    suggested: classes(({ suggested }) => suggested ?? -1),
  }
}
