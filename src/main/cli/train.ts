import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { LabError, fromErrorInfo, type TrainingStatus } from '../../shared/contract'
import {
  isTopFiveUseful,
  type EpochMetrics,
  type LayersLine,
  type RunFile,
  type TrainingSettings,
} from '../../shared/spec'
import { nameNetwork } from '../../shared/vgg'
import {
  COMMAND_LINE_CALL_MS,
  continueTraining,
  startTraining,
  type TrainingHandle,
  type TrainingHooks,
  type TrainingOutcome,
} from '../engine/training'
import { readDisk } from '../engine/disk-space'
import { toFolderName } from '../files/folder-name'
import type { GivenKey } from './agree-with-run'
import { EXIT } from './exit-codes'
import { formatSeconds, formatShare, type Output } from './output'
import { ProgressBar, describeTraining } from './progress-bar'
import { openResumed } from './resumed-run'
import { describeEstimate } from './run-estimate'

/** Options of `vgg-lab train`. */
export interface TrainOptions {
  /** null where only `--resume` names the run. */
  readonly folder: string | null
  readonly run: string | null
  readonly settings: TrainingSettings
  /** The settings that options name; the others are defaults. */
  readonly given: readonly GivenKey[]
  readonly isResume: boolean
  readonly json: boolean
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
}

/** Updates after which the pace of a run is that of all that follow. */
const SETTLED_STEPS = 4

/** The line of `train --json` after each epoch. */
export function makeEpochEvent(metrics: EpochMetrics) {
  const { epoch, step, train, validation, learningRate, imagesPerSecond, dataWaitShare } = metrics
  return {
    event: 'epoch',
    epoch,
    step,
    train,
    validation,
    learningRate,
    imagesPerSecond,
    dataWaitShare,
  }
}

/** What there is to say at the end of a run. */
interface RunEnd {
  readonly state: TrainingOutcome['state']
  readonly best: EpochMetrics | null
  readonly step: number
  /** null where there was none to train. */
  readonly run: RunFile | null
  readonly runFolder: string
}

/** The last line of `train --json`. */
export function makeDoneEvent({ state, best, step, run, runFolder }: RunEnd) {
  return {
    event: 'done',
    state,
    best: best === null ? null : { epoch: best.epoch, ...best.validation },
    step,
    seconds: run?.trainedSeconds ?? 0,
    run: runFolder,
  }
}

/**
 * `vgg-lab train`: the same training as the window's.
 * @returns the exit code: 0 at the end, or for a finished run that is sent again; 130 when Ctrl-C stopped it
 * @throws LabError for what failed.
 */
export async function train(options: TrainOptions, output: Output): Promise<number> {
  const bar = new ProgressBar(output, options.json)
  const note = (text: string): void => {
    bar.clear()
    output.err(`${text}\n`)
  }
  let isHeaded = false
  let isNamed = false
  let heldBy = ''
  let freeBytes: number | null = null
  /** What the run will take, once its first steps tell; null until then. */
  let estimate: string | null = null
  let firstStep: number | null = null
  const tellEstimate = (status: TrainingStatus): string | null => {
    if (status.phase !== 'training' || handle.run === null) return null
    const words = describeEstimate(status, handle.run, freeBytes)
    if (words === null) return null
    // The first update prepares the graph and is no measure.
    firstStep ??= status.step
    if (status.step < firstStep + SETTLED_STEPS) return null
    note(words)
    return words
  }
  let loss: number | null = null
  let layers: LayersLine | null = null
  const hooks: TrainingHooks = {
    callMs: COMMAND_LINE_CALL_MS,
    onNote: note,
    onStatus: (status) => {
      if (status.phase === 'finished' || status.phase === 'idle' || status.phase === 'failed')
        return
      // Not before the pictures are scanned: an error then stays the only line.
      if (!isNamed && status.phase === 'training') note(`Run: ${status.runFolder ?? ''}`)
      isNamed ||= status.phase === 'training'
      estimate ??= tellEstimate(status)
      // Standing still, and why; told once.
      const reason = status.error === null ? '' : `${status.error.message} ${status.error.hint}`
      if (reason !== '' && reason !== heldBy) note(reason)
      heldBy = reason
      const { text, share } = describeTraining(status, { loss, layers })
      bar.show(text, share)
    },
    onSteps: (steps) => {
      loss = steps[steps.length - 1]?.train.loss ?? loss
    },
    onLayers: (line) => {
      layers = line
    },
    onEpoch: (metrics) => {
      bar.clear()
      if (options.json) output.out(`${JSON.stringify(makeEpochEvent(metrics))}\n`)
      else {
        const hasTopFive = isTopFiveUseful(handle.run?.network.classes ?? 0)
        if (!isHeaded) output.out(hasTopFive ? HEADING : HEADING.replace(TOP_FIVE_HEADING, ''))
        isHeaded = true
        output.out(formatEpoch(metrics, hasTopFive))
      }
    },
  }
  const resumed = options.isResume ? await openResumed(options) : null
  if (resumed?.kind === 'finished') {
    note(`Already finished: ${resumed.epochs} epochs. Raise --epochs to train longer.`)
    tellEnd(resumed, options.json, output)
    return EXIT.done
  }
  if (resumed?.kind === 'missing') note(`No run in ${resumed.runFolder} yet: starting it.`)
  const handle =
    resumed?.kind === 'unfinished'
      ? await continueTraining(resumed.runFolder, hooks, resumed.changes)
      : begin(options, hooks)
  freeBytes = await readDisk(handle.runFolder).then(
    ({ availableBytes }) => availableBytes,
    () => null,
  )
  const stop = (): void => {
    note('Stopping after a checkpoint. Ctrl-C again quits at once.')
    handle.stop()
  }
  if (options.signal.aborted) stop()
  else options.signal.addEventListener('abort', stop, { once: true })
  const outcome = await handle.finished
  options.signal.removeEventListener('abort', stop)
  bar.clear()
  if (outcome.error !== null) throw fromErrorInfo(outcome.error)
  const { run, step, runFolder } = handle
  tellEnd({ ...outcome, run, step, runFolder }, options.json, output)
  return outcome.state === 'stopped' ? EXIT.interrupted : EXIT.done
}

function tellEnd(end: RunEnd, isJson: boolean, output: Output): void {
  output.out(isJson ? `${JSON.stringify(makeDoneEvent(end))}\n` : formatEnd(end))
}

function begin({ folder, run, settings }: TrainOptions, hooks: TrainingHooks): TrainingHandle {
  if (folder === null) {
    throw new LabError(
      'bad-input',
      'Expected a folder of pictures; it is missing.',
      'Give one: vgg-lab train <folder>.',
    )
  }
  const runFolder = run ?? chooseRunFolder(folder, settings)
  const dataFolder = resolve(folder)
  return startTraining({ dataFolder, runFolder, name: basename(runFolder), settings }, hooks)
}

/** `runs/digits-A`, or with the edited network's name, in the current folder, numbered where that is taken. */
function chooseRunFolder(folder: string, settings: TrainingSettings): string {
  const name = `${basename(resolve(folder)) || 'run'}-${toFolderName(nameNetwork(settings))}`
  for (let number = 1; ; number++) {
    const path = resolve(join('runs', number === 1 ? name : `${name}-${number}`))
    if (!existsSync(path)) return path
  }
}

const TOP_FIVE_HEADING = '   top-5'
const HEADING = `epoch    step   train loss   top-1   val loss   top-1${TOP_FIVE_HEADING}   learning rate   images/s   waiting\n`

function formatEpoch(metrics: EpochMetrics, hasTopFive: boolean): string {
  const { epoch, step, train: trained, validation, learningRate } = metrics
  const { imagesPerSecond, dataWaitShare } = metrics
  const cells = [
    String(epoch).padStart(5),
    String(step).padStart(8),
    trained.loss.toFixed(4).padStart(13),
    formatShare(trained.top1).padStart(8),
    validation.loss.toFixed(4).padStart(11),
    formatShare(validation.top1).padStart(8),
    hasTopFive ? formatShare(validation.top5).padStart(8) : '',
    String(Number(learningRate.toPrecision(3))).padStart(16),
    imagesPerSecond.toFixed(1).padStart(11),
    (dataWaitShare === undefined ? '–' : formatShare(dataWaitShare)).padStart(10),
  ]
  return `${cells.join('')}${metrics.isBest ? '  best' : ''}\n`
}

function formatEnd({ state, best, run, runFolder }: RunEnd): string {
  const seconds = formatSeconds(run?.trainedSeconds ?? 0)
  const word = state === 'stopped' ? 'Stopped' : 'Finished'
  if (best === null)
    return `${word} after ${seconds}; no epoch has finished yet. Continue with --resume.\n`
  const { top1, top5, loss } = best.validation
  const hasTopFive = isTopFiveUseful(run?.network.classes ?? 0)
  const alsoTopFive = hasTopFive ? `, top-5 ${formatShare(top5)}` : ''
  return `${word} after ${seconds}. Best: epoch ${best.epoch}, validation top-1 ${formatShare(top1)}${alsoTopFive}, loss ${loss.toFixed(4)} (centre crop). ${runFolder}\n`
}
