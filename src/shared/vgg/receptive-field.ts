import { findLayer, type Layer, type Network } from './network'

/** Rows and columns of units or pixels, both ends included; may reach into the padding (below 0). */
export interface Field {
  readonly top: number
  readonly left: number
  readonly bottom: number
  readonly right: number
}

/** A field, the part of it that lies inside its plane, and whether padding was cut away. */
export interface ClippedField {
  readonly full: Field
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
  let full: Field = { top: row, left: column, bottom: row, right: column }
  for (let index = from; index > to; index--) full = seeThrough(network, index, full)
  return clipField(full, planeOf(network, to))
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
  let full: Field = { top: row, left: column, bottom: row, right: column }
  for (let index = indexOfLayer(network, layer); index >= -1; index--) {
    const plane = planeOf(network, index)
    const own = network.layers[index]
    levels.push({
      name: own?.name ?? INPUT,
      block: own?.block ?? null,
      ...plane,
      field: clipField(full, plane),
    })
    if (index >= 0) full = seeThrough(network, index, full)
  }
  return levels.reverse()
}

/**
 * The units of a layer that can see one pixel of the input; they are a rectangle, as windows do not
 * leave gaps.
 *
 * @throws RangeError when the layer is not of this network
 */
export function findUnitsSeeing(
  network: Network,
  layer: string,
  pixelRow: number,
  pixelColumn: number,
): Field {
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
    seen = clipField(full, planeOf(network, index)).clipped
  }
  return seen
}

/** A field in the plane under a layer, from one in the layer's own plane. */
function seeThrough(network: Network, index: number, field: Field): Field {
  const { kernel, stride, padding } = layerAt(network, index).window
  return {
    top: field.top * stride - padding,
    left: field.left * stride - padding,
    bottom: field.bottom * stride - padding + kernel - 1,
    right: field.right * stride - padding + kernel - 1,
  }
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

function clipField(full: Field, plane: { height: number; width: number }): ClippedField {
  const clipped = {
    top: Math.max(0, full.top),
    left: Math.max(0, full.left),
    bottom: Math.min(plane.height - 1, full.bottom),
    right: Math.min(plane.width - 1, full.right),
  }
  const touchesPadding =
    clipped.top !== full.top ||
    clipped.left !== full.left ||
    clipped.bottom !== full.bottom ||
    clipped.right !== full.right
  return { full, clipped, touchesPadding }
}
