import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodePicture } from '../../../src/main/engine/data/pictures/decode-picture'
import { Evaluations } from '../../../src/main/engine/evaluate/evaluations'
import { readEvaluation } from '../../../src/main/engine/evaluate/saved-evaluation'
import { ModelRegistry } from '../../../src/main/engine/inspect/model-registry'
import { tapDensely } from '../../../src/main/engine/network/dense'
import { readMetrics } from '../../../src/main/engine/runs/run-folder'
import { tensorflow } from '../../../src/main/engine/tensorflow'
import { openRun } from '../../../src/main/engine/training'
import type { EvaluationSpec } from '../../../src/shared/contract/evaluate'
import type { Protocol } from '../../../src/shared/evaluation/protocol'
import { SmallLab, finish } from '../training/small-run'

const lab = new SmallLab()
const SIZE = 32
let models: ModelRegistry
let evaluations: Evaluations
let tensors = 0

beforeAll(async () => {
  await lab.fill()
  await finish(lab.start('first', { epochs: 2 }))
  await finish(lab.start('second', { epochs: 1, seed: 2 }))
  models = new ModelRegistry(() => null)
  evaluations = new Evaluations(models, () => false)
  await models.use({ kind: 'run', folder: lab.run('first'), checkpoint: null }, () => null)
  tensors = tensorflow().memory().numTensors
})
afterAll(() => {
  expect(tensorflow().memory().numTensors).toBe(tensors)
  models.dispose()
  lab.remove()
})

function specOf(protocol: Protocol, runs: readonly string[] = ['first']): EvaluationSpec {
  return {
    models: runs.map((name) => ({ kind: 'run', folder: lab.run(name), checkpoint: null })),
    data: { kind: 'folder', path: lab.dataFolder, half: 'all' },
    protocol,
  }
}

async function evaluate(spec: EvaluationSpec) {
  const { ref } = await evaluations.run(spec, {})
  return readEvaluation(ref)
}

/** A crop as a picture of its own, mirrored or not: nothing of the lab's but the decoder. */
function cut(
  { width, pixels }: { width: number; pixels: Uint8Array },
  left: number,
  top: number,
  flip: boolean,
): Uint8Array {
  const crop = new Uint8Array(SIZE * SIZE * 3)
  for (let row = 0; row < SIZE; row++) {
    for (let column = 0; column < SIZE; column++) {
      const from = ((top + row) * width + left + (flip ? SIZE - 1 - column : column)) * 3
      crop.set(pixels.subarray(from, from + 3), (row * SIZE + column) * 3)
    }
  }
  return crop
}

function meanOf(rows: readonly Float32Array[]): number[] {
  const classes = rows[0]?.length ?? 0
  return Array.from({ length: classes }, (_, index) => {
    return rows.reduce((sum, row) => sum + (row[index] ?? NaN), 0) / rows.length
  })
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length)
  const worst = Array.from(actual, (value, index) => Math.abs(value - (expected[index] ?? NaN)))
  expect(Math.max(...worst)).toBeLessThan(1e-5)
}

test('the centre crop of each checkpoint gives what the log of its validation says', async () => {
  const lines = await readMetrics(lab.run('first'))
  const epochs = lines.filter((line) => line.kind === 'epoch')
  expect(epochs).toHaveLength(2)
  for (const { epoch, validation } of epochs) {
    const checkpoint = `epoch-000${epoch}`
    const { top1, top5, loss, counted } = await evaluations.run(
      {
        models: [{ kind: 'run', folder: lab.run('first'), checkpoint }],
        data: { kind: 'run', half: 'validation' },
        protocol: { kind: 'center', scales: [37], flip: false },
      },
      {},
    )
    const split = JSON.parse(readFileSync(join(lab.run('first'), 'split.json'), 'utf8')) as {
      validation: string[]
    }
    expect(counted).toBe(split.validation.length)
    expect(Math.round((top1?.value ?? NaN) * counted)).toBe(Math.round(validation.top1 * counted))
    expect(loss?.value).toBeCloseTo(validation.loss, 5)
    expect(top5).toBeNull()
  }
})

test('5x5 crops and flips equal 50 passes of their own', async () => {
  const { files, probabilities } = await evaluate(
    specOf({ kind: 'crops', scales: [41], flip: true }),
  )
  const { network } = await openRun(lab.run('first'), null)
  for (const [index, file] of files.slice(0, 4).entries()) {
    const picture = await decodePicture(join(lab.dataFolder, file), { smallestSide: 41 })
    const rows: Float32Array[] = []
    for (let row = 0; row < 5; row++) {
      for (let column = 0; column < 5; column++) {
        const left = Math.round(((picture.width - SIZE) * column) / 4)
        const top = Math.round(((picture.height - SIZE) * row) / 4)
        for (const flip of [false, true]) {
          const pixels = cut(picture, left, top, flip)
          rows.push(network.infer({ count: 1, pixels }).data)
        }
      }
    }
    expect(rows).toHaveLength(50)
    expectClose(probabilities.subarray(index * 3, (index + 1) * 3), meanOf(rows))
  }
  network.dispose()
})

test('dense averages the score map over space, then the soft-max outputs of picture and mirror', async () => {
  const scale = 70
  const { files, probabilities } = await evaluate(
    specOf({ kind: 'dense', scales: [scale], flip: true }),
  )
  const { network } = await openRun(lab.run('first'), null)
  for (const [index, file] of files.slice(0, 3).entries()) {
    const { width, height, pixels } = await decodePicture(join(lab.dataFolder, file), {
      smallestSide: scale,
    })
    const mirrored = new Uint8Array(pixels.length)
    for (let at = 0; at < width * height; at++) {
      const to = at - (at % width) + (width - 1 - (at % width))
      mirrored.set(pixels.subarray(at * 3, at * 3 + 3), to * 3)
    }
    const rows = [pixels, mirrored].map((bytes) => {
      const [map] = tapDensely(network, [{ count: 1, height, width, pixels: bytes }], 'fc8')
      const places = (map?.data.length ?? 0) / 3
      expect(places).toBeGreaterThanOrEqual(4)
      const mean = [0, 1, 2].map((at) => {
        let sum = 0
        for (let place = 0; place < places; place++) sum += map?.data[place * 3 + at] ?? NaN
        return Math.exp(sum / places)
      })
      const total = mean.reduce((sum, one) => sum + one, 0)
      return Float32Array.from(mean, (one) => one / total)
    })
    expectClose(probabilities.subarray(index * 3, (index + 1) * 3), meanOf(rows))
  }
  network.dispose()
})

test('both kinds, several scales and several runs are means of their soft-max outputs', async () => {
  const parts: Float32Array[] = []
  for (const kind of ['dense', 'crops'] as const) {
    for (const scale of [38, 66]) {
      for (const run of ['first', 'second']) {
        const spec = specOf({ kind, scales: [scale], flip: true }, [run])
        parts.push((await evaluate(spec)).probabilities)
      }
    }
  }
  const whole = specOf({ kind: 'both', scales: [38, 66], flip: true }, ['first', 'second'])
  // Nothing is left to be shown: all of it was in the parts.
  const { passes } = await evaluations.plan(whole, {})
  expect(passes.map(({ toDo }) => toDo)).toEqual(passes.map(() => 0))
  expect(passes).toHaveLength(8)
  const { probabilities, facts } = await evaluate(whole)
  expectClose(probabilities, meanOf(parts))
  expect(facts.summary.protocolWords).toBe('A + A, S=37, Q=38, 66, dense and 5×5 crops + flip')
})
