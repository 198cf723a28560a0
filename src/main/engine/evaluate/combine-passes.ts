import { averageProbabilities } from '../../../shared/evaluation/combine'
import { itemAt, present } from '../../../shared/present'
import type { LeftOut } from './list-pictures'
import type { PreparedEvaluation } from './prepare-evaluation'

/** The pictures that all passes have shown, with the mean of their soft-max outputs. */
export interface CombinedPasses {
  readonly files: readonly string[]
  /** `[N]`, -1 for a class that the network does not know. */
  readonly label: Int32Array
  /** Names of their classes, as the data set gives them. */
  readonly classOf: readonly string[]
  /** `[N, K]`, the classes in the order of the first network. */
  readonly probabilities: Float32Array
  readonly unreadable: readonly LeftOut[]
  /** Pictures that are smaller than a network's input. */
  readonly small: number
}

/**
 * Averages what is kept of all passes: over scales and kinds by their share, and over networks alike
 * (section 4.4).
 * @param unreadable - what is known of pictures that could not be shown, by file
 */
export function combinePasses(
  { models, passes, listing, label }: PreparedEvaluation,
  unreadable: ReadonlyMap<string, string>,
): CombinedPasses {
  const faults = new Map(unreadable)
  const kept: number[] = []
  listing.pictures.forEach((picture, index) => {
    if (passes.every(({ store }) => store.find(picture) !== null)) kept.push(index)
    else if (!faults.has(picture.file)) {
      faults.set(picture.file, 'it changed while it was evaluated')
    }
  })
  const chosen = kept.map((index) => itemAt(listing.pictures, index))
  const classes = itemAt(models, 0).classNames.length
  const small = new Set<string>()
  const parts = passes.map(({ model, pass, store }) => {
    const { order, described } = itemAt(models, model)
    const probabilities = new Float32Array(chosen.length * classes)
    chosen.forEach((picture, row) => {
      const record = present(store.find(picture) ?? undefined)
      if (Math.min(record.width, record.height) < described.inputSize) small.add(picture.file)
      order.forEach((own, index) => {
        probabilities[row * classes + index] = present(record.probabilities[own])
      })
    })
    return { probabilities, weight: pass.weight }
  })
  return {
    files: chosen.map(({ file }) => file),
    label: Int32Array.from(kept, (index) => present(label[index])),
    classOf: chosen.map(({ className }) => className),
    probabilities: averageProbabilities(parts),
    unreadable: [...faults].map(([file, reason]) => ({ file, reason })),
    small: small.size,
  }
}
