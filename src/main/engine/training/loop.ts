import { toErrorInfo } from '../../../shared/contract'
import type { EpochMetrics, LayerMeasure, RunFile, Score } from '../../../shared/spec'
import type { PictureSource } from '../data/types'
import { cutLabelled, takePart } from '../network/cut-batch'
import type { BatchScore, CompiledNetwork, StepSettings } from '../network/compiled-network'
import type { LabelledBatch } from '../tensors/batches'
import type { CheckpointSaver, TrainingStanding } from './saving/checkpoint-saver'
import type { CheckpointState, EpochPosition } from '../runs/checkpoint-state'
import type { LayerWatch } from './steps/layer-watch'
import { isStalled, stalledEpochsOf } from './steps/early-stopping'
import type { LossPlace, LossWatch } from './steps/loss-watch'
import { halve } from './steps/micro-batch'
import { deliverPatiently, type BatchPatience } from './steps/patient-batches'
import { advanceSchedule, isBetter, startSchedule, type LearningRates } from './steps/schedule'
import { ScoreSum } from './steps/scores'

/** A validation call may hold more pictures than a training call: it costs a third. */
const EVALUATION_FACTOR = 3
const MAX_EVALUATION_BATCH = 256

/** What the loop works with. */
export interface TrainingJob {
  readonly run: RunFile
  readonly network: CompiledNetwork
  readonly source: PictureSource
  /** Pictures of one session call. */
  readonly microBatch: number
  /** The checkpoint to go on from; null at the beginning. */
  readonly state: CheckpointState | null
  readonly saver: CheckpointSaver
  readonly rates: LearningRates
  readonly watch: LayerWatch
  readonly losses: LossWatch
}

/** What the loop reports, and how it is interrupted. */
export interface LoopObserver extends BatchPatience {
  /** Between two session calls; throws to end the loop. */
  breathe(): Promise<void>
  /** After each session call of training. */
  onCall(images: number): void
  /** After each update. */
  onStep(step: StepReport): Promise<void>
  onPhase(phase: 'training' | 'validating' | 'saving', epoch: number, learningRate: number): void
  /** Before the first step of an epoch, or of what is left of it. */
  onEpochBegin(imagesDone: number): void
  /** Writes a checkpoint once the metrics up to it are on the disk; waits while there is no room. */
  save(write: () => Promise<void>): Promise<void>
  onValidated(images: number): void
  /** After the epoch's checkpoint is complete. */
  onEpoch(metrics: EpochMetrics): Promise<void>
  /** Seconds of training so far, pauses left out. */
  readonly seconds: number
}

/** One update of the weights. */
export interface StepReport {
  readonly step: number
  readonly epochsDone: number
  readonly learningRate: number
  readonly score: Score
  /** What the layers did; null where this update was not measured. */
  readonly layers: readonly LayerMeasure[] | null
}

/**
 * The training loop (section 3.1): for each epoch, mini-batch gradient descent with momentum over
 * all training pictures; validation; the learning rate divided by 10 on a plateau; a checkpoint.
 * Resolves to why it ended: all epochs are done, or early stopping waited in vain for a better one.
 * The caller's thread blocks for one session call at a time.
 */
export async function trainEpochs(
  job: TrainingJob,
  observer: LoopObserver,
): Promise<'complete' | 'stalled'> {
  const { settings } = job.run
  let standing: TrainingStanding = {
    step: 0,
    schedule: startSchedule(settings.learningRate),
    metrics: null,
    best: null,
    ...job.state,
    stalledEpochs: stalledEpochsOf(job.state),
  }
  let within = job.state?.within ?? EPOCH_START

  for (let epoch = (standing.metrics?.epoch ?? 0) + 1; epoch <= settings.epochs; epoch++) {
    if (isStalled(standing.stalledEpochs, settings.earlyStopping)) return 'stalled'
    observer.onPhase('training', epoch, job.rates.at(standing.step + 1, standing.schedule))
    const { step, score, seconds, dataWaitShare } = await trainEpoch(
      job,
      observer,
      epoch,
      standing,
      within,
    )
    within = EPOCH_START
    const learningRate = job.rates.at(step, standing.schedule)

    observer.onPhase('validating', epoch, learningRate)
    const place = {
      where: `in the validation of epoch ${epoch}`,
      learningRate,
      savedStep: job.saver.keptStep(step),
    }
    let validation: Score
    try {
      validation = await validate(job, observer, place)
    } catch (error) {
      await discardSpoilt(job.saver, step, error)
      throw error
    }

    const metrics: EpochMetrics = {
      kind: 'epoch',
      epoch,
      step,
      seconds: observer.seconds,
      learningRate,
      train: score.mean,
      validation,
      imagesPerSecond: score.count / Math.max(1e-3, seconds),
      dataWaitShare,
      isBest: isBetter(validation, standing.best?.validation ?? null),
    }
    const best = standing.best === null || metrics.isBest ? metrics : standing.best
    const schedule = advanceSchedule(standing.schedule, validation, settings.patience)
    const stalledEpochs = metrics.isBest ? 0 : standing.stalledEpochs + 1
    standing = { step, schedule, metrics, best, stalledEpochs }

    observer.onPhase('saving', epoch, learningRate)
    const ended = standing
    await observer.save(() => job.saver.saveEpoch(metrics, ended))
    await observer.onEpoch(metrics)
  }
  return 'complete'
}

const EPOCH_START: EpochPosition = {
  batches: 0,
  score: { count: 0, lossSum: 0, top1: 0, top5: 0 },
  seconds: 0,
}

/**
 * One pass over the training pictures, or what is left of it.
 * @returns the updates so far, the whole epoch's score and seconds, and the share of the time here that
 *   went by waiting for pictures
 */
async function trainEpoch(
  job: TrainingJob,
  observer: LoopObserver,
  epoch: number,
  before: TrainingStanding,
  from: EpochPosition,
): Promise<{ step: number; score: ScoreSum; seconds: number; dataWaitShare: number }> {
  const { network, source, microBatch, saver, rates, watch, losses } = job
  const { batchSize, accumulate, momentum, weightDecay, dropout, seed } = job.run.settings
  const beginSeconds = observer.seconds
  const startSeconds = beginSeconds - from.seconds
  const waitedMs = source.waitedMs
  const epochSum = new ScoreSum(from.score)
  let { step } = before
  let { batches } = from
  let group = new UpdateGroup(watch)

  const rateOf = (): number => rates.at(step + 1, before.schedule)
  const settingsOf = (): StepSettings => ({
    learningRate: rateOf(),
    momentum,
    weightDecay,
    dropout,
    seed,
    step: step + 1,
  })
  const place = (): LossPlace => ({
    where: `in step ${step + 1} (epoch ${epoch})`,
    learningRate: rateOf(),
    savedStep: saver.keptStep(step),
  })
  const countScore = (score: BatchScore): void => {
    losses.checkFinite(score, place())
    epochSum.add(score)
    group.sum.add(score)
    observer.onCall(score.count)
  }
  const finishStep = async (): Promise<void> => {
    const learningRate = rateOf()
    step += 1
    const epochsDone = epoch - 1 + Math.min(1, epochSum.count / job.run.trainImages)
    const layers = watch.take()
    const score = group.sum.mean
    losses.add(score.loss)
    await observer.onStep({ step, epochsDone, learningRate, score, layers })
    group = new UpdateGroup(watch)
    const trainedSeconds = observer.seconds
    const within = { batches, score: epochSum.sums, seconds: trainedSeconds - startSeconds }
    saver.reach({ ...before, step, trainedSeconds, within })
    if (saver.isDue) await observer.save(() => saver.saveWithin())
  }

  observer.onEpochBegin(epochSum.count)
  try {
    const open = (start: number): AsyncIterable<LabelledBatch> =>
      source.trainingBatches(epoch, batchSize, start)
    const start = batches * batchSize
    for await (const batch of deliverPatiently(open, batchSize, start, observer)) {
      batches += 1
      if (accumulate === 1 && batch.count > 0 && batch.count <= microBatch) {
        countScore(watch.train(batch, settingsOf()))
        losses.check(group.sum.mean.loss, place())
        await finishStep()
        await observer.breathe()
        continue
      }
      for (const part of cutLabelled(batch, microBatch)) {
        countScore(group.add(part, settingsOf()))
        await observer.breathe()
      }
      // A batch without a picture counts too, so that updates end at the same places of the order.
      group.batches += 1
      if (group.batches < accumulate) continue
      if (group.sum.count === 0) {
        group.batches = 0
        continue
      }
      losses.check(group.sum.mean.loss, place())
      group.apply(settingsOf())
      await finishStep()
    }
    // The last update of an epoch may rest on fewer batches: it is divided by its own count.
    if (group.sum.count > 0) {
      losses.check(group.sum.mean.loss, place())
      group.apply(settingsOf())
      await finishStep()
    }
  } catch (error) {
    network.clearAccumulated()
    await discardSpoilt(saver, step, error)
    throw error
  }
  const hereMs = Math.max(1, (observer.seconds - beginSeconds) * 1000)
  return {
    step,
    score: epochSum,
    seconds: observer.seconds - startSeconds,
    dataWaitShare: Math.min(1, (source.waitedMs - waitedMs) / hereMs),
  }
}

/** The micro-batches that make one update. */
class UpdateGroup {
  readonly sum = new ScoreSum()
  batches = 0
  #parts = 0

  readonly #watch: LayerWatch

  constructor(watch: LayerWatch) {
    this.#watch = watch
  }

  add(part: LabelledBatch, settings: StepSettings): BatchScore {
    const score = this.#watch.accumulate(part, settings, this.#parts)
    this.#parts += 1
    return score
  }

  apply(settings: StepSettings): void {
    this.#watch.apply(this.sum.count, settings)
  }
}

/**
 * What the last update made is what gives a loss out of proportion: a checkpoint of it is no place to go
 * on from.
 */
async function discardSpoilt(saver: CheckpointSaver, step: number, error: unknown): Promise<void> {
  if (toErrorInfo(error).code === 'diverged') await saver.discard(step)
}

/** Mean score over the validation pictures: one centre crop, dropout off. */
async function validate(
  job: TrainingJob,
  observer: LoopObserver,
  place: LossPlace,
): Promise<Score> {
  let size = Math.min(MAX_EVALUATION_BATCH, job.microBatch * EVALUATION_FACTOR)
  const sum = new ScoreSum()
  const batchSize = size
  const open = (start: number): AsyncIterable<LabelledBatch> =>
    job.source.validationBatches(batchSize, start)
  for await (const batch of deliverPatiently(open, batchSize, 0, observer)) {
    for (let done = 0; done < batch.count;) {
      const part = takePart(batch, done, size)
      const score = evaluateIfFits(job.network, part)
      if (score === null) {
        size = halve(part.count)
        continue
      }
      job.losses.checkFinite(score, place)
      sum.add(score)
      done += part.count
      observer.onValidated(part.count)
      await observer.breathe()
    }
  }
  job.losses.check(sum.mean.loss, place)
  return sum.mean
}

/** null where memory does not suffice, as long as fewer pictures may fit: weights stay as they are. */
function evaluateIfFits(network: CompiledNetwork, batch: LabelledBatch): BatchScore | null {
  try {
    return network.evaluate(batch)
  } catch (error) {
    if (batch.count === 1 || toErrorInfo(error).code !== 'out-of-memory') throw error
    return null
  }
}
