import type { Preprocessing } from '../../../shared/spec'
import { INPUT_CHANNELS, type NetworkSpec } from '../../../shared/vgg'
import { LabError } from '../../../shared/contract/errors'
import type { LabelledBatch, PictureBatch, PreparedBatch } from '../tensors/batches'
import type { StepSettings } from './compiled-network'

/*
 * All of it is checked before a session call: one that fails never frees what it was given.
 */

/** @throws LabError `bad-input` when the pictures do not fit the network. */
export function checkPictureBatch(batch: PictureBatch, { inputSize }: NetworkSpec): void {
  const { count, pixels, colourShift } = batch
  checkCount(count)
  const bytes = count * inputSize * inputSize * INPUT_CHANNELS
  if (pixels.length !== bytes) {
    const expected = `${count} pictures of ${inputSize}x${inputSize} RGB, ${bytes} bytes`
    throw new LabError('bad-input', `Expected ${expected}, got ${pixels.length} bytes.`)
  }
  if (colourShift === undefined) return
  if (colourShift.length !== count * INPUT_CHANNELS || !colourShift.every(Number.isFinite)) {
    throw new LabError(
      'bad-input',
      `Expected a colour shift of ${count * INPUT_CHANNELS} finite numbers, got ${colourShift.length}.`,
    )
  }
}

/** @throws LabError `bad-input` when the preprocessed pictures do not fit the network. */
export function checkPrepared({ count, values }: PreparedBatch, { inputSize }: NetworkSpec): void {
  checkCount(count)
  const length = count * inputSize * inputSize * INPUT_CHANNELS
  if (values.length !== length) {
    const expected = `${count} preprocessed pictures of ${inputSize}x${inputSize}, ${length} values`
    throw new LabError('bad-input', `Expected ${expected}, got ${values.length}.`)
  }
}

function checkCount(count: number): void {
  if (Number.isInteger(count) && count >= 1) return
  throw new LabError('bad-input', `Expected a batch of at least one picture, got ${count}.`)
}

/** @throws LabError `bad-input` when pictures or labels do not fit the network. */
export function checkLabelled(batch: LabelledBatch, spec: NetworkSpec): void {
  checkPictureBatch(batch, spec)
  const { count, labels, lossWeights } = batch
  if (labels.length !== count) {
    throw new LabError('bad-input', `Expected ${count} labels, got ${labels.length}.`)
  }
  const wrong = labels.find((label) => label < 0 || label >= spec.classes)
  if (wrong !== undefined) {
    throw new LabError('bad-input', `Expected labels from 0 to ${spec.classes - 1}, got ${wrong}.`)
  }
  if (lossWeights === undefined) return
  if (lossWeights.length !== count || !lossWeights.every((weight) => isBelow(weight, Infinity))) {
    throw new LabError(
      'bad-input',
      `Expected ${count} finite loss weights of at least 0, got ${lossWeights.length}.`,
    )
  }
}

/** @throws LabError `bad-input` when a step's settings are out of range. */
export function checkStep(settings: StepSettings): void {
  const { learningRate, momentum, weightDecay, dropout, seed, step } = settings
  const faults = [
    isBelow(learningRate, Infinity) ? null : `a learning rate of at least 0, got ${learningRate}`,
    isBelow(momentum, 1) ? null : `a momentum from 0 up to but not including 1, got ${momentum}`,
    isBelow(weightDecay, Infinity) ? null : `a weight decay of at least 0, got ${weightDecay}`,
    isBelow(dropout, 1) ? null : `a dropout from 0 up to but not including 1, got ${dropout}`,
    Number.isSafeInteger(seed) ? null : `an integer seed, got ${seed}`,
    Number.isSafeInteger(step) ? null : `an integer step, got ${step}`,
  ].filter((fault) => fault !== null)
  if (faults.length > 0) throw new LabError('bad-input', `Expected ${faults.join('; ')}.`)
}

const isBelow = (value: number, limit: number): boolean => value >= 0 && value < limit

/** @throws LabError `bad-input` for another input size than the network's, or numbers that are none. */
export function checkPreprocessing(preprocessing: Preprocessing, spec: NetworkSpec): void {
  const { inputSize, mean, deviation, scale } = preprocessing
  if (inputSize !== spec.inputSize) {
    const own = spec.inputSize
    throw new LabError('bad-input', `Expected preprocessing to ${own} px, got ${inputSize} px.`)
  }
  const numbers = [scale, ...mean, ...deviation]
  if (!numbers.every(Number.isFinite) || deviation.includes(0)) {
    const got = `scale ${scale}, mean ${mean.join(' ')}, deviation ${deviation.join(' ')}`
    throw new LabError(
      'bad-input',
      `Expected finite preprocessing with deviations other than 0, got ${got}.`,
    )
  }
}
