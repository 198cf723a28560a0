import type { ScoreMap } from '../../../../../shared/contract'
import {
  colourIndex,
  colourMapOf,
  colourPart,
  type ColourScale,
} from '../../../../../shared/colour-maps'
import { present } from '../../../../../shared/present'

/** What a score map shows of a class at each place. */
export type ScoreMapValues = 'probabilities' | 'scores'

/** A box as shares of the picture, from its left and top side. */
export interface PictureBox {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** A class's plane of the map, `[height, width]`. */
export function planeOf(map: ScoreMap, values: ScoreMapValues, classIndex: number): Float32Array {
  const all = map[values]
  return Float32Array.from({ length: map.height * map.width }, (_, place) =>
    present(all[place * map.classes + classIndex]),
  )
}

/** Probabilities from 0 to 1; scores around zero. */
export function scalePlane(plane: Float32Array, values: ScoreMapValues): ColourScale {
  if (values === 'probabilities') return { kind: 'sequential', min: 0, max: 1 }
  const limit = plane.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return { kind: 'diverging', limit }
}

/** A pixel for each place. */
export function paintPlane(plane: Float32Array, width: number, scale: ColourScale): ImageData {
  const image = new ImageData(width, plane.length / width)
  const colours = colourMapOf(scale)
  plane.forEach((value, place) => {
    const at = 3 * colourIndex(value, scale)
    for (let channel = 0; channel < 3; channel++)
      image.data[4 * place + channel] = colourPart(colours, at + channel)
    image.data[4 * place + 3] = 255
  })
  return image
}

/**
 * Where the map lies on the picture: each place is drawn as wide as the step to the next, around the centre of
 * its field. The centre of pixel i is at i + 0.5 of the picture's width.
 */
export function boxOfMap(map: ScoreMap): PictureBox {
  const start = map.offset + 0.5 - map.stride / 2
  return {
    left: start / map.pictureWidth,
    top: start / map.pictureHeight,
    width: (map.width * map.stride) / map.pictureWidth,
    height: (map.height * map.stride) / map.pictureHeight,
  }
}

/** The field of a place, as far as it is on the picture. */
export function boxOfField(map: ScoreMap, row: number, column: number): PictureBox {
  const span = (index: number, sizePx: number): readonly [number, number] => {
    const centre = map.offset + 0.5 + index * map.stride
    const from = Math.max(0, centre - map.receptiveField / 2)
    const to = Math.min(sizePx, centre + map.receptiveField / 2)
    return [from / sizePx, to / sizePx]
  }
  const [left, right] = span(column, map.pictureWidth)
  const [top, bottom] = span(row, map.pictureHeight)
  return { left, top, width: right - left, height: bottom - top }
}

/** The place whose square a point of the picture is in, or the nearest; both shares 0..1. */
export function placeOnMap(map: ScoreMap, x: number, y: number): { row: number; column: number } {
  const find = (share: number, sizePx: number, count: number): number => {
    const index = Math.round((share * sizePx - 0.5 - map.offset) / map.stride)
    return Math.min(count - 1, Math.max(0, index))
  }
  return {
    row: find(y, map.pictureHeight, map.height),
    column: find(x, map.pictureWidth, map.width),
  }
}
