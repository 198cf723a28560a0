import type {
  ColumnDifference,
  ColumnSummary,
  ComparedLayer,
  MapThumbnail,
} from '../../../../shared/contract'
import {
  chooseScale,
  colourIndex,
  colourMapOf,
  type ColourScale,
  colourPart,
} from '../../../../shared/colour-maps'
import { chooseLook, isCentred, type ColourChoice } from '../tiles/colour-choice'
import { present } from '../../../../shared/present'

/** Whose range the colours span: one row's, or that of all channels of all columns. */
export type RowScope = 'channel' | 'layer'

type Ranges = Pick<ColumnSummary, 'min' | 'max'>

/** The one scale of a row; of columns that have no such channel nothing is known. */
export function scaleOfRow(
  columns: readonly Ranges[],
  channel: number,
  scope: RowScope,
  stage: ComparedLayer['stage'],
  colours: ColourChoice,
): ColourScale {
  return chooseLook(rangeOfRow(columns, channel, scope, stage, colours), colours)
}

function rangeOfRow(
  columns: readonly Ranges[],
  channel: number,
  scope: RowScope,
  stage: ComparedLayer['stage'],
  colours: ColourChoice,
): ColourScale {
  const lows = columns.map(({ min }) => leastOf(min))
  const isSigned = isCentred(colours, stage === 'pre-relu' || lows.some((low) => low < 0))
  if (scope === 'layer') {
    return chooseScale(Math.min(...lows), Math.max(...columns.map(largestOf)), isSigned)
  }
  const [min, max] = [
    columns.flatMap((column) => column.min[channel] ?? []),
    columns.flatMap((column) => column.max[channel] ?? []),
  ]
  return chooseScale(Math.min(0, ...min), Math.max(0, ...max), isSigned)
}

/** The scale of a row's difference, symmetric around zero with any palette. */
export function scaleOfDifference(
  { largest }: ColumnDifference,
  channel: number,
  scope: RowScope,
  colours: ColourChoice,
): ColourScale {
  const limit = scope === 'layer' ? largestOf({ max: largest }) : present(largest[channel])
  return chooseLook({ kind: 'diverging', limit }, colours)
}

/**
 * Paints a map's bytes in the colours of a scale that other maps share.
 * @param target - `[H, W]` little-endian RGBA words, as the buffer of an ImageData
 */
export function paintComparedMap(
  { low, high, bytes }: MapThumbnail,
  scale: ColourScale,
  target: Uint32Array,
): void {
  const map = colourMapOf(scale)
  const words = Uint32Array.from({ length: 256 }, (_, byte) => {
    const at = 3 * colourIndex(valueOfByte(byte, low, high), scale)
    const blueGreen = (colourPart(map, at + 2) << 16) | (colourPart(map, at + 1) << 8)
    return (0xff000000 | blueGreen | colourPart(map, at)) >>> 0
  })
  for (let unit = 0; unit < bytes.length; unit++)
    target[unit] = present(words[present(bytes[unit])])
}

/** What a unit's byte stands for, within half a step. */
export function valueOfByte(byte: number, low: number, high: number): number {
  return low + (byte / 255) * (high - low)
}

function leastOf(values: Float32Array): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity)
}

function largestOf({ max }: { readonly max: Float32Array }): number {
  return max.reduce((most, value) => Math.max(most, value), -Infinity)
}
