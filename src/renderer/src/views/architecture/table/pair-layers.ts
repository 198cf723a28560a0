import type { Layer } from '../../../../../shared/vgg'

/** A layer of one network beside that of the same name of another; at least one is there. */
export interface LayerPair {
  readonly name: string
  readonly first: Layer | null
  readonly second: Layer | null
}

/** The layers of two networks, by name, in an order that holds for both. */
export function pairLayers(first: readonly Layer[], second: readonly Layer[]): LayerPair[] {
  const pairs: LayerPair[] = []
  let at = 0
  const addSecondUpTo = (end: number): void => {
    for (const layer of second.slice(at, end)) {
      pairs.push({ name: layer.name, first: null, second: layer })
    }
    at = end
  }
  for (const layer of first) {
    const found = second.findIndex(({ name }) => name === layer.name)
    if (found >= 0) addSecondUpTo(found)
    pairs.push({ name: layer.name, first: layer, second: second[found] ?? null })
    if (found >= 0) at = found + 1
  }
  addSecondUpTo(second.length)
  return pairs
}

/**
 * What differs in a pair, in few words; '' when nothing does. A layer that is the same by itself
 * can still see another field, or take another number of inputs.
 */
export function describeDifference(
  { first, second }: LayerPair,
  [firstName, secondName]: readonly [string, string],
): string {
  if (second === null) return `only in ${firstName}`
  if (first === null) return `only in ${secondName}`
  if (first.window.kernel !== second.window.kernel) {
    return `${first.window.kernel}×${first.window.kernel} or ${second.window.kernel}×${second.window.kernel}`
  }
  if (first.output.join() !== second.output.join()) return 'units'
  if (first.parameters !== second.parameters) return 'inputs'
  if (first.receptiveField !== second.receptiveField) return 'field'
  return ''
}
