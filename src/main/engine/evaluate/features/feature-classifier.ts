import type { Tensor2D } from '@tensorflow/tfjs-node-gpu'
import { LabError } from '../../../../shared/contract'
import { measureCurveAreas } from '../../../../shared/evaluation/curves'
import { scoreClasses } from '../../../../shared/evaluation/per-class'
import { present } from '../../../../shared/present'
import { tensorflow } from '../../tensorflow'
import { drawFolds, type RowSplit } from './draw-splits'
import { scoreRows, trainLinearSvm, type LinearSvm } from './linear-svm'

/** Rows of features with their classes. */
export interface LabelledFeatures {
  /** `[N, D]` */
  readonly rows: Float32Array
  readonly dims: number
  /** `[N]` */
  readonly labels: Int32Array
  /** K */
  readonly classes: number
}

/** What a classifier reached on the test rows of one split. */
export interface SplitResult {
  readonly trained: number
  readonly tested: number
  /** The C that it was trained with. */
  readonly cost: number
  /** Mean recall over the classes that have test rows. */
  readonly meanRecall: number
  /** `[K]`; null for a class without test rows. */
  readonly recalls: readonly (number | null)[]
  readonly top1: number
  /** Mean over the classes of the average precision of their scores; null where there is none. */
  readonly meanPrecision: number | null
  readonly isConverged: boolean
}

/** The C that are tried by cross-validation. */
export const COSTS = [0.01, 0.1, 1, 10, 100, 1000] as const
const FOLDS = 3

/** Awaited between two products, with the number of fits that are done; throws to cancel. */
export type FitTurn = () => Promise<void>

/** How classifiers are trained. */
export interface FitOptions {
  /** null: the one of {@link COSTS} that does best in cross-validation on the training rows. */
  readonly cost: number | null
  readonly seed: number
  readonly takeTurn: FitTurn
  /** Told after each fit; {@link countFits} says how many there will be. */
  readonly onFit: () => void
}

/** Fits of one split. */
export function countFits(cost: number | null): number {
  return cost === null ? COSTS.length * FOLDS + 1 : 1
}

/** A table of features with TensorFlow, to train and test classifiers on its rows. */
export class FeatureClassifier {
  readonly #features: LabelledFeatures
  /** `[N, D + 1]`: a column of ones is the bias. */
  readonly #table: Tensor2D

  /** The caller disposes it. */
  constructor(features: LabelledFeatures) {
    const { rows, dims, labels } = features
    this.#features = features
    const tf = tensorflow()
    this.#table = tf.tidy(() =>
      tf.concat2d([tf.tensor2d(rows, [labels.length, dims]), tf.ones([labels.length, 1])], 1),
    )
  }

  dispose(): void {
    this.#table.dispose()
  }

  /**
   * Trains on a split's training rows and tests on the others.
   * @throws LabError `bad-input` where fewer than two classes are trained, or no row is tested
   */
  async judge({ train, test }: RowSplit, options: FitOptions): Promise<SplitResult> {
    const { classes } = this.#features
    this.#check(train, test)
    const cost = options.cost ?? (await this.#chooseCost(train, options))
    const machine = await this.#fit(train, cost, options)
    options.onFit()
    const labels = this.#labelsOf(test)
    const scores = await this.#score(test, machine, options)
    const columns = { label: labels, predicted: findFirst(scores, classes) }
    const { perClass, macro, weighted } = scoreClasses(
      { ...columns, confidence: new Float32Array(labels.length) },
      classes,
    )
    return {
      trained: train.length,
      tested: test.length,
      cost,
      meanRecall: present(macro?.recall),
      recalls: perClass.map(({ recall }) => recall),
      top1: present(weighted?.recall),
      meanPrecision: measureCurveAreas(Float32Array.from(scores), labels, classes).macroAp,
      isConverged: machine.isConverged,
    }
  }

  /**
   * Mean class recall of each C over folds, each tested on by a classifier that was trained on the
   * others. From the smallest C up, each begins where the one before ended.
   * @param folds - of each of the rows
   */
  async crossValidate(
    rows: Int32Array,
    folds: Int32Array,
    costs: readonly number[],
    options: Pick<FitOptions, 'takeTurn' | 'onFit'>,
  ): Promise<number[]> {
    const { classes } = this.#features
    const label = this.#labelsOf(rows)
    const predicted = costs.map(() => new Int32Array(rows.length))
    for (const fold of new Set(folds)) {
      const inside = rows.filter((_, at) => folds[at] !== fold)
      const outside = rows.filter((_, at) => folds[at] === fold)
      let machine: LinearSvm | undefined
      for (const [index, cost] of costs.entries()) {
        machine = await this.#fit(inside, cost, options, machine)
        options.onFit()
        const found = findFirst(await this.#score(outside, machine, options), classes)
        let next = 0
        folds.forEach((own, at) => {
          if (own === fold) present(predicted[index])[at] = present(found[next++])
        })
      }
    }
    const confidence = new Float32Array(rows.length)
    return predicted.map((own) =>
      present(scoreClasses({ label, predicted: own, confidence }, classes).macro?.recall),
    )
  }

  /** Of equal ones the smallest C. */
  async #chooseCost(train: Int32Array, options: FitOptions): Promise<number> {
    const folds = drawFolds(this.#labelsOf(train), FOLDS, options.seed)
    const recalls = await this.crossValidate(train, folds, COSTS, options)
    return present(COSTS[recalls.indexOf(Math.max(...recalls))])
  }

  async #fit(
    rows: Int32Array,
    cost: number,
    { takeTurn }: Pick<FitOptions, 'takeTurn'>,
    from?: LinearSvm,
  ): Promise<LinearSvm> {
    const { classes } = this.#features
    const problem = { labels: this.#labelsOf(rows), classes }
    return this.#withRows(rows, (table) =>
      trainLinearSvm(
        { ...problem, table },
        { cost, takeTurn, ...(from && { start: from.weights }) },
      ),
    )
  }

  #score(
    rows: Int32Array,
    machine: LinearSvm,
    { takeTurn }: Pick<FitOptions, 'takeTurn'>,
  ): Promise<Float64Array> {
    return this.#withRows(rows, (table) => scoreRows(table, machine, takeTurn))
  }

  async #withRows<T>(rows: Int32Array, work: (table: Tensor2D) => Promise<T>): Promise<T> {
    const tf = tensorflow()
    const table = tf.tidy(() => tf.gather(this.#table, tf.tensor1d(rows, 'int32')))
    try {
      return await work(table)
    } finally {
      table.dispose()
    }
  }

  #labelsOf(rows: Int32Array): Int32Array {
    return rows.map((row) => present(this.#features.labels[row]))
  }

  #check(train: Int32Array, test: Int32Array): void {
    const trained = new Set(this.#labelsOf(train)).size
    if (trained < 2) {
      throw new LabError(
        'bad-input',
        `Expected training pictures of two classes or more; got ${trained}.`,
        'Choose a folder of several classes.',
      )
    }
    if (test.length === 0) {
      throw new LabError(
        'bad-input',
        'Expected pictures to test on; all are trained on.',
        'Train on fewer pictures of each class.',
      )
    }
  }
}

/** The class of each row's largest score, the first of equal ones. */
function findFirst(scores: Float64Array, classes: number): Int32Array {
  return Int32Array.from({ length: scores.length / classes }, (_, row) => {
    let best = 0
    for (let index = 1; index < classes; index++) {
      if (present(scores[row * classes + index]) > present(scores[row * classes + best]))
        best = index
    }
    return best
  })
}
