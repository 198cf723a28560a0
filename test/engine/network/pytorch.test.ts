import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { compileNetwork } from '../../../src/main/engine/network'
import type { LabelledBatch } from '../../../src/main/engine/tensors/batches'
import type { NetworkSpec } from '../../../src/shared/vgg'
import { hashNumbers, hashWeights } from '../../support/hashed-numbers'
import { checkTensorCount, pick } from './fixtures'

checkTensorCount()

/** What the script keeps of a tensor. */
interface Summary {
  readonly norm: number
  readonly sum: number
  readonly first: readonly number[]
}

/** Ten steps of so many accumulated batches each. */
interface Case {
  readonly batches: number
  readonly weightDecay: number
  readonly losses: readonly number[]
  readonly weights: Readonly<Record<string, Summary>>
  readonly velocity: Readonly<Record<string, Summary>>
}

const FOLDER = fileURLToPath(new URL('../../support', import.meta.url))
const SCRIPT = join(FOLDER, 'pytorch_step.py')
const stored = readCases(readFileSync(join(FOLDER, 'pytorch-step.json'), 'utf8'))

function readCases(text: string): Case[] {
  return (JSON.parse(text) as { readonly cases: Case[] }).cases
}

const SPEC: NetworkSpec = { configuration: 'A', inputSize: 64, classes: 5, width: 0.03 }
const BATCH = 6
const MEAN = 127.5
const DEVIATION = 74
/** The learning rate after so many steps. */
const RATE = { first: 0.02, dropped: 0.002, after: 6 }

/** Relative error of a tensor against its summary: of its norm, its sum and its first values. */
function compare(data: ArrayLike<number>, { norm, sum, first }: Summary): number {
  const values = Array.from(data)
  const ownNorm = Math.sqrt(values.reduce((total, value) => total + value * value, 0))
  const ownSum = values.reduce((total, value) => total + value, 0)
  const typical = norm / Math.sqrt(values.length)
  const errors = first.map((value, index) => Math.abs((values[index] ?? 0) - value) / typical)
  return Math.max(
    Math.abs(ownNorm - norm) / norm,
    // Of a sum of that many values of that size.
    Math.abs(ownSum - sum) / (norm * Math.sqrt(values.length)),
    // Single values are held to the typical size of the tensor's.
    ...errors,
  )
}

const labels = Int32Array.from({ length: BATCH }, (_, index) => index % SPEC.classes)

function makeBatch(salt: number): LabelledBatch {
  const bytes = hashNumbers(BATCH * SPEC.inputSize ** 2 * 3, 1000 + salt)
  return { count: BATCH, pixels: Uint8Array.from(bytes, (value) => value & 255), labels }
}

it('is checked with and without decay and accumulation, across a drop of the learning rate', () => {
  expect(stored.map(({ batches, weightDecay }) => [batches, weightDecay])).toEqual([
    [1, 0],
    [1, 5e-4],
    [4, 0],
    [4, 5e-4],
  ])
  for (const { losses } of stored) expect(losses.length).toBeGreaterThan(RATE.after + 2)
})

it.each(stored)(
  'ten steps of $batches batches, decay $weightDecay, agree with torch.optim.SGD to 1e-4',
  async ({ batches, weightDecay, losses, ...expected }) => {
    const network = await compileNetwork({ spec: SPEC, precision: 'float32', trainable: true })
    network.setWeights(hashWeights(SPEC))
    network.setPreprocessing({
      channelOrder: 'RGB',
      scale: 1,
      mean: [MEAN, MEAN, MEAN],
      deviation: [DEVIATION, DEVIATION, DEVIATION],
      inputSize: SPEC.inputSize,
      resize: 'smallest-side-then-centre-crop',
    })
    losses.forEach((loss, step) => {
      const learningRate = step < RATE.after ? RATE.first : RATE.dropped
      const settings = { learningRate, momentum: 0.9, weightDecay, dropout: 0, seed: 0, step }
      let sum = 0
      if (batches === 1) sum = network.train(makeBatch(step), settings).lossSum
      else {
        for (let batch = 0; batch < batches; batch++)
          sum += network.accumulate(makeBatch(step * batches + batch), settings, batch).lossSum
        network.apply(BATCH * batches, settings)
      }
      const error = Math.abs(sum / (BATCH * batches) - loss) / loss
      expect(error, `loss of step ${step}`).toBeLessThan(1e-4)
    })
    const results = { weights: network.getWeights(), velocity: network.getVelocity() }
    for (const kind of ['weights', 'velocity'] as const) {
      for (const [name, summary] of Object.entries(expected[kind])) {
        const error = compare(pick(results[kind], name).data, summary)
        expect(error, `${kind} of ${name}`).toBeLessThan(1e-4)
      }
    }
    network.dispose()
  },
)

/** Python with PyTorch: `VGG_LAB_PYTHON`, else python3; null where it has no torch. */
function findPython(): string | null {
  const python = process.env.VGG_LAB_PYTHON ?? 'python3'
  try {
    execFileSync(python, ['-c', 'import torch'], { stdio: 'ignore' })
    return python
  } catch {
    return null
  }
}

const python = findPython()

it.skipIf(python === null)('the stored steps are what PyTorch gives here', () => {
  const output = execFileSync(python ?? '', [SCRIPT], { encoding: 'utf8' })
  readCases(output).forEach((fresh, index) => {
    const own = stored[index]
    if (own === undefined) throw new Error(`No stored case ${index}.`)
    own.losses.forEach((loss, step) => {
      expect(fresh.losses[step]).toBeCloseTo(loss, 5)
    })
    for (const kind of ['weights', 'velocity'] as const) {
      expect(Object.keys(fresh[kind])).toEqual(Object.keys(own[kind]))
      for (const [name, { norm, sum, first }] of Object.entries(own[kind])) {
        const other = fresh[kind][name]
        if (other === undefined) throw new Error(`No ${name}.`)
        expect(other.norm / norm).toBeCloseTo(1, 4)
        expect(Math.abs(other.sum - sum)).toBeLessThan(1e-3 * norm)
        first.forEach((value, at) => {
          expect(Math.abs((other.first[at] ?? 0) - value)).toBeLessThan(1e-4 * norm)
        })
      }
    }
  })
})
