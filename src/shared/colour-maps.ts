import { present } from './present'

/**
 * Colour maps for activations: viridis for values that are never negative, a zero-centred diverging
 * map for values of both signs. Red means positive, blue negative, white zero.
 */

/** 256 colours, RGB bytes one after the other. */
export type ColourMap = Uint8Array

/** matplotlib's viridis (CC0), 256 colours as hexadecimal RGB. */
const VIRIDIS_HEX =
  '44015444025645045745055946075a46085c460a5d460b5e470d60470e61471063471164471365481467' +
  '48166848176948186a481a6c481b6d481c6e481d6f481f70482071482173482374482475482576482677' +
  '482878482979472a7a472c7a472d7b472e7c472f7d46307e46327e46337f463480453581453781453882' +
  '443983443a83443b84433d84433e85423f854240864241864142874144874045884046883f47883f4889' +
  '3e49893e4a893e4c8a3d4d8a3d4e8a3c4f8a3c508b3b518b3b528b3a538b3a548c39558c39568c38588c' +
  '38598c375a8c375b8d365c8d365d8d355e8d355f8d34608d34618d33628d33638d32648e32658e31668e' +
  '31678e31688e30698e306a8e2f6b8e2f6c8e2e6d8e2e6e8e2e6f8e2d708e2d718e2c718e2c728e2c738e' +
  '2b748e2b758e2a768e2a778e2a788e29798e297a8e297b8e287c8e287d8e277e8e277f8e27808e26818e' +
  '26828e26828e25838e25848e25858e24868e24878e23888e23898e238a8d228b8d228c8d228d8d218e8d' +
  '218f8d21908d21918c20928c20928c20938c1f948c1f958b1f968b1f978b1f988b1f998a1f9a8a1e9b8a' +
  '1e9c891e9d891f9e891f9f881fa0881fa1881fa1871fa28720a38620a48621a58521a68522a78522a884' +
  '23a98324aa8325ab8225ac8226ad8127ad8128ae8029af7f2ab07f2cb17e2db27d2eb37c2fb47c31b57b' +
  '32b67a34b67935b77937b87838b9773aba763bbb753dbc743fbc7340bd7242be7144bf7046c06f48c16e' +
  '4ac16d4cc26c4ec36b50c46a52c56954c56856c66758c7655ac8645cc8635ec96260ca6063cb5f65cb5e' +
  '67cc5c69cd5b6ccd5a6ece5870cf5773d05675d05477d1537ad1517cd2507fd34e81d34d84d44b86d549' +
  '89d5488bd6468ed64590d74393d74195d84098d83e9bd93c9dd93ba0da39a2da37a5db36a8db34aadc32' +
  'addc30b0dd2fb2dd2db5de2bb8de29bade28bddf26c0df25c2df23c5e021c8e020cae11fcde11dd0e11c' +
  'd2e21bd5e21ad8e219dae319dde318dfe318e2e418e5e419e7e419eae51aece51befe51cf1e51df4e61e' +
  'f6e620f8e621fbe723fde725'

/** ColorBrewer's RdBu in eleven steps, from the most negative (blue) to the most positive (red). */
const BLUE_WHITE_RED_HEX = '0530612166ac4393c392c5ded1e5f0f7f7f7fddbc7f4a582d6604db2182b67001f'

/** What a person chose of the colours. */
export interface ColourLook {
  /** Of sequential scales; a diverging one has its own. */
  readonly palette: 'viridis' | 'grey'
  /** Exponent of a value's share of the scale: below 1 lightens small values. */
  readonly gamma: number
}

/** How values become colours. */
export type ColourScale = { readonly look?: ColourLook } &
  /** 0 to `max` over viridis; for outputs after a ReLU, pools and probabilities. */
  (
    | { readonly kind: 'sequential'; readonly min: number; readonly max: number }
    /** `-limit` to `limit` over blue, white, red; zero is white. */
    | { readonly kind: 'diverging'; readonly limit: number }
  )

function readHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16)
  return bytes
}

/** Spreads a few colours over 256 by straight lines between neighbours. */
function interpolate(stops: Uint8Array): ColourMap {
  const last = stops.length / 3 - 1
  const map = new Uint8Array(256 * 3)
  for (let i = 0; i < 256; i++) {
    const position = (i / 255) * last
    const low = Math.min(Math.floor(position), last - 1)
    const share = position - low
    for (let channel = 0; channel < 3; channel++) {
      const from = present(stops[3 * low + channel])
      const to = present(stops[3 * (low + 1) + channel])
      map[3 * i + channel] = Math.round(from + (to - from) * share)
    }
  }
  return map
}

export const VIRIDIS: ColourMap = readHex(VIRIDIS_HEX)
export const BLUE_WHITE_RED: ColourMap = interpolate(readHex(BLUE_WHITE_RED_HEX))

const GREY: ColourMap = Uint8Array.from({ length: 256 * 3 }, (_, at) => Math.floor(at / 3))

const bent = new Map<string, ColourMap>()

/** The colour map of a scale. */
export function colourMapOf({ kind, look }: ColourScale): ColourMap {
  const isGrey = look?.palette === 'grey'
  const map = kind === 'diverging' ? BLUE_WHITE_RED : isGrey ? GREY : VIRIDIS
  const gamma = look?.gamma ?? 1
  if (gamma === 1) return map
  const key = `${kind} ${isGrey} ${gamma}`
  const known = bent.get(key) ?? bend(map, gamma, kind === 'diverging')
  bent.set(key, known)
  return known
}

/** A colour map with its shares to the power of gamma: from its start, or from its middle both ways. */
function bend(map: ColourMap, gamma: number, isCentred: boolean): ColourMap {
  const result = new Uint8Array(map.length)
  for (let index = 0; index < 256; index++) {
    const share = isCentred ? (index - 127.5) / 127.5 : index / 255
    const moved = Math.sign(share) * Math.abs(share) ** gamma
    const from = Math.round(isCentred ? 127.5 + moved * 127.5 : moved * 255)
    result.set(map.subarray(3 * from, 3 * from + 3), 3 * index)
  }
  return result
}

/** The values at the two ends of a scale's legend. */
export function limitsOf(scale: ColourScale): { readonly low: number; readonly high: number } {
  if (scale.kind === 'sequential') return { low: scale.min, high: scale.max }
  return { low: -scale.limit, high: scale.limit }
}

/**
 * The scale for values from `min` to `max`: diverging when the layer has both signs (`isSigned`), so
 * that zero is white for every range; otherwise from zero (or below) to the maximum.
 */
export function chooseScale(min: number, max: number, isSigned: boolean): ColourScale {
  if (isSigned) return { kind: 'diverging', limit: Math.max(Math.abs(min), Math.abs(max)) }
  return { kind: 'sequential', min: Math.min(0, min), max }
}

/** Index 0..255 of a value on a scale; an empty scale puts everything at its zero. */
export function colourIndex(value: number, scale: ColourScale): number {
  const { low, high } = limitsOf(scale)
  if (!(high > low)) return scale.kind === 'sequential' ? 0 : 128
  const index = Math.round(((value - low) / (high - low)) * 255)
  return index < 0 ? 0 : index > 255 ? 255 : index
}

/**
 * A byte of a colour map; 0 where the value is no number, as in a layer that has diverged: it has no
 * {@link colourIndex} and is black.
 * @param at - three times the index, and 0, 1 or 2 for red, green or blue
 */
export function colourPart(map: ColourMap, at: number): number {
  return Number.isNaN(at) ? 0 : present(map[at])
}

/** A CSS gradient of the map from left to right, for legends. */
export function cssGradient(map: ColourMap, steps = 16): string {
  const stops = Array.from({ length: steps + 1 }, (_, step) => {
    const i = 3 * Math.round((step / steps) * 255)
    return `rgb(${present(map[i])} ${present(map[i + 1])} ${present(map[i + 2])})`
  })
  return `linear-gradient(to right, ${stops.join(', ')})`
}
