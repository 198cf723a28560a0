/** Which pictures of an evaluation are shown; null where all are. Classes are indices into its names. */
export interface PictureFilter {
  readonly trueClass: number | null
  readonly predictedClass: number | null
  readonly isRight: boolean | null
  /** From, included, and to, which is not; but 1 is where the range ends there. */
  readonly confidence: readonly [number, number] | null
  /** Named pictures alone, by their places in the evaluation: a cell of a comparison, say. */
  readonly among: { readonly words: string; readonly pictures: readonly number[] } | null
}

/** Shows all pictures. */
export const ALL_PICTURES: PictureFilter = {
  trueClass: null,
  predictedClass: null,
  isRight: null,
  confidence: null,
  among: null,
}
