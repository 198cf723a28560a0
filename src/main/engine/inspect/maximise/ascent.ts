import { present } from '../../../../shared/present'
import {
  BLUR_EVERY_STEPS,
  type MaximisationSettings,
  type Preprocessing,
} from '../../../../shared/spec'
import { INPUT_CHANNELS } from '../../../../shared/vgg'
import { keyedRandom } from '../../random'
import type { ChannelMean, AskedNetwork, Unit } from '../../network/asked-network'
import { blur, roll, variationGradient } from './regularise'

/** Deviation of the noise that a picture begins with, in grey levels. */
const NOISE_DEVIATION = 12
const MAX_GREY = 255
/** A gradient of nothing has no direction. */
const EPSILON = 1e-12

/**
 * Gradient ascent on a picture (Erhan et al. 2009; Simonyan et al. 2014; regularised as Yosinski et al.
 * 2015 and Mahendran & Vedaldi 2016 do): its pixels are floats in 0..255, and each step has the same
 * length however large the gradient. The same seed and settings give the same picture.
 */
export class Ascent {
  readonly #size: number
  readonly #preprocessing: Preprocessing
  readonly #seed: number
  /** `[size, size, 3]` in RGB, 0..255. */
  #pixels: Float32Array
  #step = 0

  /** @param pixels - `[size, size, 3]` RGB to begin with; null for noise round the mean colour */
  constructor(preprocessing: Preprocessing, seed: number, pixels: Uint8Array | null) {
    this.#size = preprocessing.inputSize
    this.#preprocessing = preprocessing
    this.#seed = seed
    this.#pixels = pixels === null ? this.#drawNoise() : Float32Array.from(pixels)
  }

  get step(): number {
    return this.#step
  }

  /** `[size, size, 3]` RGB bytes, rounded. */
  get picture(): Uint8Array {
    return Uint8Array.from(this.#pixels, Math.round)
  }

  /** The picture as the network takes it. */
  get input(): Float32Array {
    return this.#prepare(this.#pixels)
  }

  /**
   * One step up; one session call.
   * @returns the objective before the step, where the jitter put the picture
   */
  advance(
    network: AskedNetwork,
    objective: Unit | ChannelMean,
    settings: MaximisationSettings,
  ): number {
    const { stepSize, jitterPx, blurPx, decay, variation } = settings
    const random = keyedRandom('maximisation', this.#seed, this.#step + 1)
    const draw = (): number => random.below(2 * jitterPx + 1) - jitterPx
    const shift = { rows: draw(), columns: draw() }
    const values = this.#prepare(roll(this.#pixels, this.#size, shift))
    const { score, gradient } = network.objectiveGradient({ count: 1, values }, objective)
    const direction = roll(this.#toPixels(gradient.data), this.#size, {
      rows: -shift.rows,
      columns: -shift.columns,
    })
    const scale = stepSize / (rootMeanSquare(direction) + EPSILON)
    const smoothing = variation > 0 ? variationGradient(this.#pixels, this.#size) : null
    this.#step += 1
    const grey = this.#meanColour()
    this.#pixels = this.#pixels.map((value, at) => {
      const mean = present(grey[at % INPUT_CHANNELS])
      const faded = mean + (1 - decay) * (value - mean)
      const flat = stepSize * variation * (smoothing?.[at] ?? 0)
      return Math.min(MAX_GREY, Math.max(0, faded + scale * present(direction[at]) - flat))
    })
    if (blurPx > 0 && this.#step % BLUR_EVERY_STEPS === 0) blur(this.#pixels, this.#size, blurPx)
    return score
  }

  #drawNoise(): Float32Array {
    const random = keyedRandom('maximisation', this.#seed, 0)
    const grey = this.#meanColour()
    return Float32Array.from({ length: this.#size ** 2 * INPUT_CHANNELS }, (_, at) => {
      const value = present(grey[at % INPUT_CHANNELS]) + NOISE_DEVIATION * random.normal()
      return Math.min(MAX_GREY, Math.max(0, value))
    })
  }

  /** Place in the network's order of a colour of RGB. */
  #placeOf(colour: number): number {
    return this.#preprocessing.channelOrder === 'BGR' ? INPUT_CHANNELS - 1 - colour : colour
  }

  /** RGB of what is 0 once it is preprocessed. */
  #meanColour(): number[] {
    const { mean, scale } = this.#preprocessing
    return [0, 1, 2].map((colour) => present(mean[this.#placeOf(colour)]) / scale)
  }

  #prepare(pixels: Float32Array): Float32Array {
    const { mean, scale, deviation } = this.#preprocessing
    const values = new Float32Array(pixels.length)
    pixels.forEach((value, at) => {
      const colour = at % INPUT_CHANNELS
      const place = this.#placeOf(colour)
      values[at - colour + place] =
        (value * scale - present(mean[place])) / present(deviation[place])
    })
    return values
  }

  /** A gradient with respect to the network's input as one with respect to the pixels. */
  #toPixels(gradient: Float32Array): Float32Array {
    const { scale, deviation } = this.#preprocessing
    const own = new Float32Array(gradient.length)
    own.forEach((_, at) => {
      const colour = at % INPUT_CHANNELS
      const place = this.#placeOf(colour)
      own[at] = (present(gradient[at - colour + place]) * scale) / present(deviation[place])
    })
    return own
  }
}

function rootMeanSquare(values: Float32Array): number {
  let sum = 0
  for (const value of values) sum += value * value
  return Math.sqrt(sum / values.length)
}
