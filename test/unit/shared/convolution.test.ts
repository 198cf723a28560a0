import { describe, expect, it } from 'vitest'
import {
  convolveAt,
  convolvePlane,
  rankChannels,
  readPatch,
  readWeights,
  type ConvolutionCase,
} from '../../../src/shared/convolution'

/** Repeatable numbers in -1..1. */
function makeNumbers(count: number, seed: number): Float32Array {
  let state = seed
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state / 2 ** 31 - 1) * 3
  })
}

function makeCase(
  height: number,
  width: number,
  channels: number,
  side: number,
  seed: number,
): ConvolutionCase {
  return {
    inputShape: [height, width, channels],
    input: makeNumbers(height * width * channels, seed),
    kernelShape: [side, side, channels],
    kernel: makeNumbers(side * side * channels, seed + 1),
    bias: 0.25,
  }
}

/**
 * The same the other way round: every input value is scattered to the outputs that see it, and
 * what falls outside is dropped, so that no padding is ever looked at.
 */
function scatter(work: ConvolutionCase): { plane: Float64Array; byChannel: Float64Array[] } {
  const [height, width, channels] = work.inputShape
  const [side] = work.kernelShape
  const reach = (side - 1) / 2
  const byChannel = Array.from({ length: channels }, () => new Float64Array(height * width))
  for (let index = 0; index < work.input.length; index++) {
    const channel = index % channels
    const y = Math.floor(index / channels / width)
    const x = Math.floor(index / channels) % width
    for (let dy = -reach; dy <= reach; dy++)
      for (let dx = -reach; dx <= reach; dx++) {
        const [row, column] = [y - dy, x - dx]
        if (row < 0 || column < 0 || row >= height || column >= width) continue
        const weight = work.kernel[((dy + reach) * side + dx + reach) * channels + channel] ?? 0
        const own = byChannel[channel]
        const unit = row * width + column
        if (own) own[unit] = (own[unit] ?? 0) + (work.input[index] ?? 0) * weight
      }
  }
  const plane = new Float64Array(height * width).map(
    (_, unit) => byChannel.reduce((sum, own) => sum + (own[unit] ?? 0), 0) + work.bias,
  )
  return { plane, byChannel }
}

const CASES = [
  makeCase(5, 7, 3, 3, 1),
  makeCase(4, 3, 20, 5, 2),
  makeCase(3, 3, 2, 7, 3),
  makeCase(6, 2, 4, 1, 4),
  makeCase(1, 1, 9, 3, 5),
]

describe('convolveAt', () => {
  it('is what scattering the input gives, channel by channel, at the border too', () => {
    for (const work of CASES) {
      const [height, width, channels] = work.inputShape
      const { plane, byChannel } = scatter(work)
      for (let unit = 0; unit < height * width; unit++) {
        const found = convolveAt(work, Math.floor(unit / width), unit % width)
        for (let channel = 0; channel < channels; channel++)
          expect(found.sums[channel]).toBeCloseTo(byChannel[channel]?.[unit] ?? NaN, 10)
        expect(found.preRelu).toBeCloseTo(plane[unit] ?? NaN, 10)
        expect(found.preRelu).toBeCloseTo(found.total + 0.25, 12)
        expect(found.output).toBe(found.preRelu > 0 ? found.preRelu : 0)
      }
      convolvePlane(work).forEach((value, unit) => expect(value).toBeCloseTo(plane[unit] ?? NaN, 4))
    }
  })
})

describe('patch and weights', () => {
  it('multiply to the sums, and padding is zero and told', () => {
    for (const work of CASES) {
      const [height, width, channels] = work.inputShape
      for (const [row, column] of [
        [0, 0],
        [height - 1, width - 1],
        [Math.floor(height / 2), 0],
      ] as const) {
        const { sums } = convolveAt(work, row, column)
        for (let channel = 0; channel < channels; channel++) {
          const patch = readPatch(work, row, column, channel)
          const weights = readWeights(work, channel)
          const sum = patch.reduce((all, { value }, tap) => all + value * (weights[tap] ?? NaN), 0)
          expect(sum).toBeCloseTo(sums[channel] ?? NaN, 10)
          expect(patch.every(({ isPadding, value }) => !isPadding || value === 0)).toBe(true)
        }
      }
    }
  })

  it('count the padding in a corner', () => {
    const [work] = CASES
    const corner = work ? readPatch(work, 0, 6, 1).map(({ isPadding }) => isPadding) : []
    expect(corner).toEqual([true, true, true, false, false, true, false, false, true])
  })
})

describe('rankChannels', () => {
  it('puts the largest sums first, whatever their sign', () => {
    expect(rankChannels(Float64Array.from([0.5, -3, 2, 0, 3, -0.5]))).toEqual([1, 4, 2, 0, 5, 3])
  })
})
