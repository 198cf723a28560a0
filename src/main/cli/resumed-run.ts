import { resolve } from 'node:path'
import { LabError } from '../../shared/contract'
import type { EpochMetrics, RunFile, TrainingSettings } from '../../shared/spec'
import { isRunFolder } from '../engine/runs/run-folder'
import { readMetrics, readRun, type ResumeChanges } from '../engine/training'
import { agreeWithRun, type AskedChanges, type GivenKey } from './agree-with-run'

/** What `train --resume` finds in the place of its run. */
export type ResumedRun =
  /** None yet: a scheduler's first send. */
  | { readonly kind: 'missing'; readonly runFolder: string }
  | { readonly kind: 'unfinished'; readonly runFolder: string; readonly changes: ResumeChanges }
  | {
      readonly kind: 'finished'
      readonly state: 'finished'
      readonly runFolder: string
      readonly run: RunFile
      /** Fewer than those of its settings where it stopped early. */
      readonly epochs: number
      readonly best: EpochMetrics | null
      readonly step: number
    }

/** The options that decide what is resumed. */
interface ResumeOptions {
  readonly folder: string | null
  readonly run: string | null
  readonly settings: TrainingSettings
  readonly given: readonly GivenKey[]
}

/**
 * Looks up the run of `train --resume`, so that one line can be sent until its run is finished.
 * @throws LabError `bad-input` where the options are not those of the run; `not-found` where there is no
 *   run and no pictures to start one with.
 */
export async function openResumed(options: ResumeOptions): Promise<ResumedRun> {
  const { folder, settings, given } = options
  if (options.run === null) {
    throw new LabError(
      'bad-input',
      'Expected --run <run> with --resume; it is missing.',
      'Give the run folder to continue.',
    )
  }
  const runFolder = resolve(options.run)
  if (folder !== null && !isRunFolder(runFolder)) return { kind: 'missing', runFolder }
  const run = await readRun(runFolder)
  const changes = agreeWithRun(runFolder, run, settings, given)
  if (run.state === 'finished' && run.imported === undefined && !isLonger(run, changes)) {
    const lines = await readMetrics(runFolder)
    const done = lines.filter((line): line is EpochMetrics => line.kind === 'epoch')
    return {
      kind: 'finished',
      state: 'finished',
      runFolder,
      run,
      epochs: done.at(-1)?.epoch ?? 0,
      best: done.filter(({ isBest }) => isBest).at(-1) ?? null,
      step: done.at(-1)?.step ?? 0,
    }
  }
  const dataFolder = folder === null ? {} : { dataFolder: resolve(folder) }
  return { kind: 'unfinished', runFolder, changes: { ...changes, ...dataFolder } }
}

/** Whether a finished run is asked to train longer than it did. */
function isLonger({ settings }: RunFile, changes: AskedChanges): boolean {
  const { epochs = settings.epochs, earlyStopping = settings.earlyStopping } = changes
  return epochs > settings.epochs || earlyStopping !== settings.earlyStopping
}
