import { LabError, type RangeTest } from '../../../../shared/contract'
import { itemAt } from '../../../../shared/present'
import { warnOfStart, type TrainingSettings } from '../../../../shared/spec'
import { createProgressMeter, type WorkOptions } from '../../work/progress-meter'
import type { PictureSource } from '../../data/types'
import { cutLabelled } from '../../network/cut-batch'
import type { CompiledNetwork, StepSettings } from '../../network/compiled-network'
import type { LabelledBatch } from '../../tensors/batches'
import { readGivenWeights, setInitialWeights } from '../start/initial-weights'
import { formatLoss, judgeRange, mean, roundRate, scatter } from './judge-range'
import { RANGE, RangeLosses, rateOf } from './range-test'
import { ScoreSum } from '../steps/scores'
import { runTrial, type Trial, type TrialRequest } from './trial'

const LABEL = 'Range test'

/** Updates that a rate is tried for, from the initial weights again, before it is suggested. */
const TRIED = { updates: 30, times: 3, divisor: 3 } as const
/** Losses at either end of these whose means are compared. */
const COMPARED = 10
/** A mean loss so many times the first one's, or guessing's, has gone up for good. */
const RISEN = 4

/**
 * A learning-rate range test: a hundred updates from the weights that a run would begin with, with its
 * batch, momentum and decay, the rate rising from each to the next. A rate is suggested where the loss
 * fell clearly, and only after it has been tried: a network that has been trained at low rates first bears
 * higher ones than one at its start. Nothing is written.
 * @throws LabError as for a run; `cancelled`
 */
export async function findLearningRate(
  request: TrialRequest,
  options: Required<WorkOptions>,
): Promise<RangeTest> {
  return runTrial(LABEL, request, options, async (trial) => {
    const { settings } = request
    const { classes } = trial.network.network.spec
    const wanted =
      settings.microBatch > 0
        ? settings.microBatch
        : await trial.measureMicroBatch(settings.batchSize)
    const updates = new TrialUpdates(trial, settings, Math.min(wanted, trial.mostPictures))
    try {
      const warning = warnOfStart(trial.network.network, settings)
      return await suggestRate(updates, { classes, warning }, options)
    } finally {
      await updates.close()
    }
  })
}

async function suggestRate(
  updates: TrialUpdates,
  { classes, warning }: { readonly classes: number; readonly warning: string | null },
  options: Required<WorkOptions>,
): Promise<RangeTest> {
  const { points, isDiverged } = await raiseRate(updates, options)
  const { candidate, verdict } = judgeRange(points, classes, isDiverged, warning)
  const test = { points, isDiverged, guessing: Math.log(classes) }
  if (candidate === null) return { ...test, suggested: null, verdict }
  const { suggested, words } = await tryRates(candidate, updates, test.guessing, options)
  return { ...test, suggested, verdict: `${verdict}${words}` }
}

async function raiseRate(
  updates: TrialUpdates,
  options: Required<WorkOptions>,
): Promise<RangeLosses> {
  const meter = createProgressMeter(LABEL, RANGE.steps, options)
  const losses = new RangeLosses()
  for (let step = 0; step < RANGE.steps && !losses.isDiverged; step++) {
    const learningRate = rateOf(step)
    losses.add(learningRate, await updates.make(learningRate, step))
    meter.advance()
  }
  meter.finish()
  return losses
}

/** Tries a rate from the initial weights, and smaller ones where the loss rises. */
async function tryRates(
  candidate: number,
  updates: TrialUpdates,
  guessing: number,
  options: Required<WorkOptions>,
): Promise<{ suggested: number | null; words: string }> {
  let rate = candidate
  let words = ''
  for (let time = 0; time < TRIED.times; time++) {
    const meter = createProgressMeter(`Trying ${rate}`, TRIED.updates, options)
    await updates.restart()
    const losses: number[] = []
    let isRisen = false
    while (losses.length < TRIED.updates && !isRisen) {
      const loss = await updates.make(rate, losses.length)
      losses.push(loss)
      const first = mean(losses.slice(0, COMPARED))
      isRisen = !(mean(losses.slice(-COMPARED)) <= RISEN * Math.max(first, guessing))
      meter.advance()
    }
    meter.finish()
    const last = mean(losses.slice(-COMPARED))
    const noise = scatter(losses) / Math.sqrt(COMPARED)
    if (!isRisen && last < mean(losses.slice(0, COMPARED)) + noise) {
      words += ` ${TRIED.updates} updates at ${rate} took it from ${formatLoss(itemAt(losses, 0))} to ${formatLoss(last)}.`
      return { suggested: rate, words }
    }
    words += ` ${losses.length} updates at ${rate} from the initial weights did not lower it.`
    rate = roundRate(rate / TRIED.divisor)
  }
  return {
    suggested: null,
    words: `${words} No rate is suggested: use a warm-up or larger batches.`,
  }
}

/** Makes updates of a trial, one after the other. */
class TrialUpdates {
  readonly #trial: Trial
  readonly #settings: TrainingSettings
  readonly #microBatch: number
  #batches: AsyncGenerator<LabelledBatch, undefined>

  constructor(trial: Trial, settings: TrainingSettings, microBatch: number) {
    this.#trial = trial
    this.#settings = settings
    this.#microBatch = microBatch
    this.#batches = endlessBatches(trial.source, settings.batchSize)
  }

  /** Back to the initial weights, and to the first pictures. */
  async restart(): Promise<void> {
    const { weights } = this.#settings
    const given = weights === null ? null : await readGivenWeights(weights)
    await setInitialWeights(this.#trial.network, this.#settings, given)
    await this.close()
    this.#batches = endlessBatches(this.#trial.source, this.#settings.batchSize)
  }

  async close(): Promise<void> {
    await this.#batches.return(undefined)
  }

  /** One update at that rate. Returns the mean loss before it. */
  async make(learningRate: number, step: number): Promise<number> {
    const { accumulate, momentum, weightDecay, dropout, seed } = this.#settings
    const group: LabelledBatch[] = []
    while (group.length < accumulate) {
      const { value } = await this.#batches.next()
      if (value === undefined) throw new Error('The pictures go on, epoch after epoch.')
      group.push(value)
    }
    const { network, breathe } = this.#trial
    const made: StepSettings = { learningRate, momentum, weightDecay, dropout, seed, step }
    return update(network, group, this.#microBatch, made, breathe)
  }
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
): AsyncGenerator<LabelledBatch, undefined> {
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
