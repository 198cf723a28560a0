import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileNetwork } from '../../../src/main/engine/network'
import type { CompiledNetwork } from '../../../src/main/engine/network/compiled-network'
import type { LabelledBatch } from '../../../src/main/engine/tensors/batches'
import { sampleStride } from '../../../src/main/engine/network/statistics'
import { checkStart } from '../../../src/main/engine/training'
import { deviationOf } from '../../../src/main/engine/training/steps/deviation'
import type { Progress, StartSignals } from '../../../src/shared/contract'
import { INITIALISATIONS, type Initialisation } from '../../../src/shared/spec'
import { STEP, checkTensorCount, expectSameBits, makeBatch, normalise } from '../network/fixtures'
import type { TensorSums } from '../../../src/main/engine/network/layer-sums'
import { SETTINGS, SmallLab, finish } from './small-run'

const lab = new SmallLab()
beforeAll(() => lab.fill())
afterAll(() => lab.remove())
checkTensorCount()

const ignore = (): void => undefined
const watch = (
  signal = new AbortController().signal,
  onProgress: (progress: Progress) => void = ignore,
) => ({ signal, onProgress })

/** Of sums that must be there. */
function deviation(sums: TensorSums | null | undefined): number {
  if (!sums) throw new Error('No sums.')
  return deviationOf(sums)
}

function pickStart(starts: readonly StartSignals[], name: Initialisation | null): StartSignals {
  const start = starts.find(({ initialisation }) => initialisation === name)
  if (start === undefined) throw new Error(`No start ${name ?? 'as chosen'}.`)
  return start
}

describe('the start of E, before training', () => {
  test('is dead with sigma 0.01, healthy with Glorot and He, by the settings and all at once', async () => {
    const settings = { ...SETTINGS, configuration: 'E', initialisation: 'paper-sigma' } as const
    const seen: Progress[] = []
    const check = await checkStart(
      { dataFolder: lab.dataFolder, settings },
      watch(undefined, (progress) => seen.push(progress)),
    )
    expect(check.pictures).toBe(settings.batchSize)
    expect(check.starts.map(({ initialisation }) => initialisation)).toEqual([...INITIALISATIONS])
    expect(check.starts.filter(({ isChosen }) => isChosen)).toEqual([
      pickStart(check.starts, 'paper-sigma'),
    ])
    const dead = pickStart(check.starts, 'paper-sigma')
    expect(dead.judgement).toBe('dead')
    expect(dead.verdict).toMatch(
      /^The signal falls by 10\^\d+ from conv1_1 to fc8: training will not start\.$/,
    )
    expect(dead.loss).toBeCloseTo(Math.log(3), 3)
    for (const name of ['he', 'glorot'] as const)
      expect(pickStart(check.starts, name).judgement).toBe('healthy')
    expect(seen[seen.length - 1]).toMatchObject({ label: 'Start check', done: 4, total: 4 })
  })

  test('is that of the other weights where the settings name some', async () => {
    const handle = lab.start('other', { epochs: 1 })
    await finish(handle)
    const settings = { ...SETTINGS, weights: handle.runFolder }
    const { starts } = await checkStart({ dataFolder: lab.dataFolder, settings }, watch())
    expect(starts).toHaveLength(5)
    expect(starts[0]).toMatchObject({ initialisation: null, isChosen: true, judgement: 'healthy' })
    expect(starts.filter(({ isChosen }) => isChosen)).toHaveLength(1)
  })

  test('is given up when the caller does', async () => {
    const controller = new AbortController()
    const options = watch(controller.signal, ({ label }) => {
      if (label === 'Start check') controller.abort()
    })
    const asked = checkStart({ dataFolder: lab.dataFolder, settings: SETTINGS }, options)
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('the deviations', () => {
  const spec = { configuration: 'E', inputSize: 32, classes: 2, width: 0.1 } as const
  const directDeviation = (data: Float32Array = new Float32Array()): number => {
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length
    return Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length)
  }

  test('are those of the activations, gradients and weights as they are fetched', async () => {
    const network = await compileNetwork({ spec, precision: 'float32', trainable: true })
    try {
      network.initialise('he', 5)
      normalise(network)
      const batch = makeBatch(spec, 4)
      let names: string[] = []
      network.accumulate(batch, STEP, 0, {
        onSignals: (signals) => {
          names = signals.map(({ layer }) => layer)
          const taps = signals.flatMap(({ layer }) => [
            { layer, stage: 'pre-relu' } as const,
            { layer, stage: 'output' } as const,
          ])
          const fetched = network.tap(batch, taps)
          signals.forEach(({ layer, preRelu, output, gradient }, index) => {
            const [before, after] = fetched.slice(2 * index)
            expect(preRelu.count, layer).toBe(before?.data.length)
            expect(deviation(preRelu) / directDeviation(before?.data), layer).toBeCloseTo(1, 4)
            expect(deviation(output) / directDeviation(after?.data), layer).toBeCloseTo(1, 4)
            const direct = directDeviation(lossGradient(network, batch, layer))
            expect(deviation(gradient) / direct, layer).toBeCloseTo(1, 3)
          })
        },
      })
      expect(names).toHaveLength(network.network.layers.length - 1)
      const gradients = network.measureTensors('gradient')
      const velocityBefore = network.measureTensors('velocity')
      for (const tensor of network.measureTensors('value')) {
        const { data } = network.getLayerWeights(tensor.layer).weight
        expect(deviationOf(tensor) / directDeviation(data)).toBeCloseTo(1, 4)
        const stride = sampleStride(network.getLayerWeights(tensor.layer).weight.shape)
        const taken = data.filter((_, index) => index % stride === 0)
        expect(tensor.sample).toEqual(taken)
      }
      // With momentum 0 and no decay the velocity is the gradient, averaged over the pictures.
      network.apply(batch.count, { ...STEP, momentum: 0, weightDecay: 0 })
      network.measureTensors('velocity').forEach((velocity, index) => {
        expect(velocityBefore[index]?.sumOfSquares).toBe(0)
        const mean = deviation(gradients[index]) / batch.count
        expect(deviationOf(velocity) / mean).toBeCloseTo(1, 4)
      })
    } finally {
      network.dispose()
    }
  })

  test('leave the step as it is, to the bit', async () => {
    const weightsAfter = async (isWatched: boolean) => {
      const network = await compileNetwork({ spec, precision: 'float32', trainable: true })
      try {
        network.initialise('he', 5)
        normalise(network)
        const batch = makeBatch(spec, 6)
        const settings = { ...STEP, dropout: 0.5 }
        for (let step = 0; step < 2; step++) {
          if (isWatched) {
            const gradientScale = 1 / batch.count
            const taken = { onPeaks: ignore, onSignals: ignore }
            network.accumulate(batch, settings, 0, { gradientScale, ...taken })
            network.measureTensors('gradient')
            network.apply(1, settings)
            network.measureTensors('velocity')
          } else network.train(batch, settings)
        }
        return network.getWeights()
      } finally {
        network.dispose()
      }
    }
    expectSameBits(await weightsAfter(true), await weightsAfter(false))
  })
})

/** Gradient of the pictures' summed loss with respect to a layer's output, by the gradients of all scores. */
function lossGradient(network: CompiledNetwork, batch: LabelledBatch, layer: string): Float32Array {
  const { classes } = network.network.spec
  const probabilities = network.infer(batch)
  const [output] = network.tap(batch, [{ layer, stage: 'output' }])
  const size = (output?.data.length ?? 0) / batch.count
  const total = new Float32Array(size * batch.count)
  for (let index = 0; index < classes; index++) {
    const { data } = network.gradient(batch, index, layer)
    for (let at = 0; at < data.length; at++) {
      const picture = Math.floor(at / size)
      const probability = probabilities.data[picture * classes + index] ?? NaN
      const share = probability - (batch.labels[picture] === index ? 1 : 0)
      total[at] = (total[at] ?? 0) + share * (data[at] ?? NaN)
    }
  }
  return total
}
