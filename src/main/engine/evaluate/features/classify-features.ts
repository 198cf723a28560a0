import { LabError } from '../../../../shared/contract'
import type {
  FeatureClassification,
  FeatureClassifierSpec,
  FeatureSplitResult,
  Spread,
} from '../../../../shared/contract/dense-features'
import { present } from '../../../../shared/present'
import { giveWay } from '../../inspect/walk-pictures'
import { createProgressMeter, throwIfCancelled, type WorkOptions } from '../../work/progress-meter'
import { describeExtracted } from './describe-features'
import { drawSplits, type RowSplit } from './draw-splits'
import type { ExtractedFeatures } from './extract-features'
import { FeatureClassifier, countFits } from './feature-classifier'
import { indexClasses } from './index-classes'

const LABEL = 'Training linear classifiers'

/**
 * Trains linear classifiers on features and tests them, on the data's own halves or on drawn splits
 * (appendix B): mean class recall, top-1 and mean average precision, with their spread over the splits.
 * @throws LabError `bad-input` where the data has no halves, fewer than two classes or nothing to test on;
 *   `cancelled`
 */
export async function classifyFeatures(
  features: ExtractedFeatures,
  { split, cost }: FeatureClassifierSpec,
  isTraining: () => boolean,
  work: WorkOptions,
): Promise<FeatureClassification> {
  const { rows, dims, pictures } = features
  const { classNames, labels } = indexClasses(pictures)
  const splits = split.kind === 'given' ? [takeHalves(features)] : drawSplits(labels, split)
  const meter = createProgressMeter(LABEL, splits.length * countFits(cost), work)
  let turnMs = performance.now()
  const takeTurn = async (): Promise<void> => {
    throwIfCancelled(work.signal, LABEL)
    await giveWay(isTraining() ? performance.now() - turnMs : 0, LABEL, work)
    turnMs = performance.now()
  }
  const options = {
    cost,
    seed: split.kind === 'drawn' ? split.seed : 0,
    takeTurn,
    onFit: () => meter.advance(),
  }
  const classifier = new FeatureClassifier({ rows, dims, labels, classes: classNames.length })
  const results: FeatureSplitResult[] = []
  try {
    for (const one of splits) results.push(await classifier.judge(one, options))
  } finally {
    classifier.dispose()
  }
  meter.finish()
  const tested = classNames.map(() => 0)
  for (const { test } of splits) {
    for (const row of test) {
      const label = present(labels[row])
      tested[label] = present(tested[label]) + 1
    }
  }
  return {
    classNames,
    splits: results,
    meanRecall: present(spreadOf(results.map(({ meanRecall }) => meanRecall))),
    top1: present(spreadOf(results.map(({ top1 }) => top1))),
    meanPrecision: spreadOf(results.map(({ meanPrecision }) => meanPrecision)) ?? null,
    recalls: classNames.map(
      (_, index) => spreadOf(results.map(({ recalls }) => recalls[index] ?? null)) ?? null,
    ),
    tested,
    splitWords: describeSplit(split, features),
    features: describeExtracted(features),
  }
}

/** Mean and standard deviation (of a sample) of what is there; undefined where nothing is. */
function spreadOf(values: readonly (number | null)[]): Spread | undefined {
  const found = values.filter((value) => value !== null)
  if (found.length === 0) return undefined
  const mean = found.reduce((sum, value) => sum + value, 0) / found.length
  if (found.length === 1) return { mean, deviation: null }
  const squares = found.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: Math.sqrt(squares / (found.length - 1)) }
}

/** Trained on the training half, tested on the test half, or on the validation half where there is none. */
function takeHalves({ pictures }: ExtractedFeatures): RowSplit {
  const rowsOf = (wanted: string): Int32Array =>
    Int32Array.from(pictures.flatMap(({ half }, row) => (half === wanted ? [row] : [])))
  const [train, validation, test] = ['train', 'validation', 'test'].map(rowsOf) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ]
  const held = test.length > 0 ? test : validation
  if (train.length > 0 && held.length > 0) return { train, test: held }
  throw new LabError(
    'bad-input',
    `Expected training pictures and others to test on; got ${train.length} and ${held.length}.`,
    'Extract features of all pictures of the data, or draw the splits.',
  )
}

function describeSplit(
  split: FeatureClassifierSpec['split'],
  { pictures }: ExtractedFeatures,
): string {
  if (split.kind === 'given') {
    const hasTest = pictures.some(({ half }) => half === 'test')
    return `Trained on the data’s training half, tested on its ${hasTest ? 'test' : 'validation'} half`
  }
  const { trainPerClass, testPerClass, count, seed } = split
  const tested = testPerClass === null ? 'all others' : `at most ${testPerClass} others`
  return `${count === 1 ? '1 split' : `${count} splits`} with ${trainPerClass} training pictures of each class, tested on ${tested}; seed ${seed}`
}
