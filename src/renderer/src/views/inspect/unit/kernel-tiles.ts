import type { LayerKernels } from '../../../../../shared/contract'
import { colourIndex, colourMapOf, type ColourScale } from '../../../../../shared/colour-maps'
import { present } from '../../../../../shared/present'

/** A kernel as it is shown: of an output channel in colours, or what it holds for an input channel. */
export interface KernelTile {
  /** Output channel where they are colours, input channel otherwise. */
  readonly channel: number
  /** L2 norm. */
  readonly norm: number
  /** RGBA bytes, `[k, k, 4]`. */
  readonly rgba: Uint8ClampedArray
}

const MID_GREY = 128
const RANGE = 127

/** The largest absolute weight of what is shown; mid grey, or white, is 0. */
export function limitOf({ colours, kernel }: LayerKernels): number {
  return (colours ?? kernel).reduce((most, value) => Math.max(most, Math.abs(value)), 0)
}

/** Tiles of a layer, those with the largest norm first. */
export function paintKernels(kernels: LayerKernels): KernelTile[] {
  const limit = limitOf(kernels)
  const tiles =
    kernels.colours === null
      ? paintInputs(kernels, limit)
      : paintColours(kernels, kernels.colours, limit)
  return tiles.sort((a, b) => b.norm - a.norm || a.channel - b.channel)
}

function paintColours(
  { norms, shape }: LayerKernels,
  colours: Float32Array,
  limit: number,
): KernelTile[] {
  const length = shape[0] * shape[1] * shape[2]
  return Array.from(norms, (norm, channel) => {
    const rgba = new Uint8ClampedArray((length / 3) * 4).fill(255)
    for (let at = 0; at < length; at++) {
      const value = present(colours[channel * length + at])
      rgba[Math.floor(at / 3) * 4 + (at % 3)] = MID_GREY + (RANGE * value) / (limit || 1)
    }
    return { channel, norm, rgba }
  })
}

function paintInputs({ kernel, shape }: LayerKernels, limit: number): KernelTile[] {
  const [height, width, inputs] = shape
  const scale: ColourScale = { kind: 'diverging', limit }
  const map = colourMapOf(scale)
  return Array.from({ length: inputs }, (_, channel) => {
    const rgba = new Uint8ClampedArray(height * width * 4).fill(255)
    let squares = 0
    for (let tap = 0; tap < height * width; tap++) {
      const value = present(kernel[tap * inputs + channel])
      squares += value * value
      const colour = 3 * colourIndex(value, scale)
      rgba.set(map.subarray(colour, colour + 3), tap * 4)
    }
    return { channel, norm: Math.sqrt(squares), rgba }
  })
}
