import type { ClassProbability } from '../../../shared/contract'
import { present } from '../../../shared/present'

/** How many of a picture's classes are told where there is no room for all. */
export const TOP_CLASSES = 5

/**
 * All classes of a picture, the most probable first; equal ones in the order of the network.
 * @param probabilities - `[classes]`
 */
export function rankClasses(
  probabilities: Float32Array,
  classNames: readonly string[],
): ClassProbability[] {
  return classNames
    .map((name, index): ClassProbability => ({
      class: name,
      probability: present(probabilities[index]),
    }))
    .sort((a, b) => b.probability - a.probability)
}
