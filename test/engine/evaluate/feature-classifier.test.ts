import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { FeatureClassifier } from '../../../src/main/engine/evaluate/features/feature-classifier'
import { scoreRows, trainLinearSvm } from '../../../src/main/engine/evaluate/features/linear-svm'
import { tensorflow } from '../../../src/main/engine/tensorflow'
import { hashNumbers } from '../../support/hashed-numbers'
import { checkTensorCount, relativeError } from '../network/fixtures'

/** What `test/support/linear_svc.py` wrote. */
interface Stored {
  readonly results: readonly {
    readonly cost: number
    readonly scores: readonly number[]
    readonly recalls: readonly number[]
    readonly meanRecall: number
    readonly precisions: readonly number[]
    /** Mean class recall by cross-validation on the training rows. */
    readonly heldRecall: number
  }[]
}

const FILE = fileURLToPath(new URL('../../support/linear-svc.json', import.meta.url))
const SCRIPT = fileURLToPath(new URL('../../support/linear_svc.py', import.meta.url))
const { results } = JSON.parse(readFileSync(FILE, 'utf8')) as Stored

const DIMS = 40
const SIZES = [60, 45, 30, 15]
const NOISE_SIZE = 2
const FOLDS = 3

const uniform = (count: number, salt: number): number[] =>
  hashNumbers(count, salt).map((value) => Math.fround(value / 2 ** 31 - 1))

/** Rows of unit length around a centre for each class. */
function makeRows() {
  const labels = Int32Array.from(SIZES.flatMap((size, label) => Array<number>(size).fill(label)))
  const places = SIZES.flatMap((size) => Array.from({ length: size }, (_, place) => place))
  const centres = uniform(SIZES.length * DIMS, 3000)
  const noise = uniform(labels.length * DIMS, 3001)
  const rows = new Float32Array(labels.length * DIMS)
  labels.forEach((label, row) => {
    const values = Array.from(
      { length: DIMS },
      (_, at) => (centres[label * DIMS + at] ?? 0) + NOISE_SIZE * (noise[row * DIMS + at] ?? 0),
    )
    const length = Math.hypot(...values)
    rows.set(
      values.map((value) => value / length),
      row * DIMS,
    )
  })
  const indices = Int32Array.from(labels.keys())
  const isTrained = (row: number): boolean => (places[row] ?? 0) % 3 !== 0
  return {
    features: { rows, dims: DIMS, labels, classes: SIZES.length },
    train: indices.filter(isTrained),
    test: indices.filter((row) => !isTrained(row)),
    fold: (row: number): number => {
      const place = places[row] ?? 0
      return (place - Math.floor(place / 3) - 1) % FOLDS
    },
  }
}

const { features, train, test, fold } = makeRows()
const options = { takeTurn: () => Promise.resolve(), onFit: () => undefined, seed: 1 }

checkTensorCount()
let classifier: FeatureClassifier
beforeAll(() => {
  classifier = new FeatureClassifier(features)
})
afterAll(() => classifier.dispose())

it.each(results)('is the LinearSVC of scikit-learn at C = $cost', async (stored) => {
  const { cost } = stored
  const tf = tensorflow()
  const biased = (rows: Int32Array) =>
    tf.tidy(() =>
      tf.concat2d(
        [
          tf.gather(tf.tensor2d(features.rows, [features.labels.length, DIMS]), rows),
          tf.ones([rows.length, 1]),
        ],
        1,
      ),
    )
  const [inside, outside] = [biased(train), biased(test)]
  const labels = train.map((row) => features.labels[row] ?? -1)
  const machine = await trainLinearSvm(
    { table: inside, labels, classes: SIZES.length },
    { cost, takeTurn: options.takeTurn },
  )
  const scores = await scoreRows(outside, machine, options.takeTurn)
  inside.dispose()
  outside.dispose()
  expect(machine.isConverged).toBe(true)
  expect(relativeError(scores, stored.scores)).toBeLessThan(1e-3)

  const result = await classifier.judge({ train, test }, { ...options, cost })
  expect(result.recalls).toEqual(stored.recalls)
  expect(result.meanRecall).toBeCloseTo(stored.meanRecall, 12)
  const { precisions } = stored
  const mean = precisions.reduce((sum, one) => sum + one, 0) / precisions.length
  expect(result.meanPrecision).toBeCloseTo(mean, 6)
})

it('chooses C as cross-validation by scikit-learn does', async () => {
  const folds = train.map(fold)
  const costs = results.map(({ cost }) => cost)
  const recalls = await classifier.crossValidate(train, folds, costs, options)
  results.forEach(({ heldRecall }, index) => expect(recalls[index]).toBeCloseTo(heldRecall, 12))
})

/** Python with scikit-learn: `VGG_LAB_PYTHON`, else python3; null where it has none. */
function findPython(): string | null {
  const python = process.env.VGG_LAB_PYTHON ?? 'python3'
  try {
    execFileSync(python, ['-c', 'import sklearn'], { stdio: 'ignore' })
    return python
  } catch {
    return null
  }
}

const python = findPython()

it.skipIf(python === null)('the stored numbers are what scikit-learn gives here', () => {
  const output = execFileSync(python ?? '', [SCRIPT], { encoding: 'utf8' })
  const fresh = (JSON.parse(output) as Stored).results
  expect(fresh.map(({ meanRecall }) => meanRecall)).toEqual(
    results.map(({ meanRecall }) => meanRecall),
  )
  fresh.forEach(({ scores }, index) =>
    expect(relativeError(scores, results[index]?.scores ?? [])).toBeLessThan(1e-4),
  )
})
