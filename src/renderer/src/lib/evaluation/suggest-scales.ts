import { middleScale } from '../../../../shared/spec'

/** A test scale that the paper would choose, with how it calls it. */
export interface SuggestedScale {
  /** "S", "S + 32", "middle of S" */
  readonly label: string
  /** Smallest side Q, in pixels. */
  readonly scale: number
}

interface Scale {
  readonly min: number
  readonly max: number
}

/**
 * The paper's test scales for a network (section 4.2): S - 32, S and S + 32 of a fixed S, with the step in
 * proportion to the input size; both ends and the middle of a range. None is smaller than the input.
 */
export function suggestScales({ min, max }: Scale, inputSize: number): readonly SuggestedScale[] {
  const step = Math.round((32 * inputSize) / 224)
  const scales =
    min === max
      ? [
          { label: `S − ${step}`, scale: min - step },
          { label: 'S', scale: min },
          { label: `S + ${step}`, scale: min + step },
        ]
      : [
          { label: 'least S', scale: min },
          { label: 'middle of S', scale: middleScale({ min, max }) },
          { label: 'largest S', scale: max },
        ]
  return scales.filter(({ scale }) => scale >= inputSize)
}
