import { describe, expect, it } from 'vitest'
import { Ascent } from '../../../src/main/engine/inspect/maximise/ascent'
import { compileNetwork } from '../../../src/main/engine/network'
import type { CompiledNetwork } from '../../../src/main/engine/network/compiled-network'
import { defaultMaximisation, type MaximisationSettings } from '../../../src/shared/spec'
import { checkTensorCount, makeBatch, normalise, relativeError, SMALL } from '../network/fixtures'

checkTensorCount()

const PREPROCESSING = {
  channelOrder: 'BGR',
  scale: 1 / 255,
  mean: [0.4, 0.45, 0.5],
  deviation: [0.2, 0.25, 0.3],
  inputSize: 32,
  resize: 'smallest-side-then-centre-crop',
} as const
const BARE: MaximisationSettings = { stepSize: 2, jitterPx: 0, blurPx: 0, decay: 0, variation: 0 }

async function make(): Promise<CompiledNetwork> {
  const network = await compileNetwork({ spec: SMALL, precision: 'float32', trainable: false })
  network.initialise('he', 5)
  normalise(network)
  return network
}

function climb(network: CompiledNetwork, settings: MaximisationSettings, steps: number, seed = 1) {
  const ascent = new Ascent(PREPROCESSING, seed, null)
  const objective = { layer: 'conv3_1', channel: 2 }
  const values = Array.from({ length: steps }, () => ascent.advance(network, objective, settings))
  return { ascent, values }
}

describe('the gradient of an objective', () => {
  it("is the mean of the units' own, and its score the mean before the ReLU", async () => {
    const network = await make()
    const batch = makeBatch(SMALL, 1)
    for (const layer of ['conv3_1', 'pool2', 'fc6', 'fc8']) {
      const channel = 1
      const [map] = network.tap(batch, [{ layer, stage: 'pre-relu' }])
      const [height = 1, width = 1] = map?.shape.length === 4 ? map.shape.slice(1, 3) : []
      const channels = map?.shape.at(-1) ?? 1
      let [score, sum] = [0, new Float32Array(32 * 32 * 3)]
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          const unit = { layer, row, column, channel }
          const own = network.unitGradient(batch, unit).data
          const value = map?.data[(row * width + column) * channels + channel] ?? NaN
          const single = network.objectiveGradient(batch, unit)
          expect(single.gradient.data).toEqual(own)
          expect(single.score).toBeCloseTo(value, 4)
          sum = sum.map((total, at) => total + (own[at] ?? 0) / (height * width))
          score += value / (height * width)
        }
      }
      const found = network.objectiveGradient(batch, { layer, channel })
      expect(relativeError(found.gradient.data, sum)).toBeLessThan(1e-4)
      expect(found.score).toBeCloseTo(score, 4)
      // Floats that are what the graph makes of the bytes give the same.
      const [input] = network.tap(batch, [{ layer: 'input', stage: 'output' }])
      const values = input?.data ?? new Float32Array()
      expect(network.objectiveGradient({ count: 1, values }, { layer, channel })).toEqual(found)
    }
    expect(() => network.objectiveGradient(batch, { layer: 'prob', channel: 0 })).toThrow(/prob/)
    expect(() => network.objectiveGradient(batch, { layer: 'fc8', channel: 7 })).toThrow(
      /channel 7/,
    )
    network.dispose()
  })
})

describe('an ascent', () => {
  it('takes the picture as the network does, whatever the preprocessing', async () => {
    const network = await make()
    network.setPreprocessing(PREPROCESSING)
    const { pixels } = makeBatch(SMALL, 1, 4)
    const ascent = new Ascent(PREPROCESSING, 1, pixels)
    expect(ascent.picture).toEqual(pixels)
    const [input] = network.tap({ count: 1, pixels }, [{ layer: 'input', stage: 'output' }])
    expect(relativeError(ascent.input, input?.data ?? new Float32Array())).toBeLessThan(1e-5)
    network.dispose()
  })

  it('goes the way of its gradient: a small step raises the score by its length times the slope', async () => {
    const network = await make()
    const { pixels } = makeBatch(SMALL, 1, 4)
    const objective = { layer: 'conv2_1', channel: 0 }
    const ascent = new Ascent(
      PREPROCESSING,
      1,
      pixels.map((value) => 64 + value / 2),
    )
    const before = network.objectiveGradient({ count: 1, values: ascent.input }, objective)
    // Of pixels: a grey level is so much of the input, blue first.
    const slope = before.gradient.data.map((value, at) => {
      const place = at % 3
      return (value * PREPROCESSING.scale) / (PREPROCESSING.deviation[place] ?? 1)
    })
    const norm = Math.sqrt(slope.reduce((sum, value) => sum + value * value, 0))
    const stepSize = 0.01
    const score = ascent.advance(network, objective, { ...BARE, stepSize })
    expect(score).toBeCloseTo(before.score, 5)
    const after = network.objectiveGradient({ count: 1, values: ascent.input }, objective)
    const expected = stepSize * Math.sqrt(slope.length) * norm
    expect((after.score - before.score) / expected).toBeCloseTo(1, 1)
    network.dispose()
  })

  it('makes the unit answer more, with the regularisers too, and the same seed the same picture', async () => {
    const network = await make()
    for (const settings of [BARE, defaultMaximisation()]) {
      const { ascent, values } = climb(network, settings, 25)
      expect(values.at(-1)).toBeGreaterThan(Math.abs(values[0] ?? NaN) * 2)
      const again = climb(network, settings, 25)
      expect(again.values).toEqual(values)
      expect(again.ascent.picture).toEqual(ascent.picture)
      expect(climb(network, settings, 25, 2).ascent.picture).not.toEqual(ascent.picture)
    }
    network.dispose()
  })

  it('is flatter with each regulariser alone', async () => {
    const network = await make()
    const roughness = (settings: MaximisationSettings): number => {
      const { picture } = climb(network, settings, 24).ascent
      let sum = 0
      for (let at = 3; at < picture.length; at++)
        sum += Math.abs((picture[at] ?? 0) - (picture[at - 3] ?? 0))
      return sum
    }
    const bare = roughness(BARE)
    expect(roughness({ ...BARE, blurPx: 1 })).toBeLessThan(bare)
    expect(roughness({ ...BARE, decay: 0.1 })).toBeLessThan(bare)
    expect(roughness({ ...BARE, variation: 0.5 })).toBeLessThan(bare)
    expect(roughness({ ...BARE, jitterPx: 4 })).toBeLessThan(bare)
    network.dispose()
  })
})
