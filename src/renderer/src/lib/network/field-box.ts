import { findField, type ClippedField, type Field, type Network } from '../../../../shared/vgg'

/**
 * Geometry of a receptive field drawn on the input picture, in input pixels: pixel i covers
 * [i, i + 1), so a field from `left` to `right` (both included) is `right - left + 1` wide.
 */

/** A rectangle in input pixels. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * Padding that a field reaches into, in pixels beyond each side of what it sees of the picture: that ends
 * before the picture does where a pool leaves out the last row and column of an odd side.
 */
export interface Overhang {
  readonly top: number
  readonly left: number
  readonly bottom: number
  readonly right: number
}

/** A field as it is drawn and told. */
export interface FieldBox {
  /** The theoretical field, padding included. */
  readonly full: Box
  /** The part that is seen of the picture. */
  readonly inside: Box
  readonly overhang: Overhang
  readonly touchesPadding: boolean
}

/** The rectangle that a field's pixels cover. */
export function boxOf(field: Field): Box {
  return {
    x: field.left,
    y: field.top,
    width: Math.max(0, field.right - field.left + 1),
    height: Math.max(0, field.bottom - field.top + 1),
  }
}

/** Both rectangles of a field, and how far it reaches past what it sees. */
export function toFieldBox({ full, clipped, touchesPadding }: ClippedField): FieldBox {
  return {
    full: boxOf(full),
    inside: boxOf(clipped),
    overhang: {
      top: Math.max(0, clipped.top - full.top),
      left: Math.max(0, clipped.left - full.left),
      bottom: Math.max(0, full.bottom - clipped.bottom),
      right: Math.max(0, full.right - clipped.right),
    },
    touchesPadding,
  }
}

/** The box of one unit of a layer on the input. */
export function findFieldBox(
  network: Network,
  layer: string,
  row: number,
  column: number,
): FieldBox {
  return toFieldBox(findField(network, layer, row, column))
}

/** The largest share of the picture's side that the frame leaves for padding, on each side. */
export const MARGIN_SHARE_MAX = 0.25

/**
 * Width of the padding margin that a drawing of a layer leaves on every side, in input pixels: as
 * far as the fields of the corner units reach, up to a share of the picture, so that the picture
 * stays large and stands still while the unit changes.
 */
export function marginOf(
  network: Network,
  layer: string,
  shareMax: number = MARGIN_SHARE_MAX,
): number {
  const found = network.layers.find((candidate) => candidate.name === layer)
  if (found === undefined) return 0
  const [height, width] = found.output
  const first = findFieldBox(network, layer, 0, 0).overhang
  const last = findFieldBox(network, layer, height - 1, width - 1).overhang
  const reach = Math.max(first.top, first.left, last.bottom, last.right)
  return Math.min(reach, Math.round(network.spec.inputSize * shareMax))
}

/** What two fields have in common on the picture. */
export interface FieldOverlap {
  /** Pixels of the picture that both see. */
  readonly pixels: number
  /** Those as a share of what the first sees of the picture, 0..1. */
  readonly shareOfFirst: number
  readonly shareOfSecond: number
}

/** Compares what two units see of the picture; padding counts for neither. */
export function findOverlap(first: FieldBox, second: FieldBox): FieldOverlap {
  const a = first.inside
  const b = second.inside
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  const pixels = Math.max(0, width) * Math.max(0, height)
  const shareOf = (box: Box): number => (pixels === 0 ? 0 : pixels / areaOf(box))
  return { pixels, shareOfFirst: shareOf(a), shareOfSecond: shareOf(b) }
}

/** Pixels that a box covers. */
export function areaOf({ width, height }: Box): number {
  return width * height
}

/** Share of a theoretical field that lies on padding, 0..1. */
export function paddedShareOf({ full, inside }: FieldBox): number {
  return 1 - areaOf(inside) / areaOf(full)
}

/** The overhang in words: "12 px above, 3 px left"; empty when there is none. */
export function describeOverhang(overhang: Overhang): string {
  const { top, right, bottom, left } = overhang
  if (top > 0 && top === right && top === bottom && top === left) return `${top} px on every side`
  const sides = [
    [top, 'above'],
    [right, 'right'],
    [bottom, 'below'],
    [left, 'left'],
  ] as const
  return sides
    .filter(([px]) => px > 0)
    .map(([px, side]) => `${px} px ${side}`)
    .join(', ')
}
