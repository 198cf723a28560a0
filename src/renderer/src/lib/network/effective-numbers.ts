import type { FieldBox } from './field-box'
import { present } from '../../../../shared/present'

/** A measured field: `[size, size]`, never negative. */
export interface FieldMap {
  readonly size: number
  readonly data: Float32Array
}

/** Mass inside a square that has the theoretical field's centre. */
export interface Ring {
  /** Side of the square, in pixels; of the theoretical field's parity, so that centres meet. */
  readonly sidePx: number
  /** Share of the whole mass inside it, 0..1. */
  readonly share: number
}

/** What a measured field says beside the theoretical one. */
export interface EffectiveNumbers {
  /** Sum over all pixels. */
  readonly mass: number
  readonly max: number
  /** Share of the mass inside the square of half the theoretical side, same centre. */
  readonly centralHalfShare: number
  /** Side of the smallest such square that holds {@link HELD_SHARE} of the mass; null without mass. */
  readonly heldSidePx: number | null
  /** Share of the mass outside the theoretical field: 0, but for faults. */
  readonly outsideShare: number
  /** Mass by side of the square, from the smallest to the one that holds all. */
  readonly rings: readonly Ring[]
}

/** The share for which the side of a measured field is shown. */
export const HELD_SHARE = 0.95

/**
 * Sums a measured field in squares round the theoretical field's centre (Luo et al. 2016 fit a
 * Gaussian; squares assume no shape).
 *
 * @param box - the theoretical field on the same input
 */
export function measureEffectiveField(map: FieldMap, box: FieldBox): EffectiveNumbers {
  const { full } = box
  const { size, data } = map
  // Twice the distance from the centre: whole numbers, also where the centre is between pixels.
  const middleX = 2 * full.x + full.width - 1
  const middleY = 2 * full.y + full.height - 1
  const byRing = new Map<number, number>()
  let mass = 0
  let max = 0
  for (let y = 0, i = 0; y < size; y++) {
    const fromMiddleY = Math.abs(2 * y - middleY)
    for (let x = 0; x < size; x++, i++) {
      const value = present(data[i])
      if (value > max) max = value
      mass += value
      const sidePx = Math.max(fromMiddleY, Math.abs(2 * x - middleX)) + 1
      byRing.set(sidePx, (byRing.get(sidePx) ?? 0) + value)
    }
  }
  let inside = 0
  const rings = [...byRing.keys()]
    .sort((a, b) => a - b)
    .map((sidePx): Ring => {
      inside += present(byRing.get(sidePx))
      return { sidePx, share: mass === 0 ? 0 : inside / mass }
    })
  const side = Math.max(full.width, full.height)
  // Sums of floats in another order differ in the last digits: all of the mass is all of it.
  const isHeld = (share: number): boolean => share >= HELD_SHARE - 1e-9
  return {
    mass,
    max,
    centralHalfShare: shareWithin(rings, side / 2),
    heldSidePx: mass === 0 ? null : (rings.find(({ share }) => isHeld(share))?.sidePx ?? null),
    outsideShare: mass === 0 ? 0 : Math.max(0, 1 - shareWithin(rings, side)),
    rings,
  }
}

function shareWithin(rings: readonly Ring[], sidePx: number): number {
  return rings.filter((ring) => ring.sidePx <= sidePx).at(-1)?.share ?? 0
}

/** The square of a side round the theoretical field's centre, in input pixels. */
export function squareRound(box: FieldBox, sidePx: number) {
  const { x, y, width, height } = box.full
  return {
    x: x + (width - sidePx) / 2,
    y: y + (height - sidePx) / 2,
    width: sidePx,
    height: sidePx,
  }
}

/** How values become shares of the colour scale. */
export type HeatScale = 'linear' | 'log'

/** Decades below the maximum that the logarithmic scale spans. */
export const LOG_DECADES = 4

/** Where a value lies on the colour scale, 0..1. */
export function heatShareOf(value: number, max: number, scale: HeatScale): number {
  if (!(max > 0) || !(value > 0)) return 0
  const share = value / max
  if (scale === 'linear') return Math.min(1, share)
  return Math.min(1, Math.max(0, 1 + Math.log10(share) / LOG_DECADES))
}
