import type { ComparedColumn } from '../../../../../shared/contract'
import { describeAblations } from '../../../lib/words/channel-words'

/** A place on a map as shares of its width and height, 0..1: the same for maps of any size. */
export interface MapPlace {
  readonly u: number
  readonly v: number
}

/** The unit that a place lies in. */
export function unitAt(
  { u, v }: MapPlace,
  [height, width]: readonly [height: number, width: number, ...rest: unknown[]],
): { readonly row: number; readonly column: number } {
  return {
    row: Math.min(height - 1, Math.floor(v * height)),
    column: Math.min(width - 1, Math.floor(u * width)),
  }
}

/** The middle of a unit. */
export function placeOfUnit(
  { row, column }: { readonly row: number; readonly column: number },
  [height, width]: readonly [height: number, width: number, ...rest: unknown[]],
): MapPlace {
  return { u: (column + 0.5) / width, v: (row + 0.5) / height }
}

/** What a column of the network with and without ablations is, in words. */
export function tellAblations({ model: { ablations = [] } }: ComparedColumn): string {
  return ablations.length === 0 ? 'as it is' : `with ${describeAblations(ablations)}`
}
