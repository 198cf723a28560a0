import type { Network } from '../../../shared/vgg'

/** Multiply-adds of one visit at most: about half a second on two cores. */
const MACS_PER_VISIT = 16e9
const MAX_PICTURES = 32

/** How many pictures a network is asked together, so that a visit takes no more than about a second. */
export function chooseVisitSize({ layers }: Network): number {
  const macs = layers.reduce((sum, layer) => sum + layer.macs, 0)
  return Math.min(MAX_PICTURES, Math.max(1, Math.floor(MACS_PER_VISIT / macs)))
}
