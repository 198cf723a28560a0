import { present } from '../../../../shared/present'
import { keyedRandom, type RandomStream } from '../../random'
import { placeMotif, SAMPLE_MOTIFS, type SampleClass } from './sample-motifs'

/** The kinds of generated pictures, in the order in which a smaller set takes them. */
export const SAMPLE_CLASSES = Object.keys(SAMPLE_MOTIFS) as SampleClass[]

type Rgb = readonly [number, number, number]

/** Spread of the inks' hues about their class's, in turns. */
const HUE_DEVIATION = 0.06
/** Reach of the pixels' noise (triangular, so cheap to draw), of 0..255. */
const NOISE = 18

/**
 * Draws one generated picture.
 *
 * @param number - of the picture within its class, from 0; keys the draw with seed and class
 * @returns `[size, size, 4]` RGBA bytes, opaque
 */
export function drawSample(
  kind: SampleClass,
  number: number,
  size: number,
  seed: number,
): Uint8Array {
  const random = keyedRandom('sample', seed, SAMPLE_CLASSES.indexOf(kind), number)
  const { ink, paper } = drawColours(kind, random)
  // The background is a slope between the paper and a near relative of it.
  const slope = random.uniform() * 2 * Math.PI
  const second = paper.map((value) => value + (random.uniform() - 0.5) * 60)
  const place = placeMotif(random)
  const cover = SAMPLE_MOTIFS[kind](random)

  const rgba = new Uint8ClampedArray(size * size * 4)
  const pixel = 2 / size
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      // -1..1 over the picture, then into the motif's own frame.
      const x = (column + 0.5) * pixel - 1
      const y = (row + 0.5) * pixel - 1
      const u = ((x - place.x) * place.cos + (y - place.y) * place.sin) / place.radius
      const v = ((y - place.y) * place.cos - (x - place.x) * place.sin) / place.radius
      const amount = cover(u, v, pixel / place.radius)
      const along = (x * Math.cos(slope) + y * Math.sin(slope)) / 2.83 + 0.5
      const noise = (random.uniform() + random.uniform() - 1) * NOISE
      const at = (row * size + column) * 4
      for (let channel = 0; channel < 3; channel++) {
        const back = present(paper[channel]) * (1 - along) + present(second[channel]) * along
        rgba[at + channel] = back * (1 - amount) + present(ink[channel]) * amount + noise
      }
      rgba[at + 3] = 255
    }
  }
  return new Uint8Array(rgba.buffer)
}

/**
 * A bright ink on a dark paper. The ink leans towards a hue of its class, far enough from certain
 * that colour alone tells neighbours badly: a small net finds a first hold in it, and the shape has
 * to settle the rest.
 */
function drawColours(kind: SampleClass, random: RandomStream): { ink: Rgb; paper: Rgb } {
  // The first six kinds are spread over the whole circle, the others lie between them.
  const place = SAMPLE_CLASSES.indexOf(kind)
  const leaning = (place % 6) / 6 + (place < 6 ? 0 : 1 / 12)
  const hue = leaning + HUE_DEVIATION * random.normal()
  const ink = toRgb(hue, 0.5 + 0.5 * random.uniform(), 0.75 + 0.25 * random.uniform())
  const paper = toRgb(random.uniform(), 0.6 * random.uniform(), 0.08 + 0.37 * random.uniform())
  return { ink, paper }
}

/** HSV to RGB in 0..255; hue in turns, of any size, the others 0..1. */
function toRgb(hue: number, saturation: number, value: number): Rgb {
  const channel = (shift: number): number => {
    const k = (shift + (hue - Math.floor(hue)) * 6) % 6
    return 255 * value * (1 - saturation * Math.max(0, Math.min(k, 4 - k, 1)))
  }
  return [channel(5), channel(3), channel(1)]
}
