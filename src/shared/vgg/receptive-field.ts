import { findLayer, type Layer, type Network } from './network'

/** Rows and columns of units or pixels, both ends included; may reach into the padding (below 0). */
export interface Field {
  readonly top: number
  readonly left: number
  readonly bottom: number
  readonly right: number
}

/** A field, what of it is seen, and whether anything was cut away. */
export interface ClippedField {
  readonly full: Field
  /**
   * Without padding, in any plane on the way: of a side that a pool does not halve evenly, the last row
   * or column is seen by no unit of the pool and lies under padding in the planes above it.
   */
  readonly clipped: Field
  readonly touchesPadding: boolean
}

/** The name that stands for the picture itself where a layer's name is expected. */
export const INPUT = 'input'

/**
 * The units of a lower layer (or pixels of the input) that one unit of a layer can see.
 *
 * @param row - the unit's row in `layer`, from 0
 * @param column - the unit's column in `layer`, from 0
 * @param below - a layer under `layer`, or `input`
 * @throws RangeError when a name is not of this network, or `below` is not under `layer`.
 */
export function findField(
  network: Network,
  layer: string,
  row: number,
  column: number,
  below: string = INPUT,
): ClippedField {
  const from = indexOfLayer(network, layer)
  const to = below === INPUT ? -1 : indexOfLayer(network, below)
  if (to >= from) {
    throw new RangeError(
      `Expected a layer under ${layer}, got ${below}; choose one that comes before.`,
    )
  }
  let field = fieldOfUnit(row, column)
  for (let index = from; index > to; index--) field = seeThrough(network, index, field)
  return field
}

/** What one unit sees in one of the planes below it. */
export interface PyramidLevel {
  /** Name of the layer, or `input`. */
  readonly name: string
  /** Block of the layer, 1 to 5; null for the input and from fc6 on. */
  readonly block: number | null
  readonly height: number
  readonly width: number
  readonly field: ClippedField
}

/**
 * The fields of one unit in all planes below it, from the input up to the unit's own layer, where
 * the field is the unit itself.
 *
 * @throws RangeError when the layer is not of this network
 */
export function findPyramid(
  network: Network,
  layer: string,
  row: number,
  column: number,
): PyramidLevel[] {
  const levels: PyramidLevel[] = []
  let field = fieldOfUnit(row, column)
  for (let index = indexOfLayer(network, layer); index >= -1; index--) {
    const own = network.layers[index]
    levels.push({
      name: own?.name ?? INPUT,
      block: own?.block ?? null,
      ...planeOf(network, index),
      field,
    })
    if (index >= 0) field = seeThrough(network, index, field)
  }
  return levels.reverse()
}

/**
 * The units of a layer that can see one pixel of the input; they are a rectangle, as windows do not
 * leave gaps. Null where none can: a pool leaves out the last row and column of an odd side.
 *
 * @throws RangeError when the layer is not of this network
 */
export function findUnitsSeeing(
  network: Network,
  layer: string,
  pixelRow: number,
  pixelColumn: number,
): Field | null {
  const last = indexOfLayer(network, layer)
  let seen: Field = { top: pixelRow, left: pixelColumn, bottom: pixelRow, right: pixelColumn }
  for (let index = 0; index <= last; index++) {
    const { window } = layerAt(network, index)
    const first = (at: number): number =>
      Math.ceil((at + window.padding - window.kernel + 1) / window.stride)
    const final = (at: number): number => Math.floor((at + window.padding) / window.stride)
    const full = {
      top: first(seen.top),
      left: first(seen.left),
      bottom: final(seen.bottom),
      right: final(seen.right),
    }
    seen = clipField(full, planeOf(network, index))
    if (seen.top > seen.bottom || seen.left > seen.right) return null
  }
  return seen
}

function fieldOfUnit(row: number, column: number): ClippedField {
  const unit = { top: row, left: column, bottom: row, right: column }
  return { full: unit, clipped: unit, touchesPadding: false }
}

/** A field in the plane under a layer, from one in the layer's own plane. */
function seeThrough(
  network: Network,
  index: number,
  { full, clipped }: ClippedField,
): ClippedField {
  const { kernel, stride, padding } = layerAt(network, index).window
  const widen = ({ top, left, bottom, right }: Field): Field => ({
    top: top * stride - padding,
    left: left * stride - padding,
    bottom: bottom * stride - padding + kernel - 1,
    right: right * stride - padding + kernel - 1,
  })
  const below = {
    full: widen(full),
    clipped: clipField(widen(clipped), planeOf(network, index - 1)),
  }
  const sides = ['top', 'left', 'bottom', 'right'] as const
  const touchesPadding = sides.some((side) => below.clipped[side] !== below.full[side])
  return { ...below, touchesPadding }
}

function indexOfLayer(network: Network, name: string): number {
  return network.layers.indexOf(findLayer(network, name))
}

function layerAt(network: Network, index: number): Layer {
  const layer = network.layers[index]
  if (layer === undefined) throw new RangeError(`Expected a layer at ${index}, got none.`)
  return layer
}

function planeOf(network: Network, index: number): { height: number; width: number } {
  const layer: Layer | undefined = network.layers[index]
  if (layer === undefined) return { height: network.spec.inputSize, width: network.spec.inputSize }
  return { height: layer.output[0], width: layer.output[1] }
}

function clipField(field: Field, plane: { height: number; width: number }): Field {
  return {
    top: Math.max(0, field.top),
    left: Math.max(0, field.left),
    bottom: Math.min(plane.height - 1, field.bottom),
    right: Math.min(plane.width - 1, field.right),
  }
}
