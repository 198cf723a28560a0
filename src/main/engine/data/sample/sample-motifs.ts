import { present } from '../../../../shared/present'
import type { RandomStream } from '../../random'

/**
 * How much of a pixel is ink, 0..1, at (u, v) of the motif's frame: shapes fill about the unit
 * circle, textures go on for ever.
 * @param soft - a pixel's width in the same units: edges are as wide, so that they are smooth
 */
export type Cover = (u: number, v: number, soft: number) => number

/** Where a motif lies, in units of half the picture's side. */
export interface MotifPlace {
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly cos: number
  readonly sin: number
}

/** The most that a motif is turned either way, in radians: a triangle keeps an upward tip. */
const MAX_TURN = 0.6

/** Anywhere that keeps a shape inside the picture, in many sizes, somewhat turned. */
export function placeMotif(random: RandomStream): MotifPlace {
  const radius = 0.5 + 0.3 * random.uniform()
  const room = 1 - radius
  const turn = (random.uniform() * 2 - 1) * MAX_TURN - Math.PI / 2
  return {
    x: (random.uniform() * 2 - 1) * room,
    y: (random.uniform() * 2 - 1) * room,
    radius,
    cos: Math.cos(turn),
    sin: Math.sin(turn),
  }
}

/** Ink where the distance is negative. */
const fill = (distance: number, soft: number): number =>
  Math.max(0, Math.min(1, 0.5 - distance / soft))

/** Distance within a period to its middle, in units of the period: 0 in the middle, 0.5 between. */
const wrap = (value: number): number => Math.abs(value - Math.round(value))

/** Distance to a regular polygon's nearest side, negative inside. */
function polygonDistance(u: number, v: number, sides: number, inner: number): number {
  const sector = (2 * Math.PI) / sides
  const angle = Math.atan2(v, u)
  const within = angle - sector * Math.round(angle / sector)
  return Math.hypot(u, v) * Math.cos(within) - inner
}

function starDistance(u: number, v: number): number {
  const sector = (2 * Math.PI) / 5
  const angle = Math.atan2(v, u)
  const within = Math.abs(angle - sector * Math.round(angle / sector))
  const length = Math.hypot(u, v)
  const [x, y] = [length * Math.cos(within), length * Math.sin(within)]
  // The edge from a tip at (1, 0) to the notch at 36 degrees.
  const notch = 0.42
  const [nx, ny] = [notch * Math.cos(sector / 2), notch * Math.sin(sector / 2)]
  const edge = Math.hypot(nx - 1, ny)
  return ((1 - nx) * y - (0 - ny) * (x - 1)) / edge
}

/** Smooth noise: a lattice of random values, interpolated. */
function createNoise(random: RandomStream): (u: number, v: number) => number {
  const side = 64
  const lattice = Float64Array.from({ length: side * side }, () => random.uniform())
  const at = (x: number, y: number): number =>
    present(lattice[(((y % side) + side) % side) * side + (((x % side) + side) % side)])
  return (u, v) => {
    const [x, y] = [Math.floor(u), Math.floor(v)]
    const [fx, fy] = [u - x, v - y]
    const top = at(x, y) * (1 - fx) + at(x + 1, y) * fx
    const bottom = at(x, y + 1) * (1 - fx) + at(x + 1, y + 1) * fx
    return top * (1 - fy) + bottom * fy
  }
}

/** Periods of a texture to the motif's radius. */
const drawPitch = (random: RandomStream): number => 2 + 1.2 * random.uniform()

/**
 * The kinds of generated pictures, each a fresh motif from its random numbers. Shapes and textures
 * take turns, so that a small set has both.
 */
export const SAMPLE_MOTIFS = {
  circle: () => (u, v, soft) => fill(Math.hypot(u, v) - 1, soft),
  stripes: (random) => {
    const pitch = drawPitch(random)
    return (u, _v, soft) => fill((wrap(u * pitch) - 0.25) / pitch, soft)
  },
  triangle: () => (u, v, soft) => fill(polygonDistance(u, v, 3, 0.55), soft),
  checker: (random) => {
    const pitch = drawPitch(random) * 0.8
    return (u, v, soft) => {
      const side = (value: number): number => (wrap(value * pitch) - 0.25) / pitch
      const [a, b] = [fill(side(u), soft), fill(side(v), soft)]
      return a + b - 2 * a * b
    }
  },
  cross: (random) => {
    const arm = 0.2 + 0.08 * random.uniform()
    return (u, v, soft) => {
      const [x, y] = [Math.abs(u), Math.abs(v)]
      return fill(Math.max(Math.min(x, y) - arm, Math.max(x, y) - 1), soft)
    }
  },
  dots: (random) => {
    const pitch = drawPitch(random)
    return (u, v, soft) => fill((Math.hypot(wrap(u * pitch), wrap(v * pitch)) - 0.27) / pitch, soft)
  },
  square: () => (u, v, soft) => fill(Math.max(Math.abs(u), Math.abs(v)) - 0.78, soft),
  rings: (random) => {
    const pitch = drawPitch(random)
    return (u, v, soft) => fill((wrap(Math.hypot(u, v) * pitch) - 0.25) / pitch, soft)
  },
  star: () => (u, v, soft) => fill(starDistance(u, v), soft),
  waves: (random) => {
    const pitch = drawPitch(random)
    const height = 0.3 + 0.1 * random.uniform()
    return (u, v, soft) => {
      const shifted = u + height * Math.sin(v * pitch * 2.2)
      return fill((wrap(shifted * pitch) - 0.25) / pitch, soft * 1.6)
    }
  },
  gradient: () => (u) => Math.max(0, Math.min(1, 0.5 + u / 2.2)),
  noise: (random) => {
    const noise = createNoise(random)
    const pitch = drawPitch(random) * 1.6
    return (u, v) => Math.max(0, Math.min(1, (noise(u * pitch, v * pitch) - 0.5) * 3 + 0.5))
  },
} as const satisfies Record<string, (random: RandomStream) => Cover>

export type SampleClass = keyof typeof SAMPLE_MOTIFS
