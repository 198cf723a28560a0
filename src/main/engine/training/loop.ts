import type { EpochMetrics, RunFile, Score } from '../../../shared/spec'
import type { PictureSource } from '../data/types'
import type { BatchScore, CompiledNetwork, LabelledBatch, StepSettings } from '../network/types'
import { pruneCheckpoints, writeBest, writeCheckpoint, type CheckpointState } from './checkpoint'
import { advanceSchedule, isBetter, startSchedule, type ScheduleState } from './schedule'
import { ScoreSum, checkFinite, cutBatch } from './scores'

/** A validation call may hold more pictures than a training call: it costs a third. */
const EVALUATION_FACTOR = 3
const MAX_EVALUATION_BATCH = 256

/** What the loop works with. */
export interface TrainingJob {
  readonly runFolder: string
  readonly run: RunFile
  readonly network: CompiledNetwork
  readonly source: PictureSource
  /** Pictures of one session call. */
  readonly microBatch: number
  /** The checkpoint to go on from; null at the beginning. */
  readonly state: CheckpointState | null
}

/** What the loop tells of its way, and how it is interrupted. */
export interface LoopObserver {
  /** Between two session calls; throws to end the loop. */
  breathe(): Promise<void>
  /** After each session call of training. */
  onCall(images: number): void
  /** After each update. */
  onStep(step: StepReport): Promise<void>
  onPhase(phase: 'training' | 'validating' | 'saving', epoch: number, learningRate: number): void
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
}

/**
 * The training loop (section 3.1): for each epoch, mini-batch gradient descent with momentum over
 * all training pictures; validation; the learning rate divided by 10 on a plateau; a checkpoint.
 * The caller's thread blocks for one session call at a time.
 */
export async function trainEpochs(job: TrainingJob, observer: LoopObserver): Promise<void> {
  const { settings } = job.run
  let step = job.state?.step ?? 0
  let schedule = job.state?.schedule ?? startSchedule(settings.learningRate)
  let best: EpochMetrics | null = job.state?.best ?? null

  for (let epoch = (job.state?.epoch ?? 0) + 1; epoch <= settings.epochs; epoch++) {
    const { learningRate } = schedule
    const startSeconds = observer.seconds

    observer.onPhase('training', epoch, learningRate)
    const trained = await trainEpoch(job, observer, epoch, step, learningRate)
    step = trained.step
    const imagesPerSecond = trained.images / Math.max(1e-3, observer.seconds - startSeconds)

    observer.onPhase('validating', epoch, learningRate)
    const validation = await validate(job, observer, epoch, learningRate)
    schedule = advanceSchedule(schedule, validation, settings.patience)

    const metrics: EpochMetrics = {
      kind: 'epoch',
      epoch,
      step,
      seconds: observer.seconds,
      learningRate,
      train: trained.score,
      validation,
      imagesPerSecond,
      isBest: isBetter(validation, best?.validation ?? null),
    }
    if (best === null || metrics.isBest) best = metrics

    observer.onPhase('saving', epoch, learningRate)
    await save(job, { metrics, best, schedule })
    await observer.onEpoch(metrics)
  }
}

/** One pass over the training pictures. Returns the updates so far and the running mean score. */
async function trainEpoch(
  job: TrainingJob,
  observer: LoopObserver,
  epoch: number,
  stepBefore: number,
  learningRate: number,
): Promise<{ step: number; images: number; score: Score }> {
  const { network, source, microBatch } = job
  const { batchSize, accumulate, momentum, weightDecay, dropout, seed } = job.run.settings
  const epochSum = new ScoreSum()
  let step = stepBefore
  let group = new UpdateGroup(network)

  const settingsOf = (): StepSettings => ({
    learningRate,
    momentum,
    weightDecay,
    dropout,
    seed,
    step: step + 1,
  })
  const countScore = (score: BatchScore): void => {
    checkFinite(score, `in step ${step + 1} (epoch ${epoch})`, learningRate)
    epochSum.add(score)
    group.sum.add(score)
    observer.onCall(score.count)
  }
  const finishStep = async (): Promise<void> => {
    step += 1
    const epochsDone = epoch - 1 + Math.min(1, epochSum.count / job.run.trainImages)
    await observer.onStep({ step, epochsDone, learningRate, score: group.sum.mean })
    group = new UpdateGroup(network)
  }

  try {
    for await (const batch of source.trainingBatches(epoch, batchSize)) {
      if (batch.count === 0) continue
      if (accumulate === 1 && batch.count <= microBatch) {
        countScore(network.train(batch, settingsOf()))
        await finishStep()
        await observer.breathe()
        continue
      }
      for (const part of cutBatch(batch, microBatch)) {
        countScore(group.add(part, settingsOf()))
        await observer.breathe()
      }
      group.batches += 1
      if (group.batches === accumulate) {
        group.apply(settingsOf())
        await finishStep()
      }
    }
    // The last update of an epoch may rest on fewer batches: it is divided by its own count.
    if (group.sum.count > 0) {
      group.apply(settingsOf())
      await finishStep()
    }
  } catch (error) {
    network.clearAccumulated()
    throw error
  }
  return { step, images: epochSum.count, score: epochSum.mean }
}

/** The micro-batches that make one update. */
class UpdateGroup {
  readonly sum = new ScoreSum()
  batches = 0
  private parts = 0

  constructor(private readonly network: CompiledNetwork) {}

  add(part: LabelledBatch, settings: StepSettings): BatchScore {
    const score = this.network.accumulate(part, settings, this.parts)
    this.parts += 1
    return score
  }

  apply(settings: StepSettings): void {
    this.network.apply(this.sum.count, settings)
  }
}

/** Mean score over the validation pictures: one centre crop, dropout off. */
async function validate(
  job: TrainingJob,
  observer: LoopObserver,
  epoch: number,
  learningRate: number,
): Promise<Score> {
  const size = Math.min(MAX_EVALUATION_BATCH, job.microBatch * EVALUATION_FACTOR)
  const sum = new ScoreSum()
  for await (const batch of job.source.validationBatches(size)) {
    if (batch.count === 0) continue
    const score = job.network.evaluate(batch)
    checkFinite(score, `in the validation of epoch ${epoch}`, learningRate)
    sum.add(score)
    observer.onValidated(batch.count)
    await observer.breathe()
  }
  return sum.mean
}

/** A checkpoint first, whole; then which is the best; only then are older ones removed. */
async function save(
  job: TrainingJob,
  progress: { metrics: EpochMetrics; best: EpochMetrics; schedule: ScheduleState },
): Promise<void> {
  const { metrics, best, schedule } = progress
  const { network: spec, preprocessing, classNames, settings } = job.run
  const state: CheckpointState = {
    version: 1,
    epoch: metrics.epoch,
    step: metrics.step,
    trainedSeconds: metrics.seconds,
    schedule,
    microBatch: job.microBatch,
    random: { seed: settings.seed, keyedBy: 'seed, step, epoch' },
    metrics,
    best,
  }
  const identity = { network: spec, preprocessing, classNames }
  await writeCheckpoint(job.runFolder, job.network, identity, state)
  await writeBest(job.runFolder, best.epoch)
  await pruneCheckpoints(job.runFolder, best.epoch)
}
