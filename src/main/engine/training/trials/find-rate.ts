import { LabError, type RangeTest } from '../../../../shared/contract'
import type { TrainingSettings } from '../../../../shared/spec'
import { createProgressMeter, type WorkOptions } from '../../work/progress-meter'
import type { PictureSource } from '../../data/types'
import { cutLabelled } from '../../network/cut-batch'
import type { CompiledNetwork, StepSettings } from '../../network/compiled-network'
import type { LabelledBatch } from '../../tensors/batches'
import { RANGE, RangeLosses, rateOf } from './range-test'
import { ScoreSum } from '../steps/scores'
import { runTrial, type Trial, type TrialRequest } from './trial'

const LABEL = 'Range test'

/**
 * A learning-rate range test: a hundred updates from the weights that a run would begin with, with its
 * batch, momentum and decay, the rate rising from each to the next. Nothing is written.
 * @throws LabError as for a run; `cancelled`
 */
export async function findLearningRate(
  request: TrialRequest,
  options: Required<WorkOptions>,
): Promise<RangeTest> {
  return runTrial(LABEL, request, options, (trial) => raiseRate(trial, request.settings, options))
}

async function raiseRate(
  { network, source, mostPictures, breathe, measureMicroBatch }: Trial,
  settings: TrainingSettings,
  options: Required<WorkOptions>,
): Promise<RangeTest> {
  const { batchSize, microBatch: asked, momentum, weightDecay, dropout, seed } = settings
  const wanted = asked > 0 ? asked : await measureMicroBatch(batchSize)
  const microBatch = Math.min(wanted, mostPictures)
  const meter = createProgressMeter(LABEL, RANGE.steps, options)
  const losses = new RangeLosses()
  let step = 0
  let group: LabelledBatch[] = []
  for await (const batch of endlessBatches(source, batchSize)) {
    group.push(batch)
    if (group.length < settings.accumulate) continue
    const learningRate = rateOf(step)
    const made: StepSettings = { learningRate, momentum, weightDecay, dropout, seed, step }
    const loss = await update(network, group, microBatch, made, breathe)
    losses.add(learningRate, loss)
    group = []
    step += 1
    meter.advance()
    if (losses.isDiverged || step === RANGE.steps) break
  }
  meter.finish()
  const { points, isDiverged } = losses
  return { points, suggested: losses.suggest(), isDiverged }
}

/** One update from the accumulated gradients of the batches. Returns the mean loss before it. */
async function update(
  network: CompiledNetwork,
  batches: readonly LabelledBatch[],
  microBatch: number,
  settings: StepSettings,
  breathe: () => Promise<void>,
): Promise<number> {
  const sum = new ScoreSum()
  let parts = 0
  for (const batch of batches) {
    for (const part of cutLabelled(batch, microBatch)) {
      sum.add(network.accumulate(part, settings, parts))
      parts += 1
      await breathe()
    }
  }
  network.apply(sum.count, settings)
  return sum.mean.loss
}

/** The training pictures, epoch after epoch. */
async function* endlessBatches(
  source: PictureSource,
  batchSize: number,
): AsyncGenerator<LabelledBatch> {
  for (let epoch = 1; ; epoch++) {
    let delivered = 0
    for await (const batch of source.trainingBatches(epoch, batchSize)) {
      delivered += batch.count
      if (batch.count > 0) yield batch
    }
    if (delivered === 0) {
      throw new LabError('unreadable', 'Expected training pictures that can be read; got none.')
    }
  }
}
