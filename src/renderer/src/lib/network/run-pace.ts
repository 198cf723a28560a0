import {
  countStepsPerEpoch,
  estimateSaving,
  estimateSeconds,
  type RunSummary,
  type TrainingSettings,
} from '../../../../shared/spec'

/** How fast a run is expected to be. */
export interface RunPace {
  readonly imagesPerSecond: number
  /** The run that was as fast; null where an update was measured. */
  readonly asIn: string | null
}

/** What the time of an update depends on: settings of one key take equally long. */
export function paceKey(settings: TrainingSettings, classes: number): string {
  const { configuration, edit, inputSize, width, batchSize, accumulate, microBatch } = settings
  const { precision, freeze } = settings
  return JSON.stringify([
    ...[configuration, edit ?? null, inputSize, width, classes],
    ...[batchSize, accumulate, microBatch, precision, freeze],
  ])
}

/** Epochs that a run must have trained for its pace to count where it was stopped within one. */
const TELLING_EPOCHS = 3

/** The pace of the newest run with the same network, batch and precision; null where there is none. */
export function findKnownPace(
  runs: readonly RunSummary[],
  settings: TrainingSettings,
  classes: number,
): RunPace | null {
  const key = paceKey(settings, classes)
  const like = runs.find(({ run, epochs }) => {
    const isTold = run.state === 'finished' ? epochs > 0 : epochs >= TELLING_EPOCHS
    const isTrained = run.imported === undefined && run.trainedSeconds > 0
    return isTold && isTrained && paceKey(run.settings, run.network.classes) === key
  })
  if (like === undefined) return null
  const { run, epochs } = like
  // An epoch's validation is in its time: pictures of validation count for a third, as in an estimate.
  const one = estimateSeconds({ ...run, validations: 1 }, 1, null) ?? 0
  const imagesPerSecond = (one * epochs) / run.trainedSeconds
  return { imagesPerSecond, asIn: run.name }
}

/** How long a run takes. */
export interface DurationEstimate {
  readonly seconds: number
  readonly stepsPerEpoch: number
  readonly secondsPerStep: number
}

/** Estimates the time of a run with settings, all epochs of it. */
export function estimateRun(
  settings: TrainingSettings,
  images: { readonly train: number; readonly validation: number; readonly parameters: number },
  pace: RunPace,
): DurationEstimate {
  const { epochs } = settings
  const work = {
    trainImages: images.train * epochs,
    validations: epochs,
    validationImages: images.validation,
  }
  // A measured update is that alone; the time of a run has its checkpoints in it.
  const savingSeconds = pace.asIn === null ? epochs * estimateSaving(images.parameters) : 0
  const stepsPerEpoch = countStepsPerEpoch(images.train, settings)
  return {
    seconds: savingSeconds + (estimateSeconds(work, pace.imagesPerSecond, null) ?? 0),
    stepsPerEpoch,
    secondsPerStep: images.train / pace.imagesPerSecond / Math.max(1, stepsPerEpoch),
  }
}
