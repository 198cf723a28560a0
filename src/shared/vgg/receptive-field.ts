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
  const from = network.layers.indexOf(findLayer(network, layer))
  const to = below === INPUT ? -1 : network.layers.indexOf(findLayer(network, below))
  if (to >= from) {
    throw new RangeError(
      `Expected a layer under ${layer}, got ${below}; choose one that comes before.`,
    )
  }
  let full: Field = { top: row, left: column, bottom: row, right: column }
  for (const { window } of network.layers.slice(to + 1, from + 1).reverse()) {
    full = {
      top: full.top * window.stride - window.padding,
      left: full.left * window.stride - window.padding,
      bottom: full.bottom * window.stride - window.padding + window.kernel - 1,
      right: full.right * window.stride - window.padding + window.kernel - 1,
    }
  }
  return clipField(full, planeOf(network, to))
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
