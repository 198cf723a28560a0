import { readdirSync } from 'node:fs'
import { relative, resolve, isAbsolute } from 'node:path'
import { LabError } from '../../../shared/contract'
import { itemAt } from '../../../shared/present'
import type { RunFile, TrainingSettings } from '../../../shared/spec'
import { TIMED_PICTURES } from '../../../shared/vgg'
import { describeFileError, explainDiskError, explainPathError } from '../../files/disk-errors'
import { makeFolder } from '../../files/make-folder'
import { checkTraining, prepareNewRun, prepareResumedRun } from './start/prepare'
import { readNewest } from '../runs/checkpoint-state'
import { isRunFolder, readRun } from '../runs/run-folder'
import { halve } from './steps/micro-batch'
import { lockFolder } from '../../files/folder-lock'
import { TrainingSession } from './session'
import type { ResumeChanges, TrainingHandle, TrainingHooks, TrainingRequest } from './types'

export { checkStart } from './trials/check-start'
export { COMMAND_LINE_CALL_MS } from './steps/micro-batch'
export { findLearningRate } from './trials/find-rate'
export { measureStep } from './trials/measure-step'
export { readLayers } from '../runs/layers-file'
export { openRun, readMetrics, readRun } from '../runs/run-folder'
export type * from './types'

/**
 * Starts a new run. It prepares and trains in the background of the caller's thread.
 * @throws LabError for bad settings, a run folder that holds something else, a run in progress.
 */
export function startTraining(request: TrainingRequest, hooks: TrainingHooks): TrainingHandle {
  const { settings } = request
  checkTraining(settings)
  const runFolder = resolve(request.runFolder)
  checkPlace(runFolder, resolve(request.dataFolder))
  try {
    makeFolder(runFolder)
    const unlock = lockFolder(runFolder)
    return new TrainingSession({
      runFolder,
      name: request.name,
      epochs: settings.epochs,
      learningRate: settings.learningRate,
      hooks,
      unlock,
      prepare: (options) => prepareNewRun({ ...request, runFolder }, options),
      askedRate: null,
    })
  } catch (error) {
    throw explainPathError(error, runFolder)
  }
}

/**
 * Goes on with a run from its newest checkpoint, or from its beginning where it has none.
 * @param changes - what may differ from the run's own settings
 * @throws LabError when the folder is no run, its run is finished, or it is being trained.
 */
export async function continueTraining(
  runFolder: string,
  hooks: TrainingHooks,
  changes: ResumeChanges = {},
): Promise<TrainingHandle> {
  const folder = resolve(runFolder)
  const found = await readRun(folder)
  if (found.imported !== undefined) {
    throw new LabError(
      'bad-input',
      `Expected a run that was trained; ${folder} was imported from ${found.imported.file}.`,
      'Start a new run from it with --weights.',
    )
  }
  if (changes.validationFolder !== undefined && found.settings.validationFolder === null) {
    throw new LabError(
      'bad-input',
      `Expected a run with a folder of validation pictures; ${folder} takes them from the data folder.`,
      'Leave the folder of validation pictures (--val) out.',
    )
  }
  const lessMemory = changes.lessMemory === true ? halve(findMicroBatch(found)) : null
  const run: RunFile = {
    ...found,
    dataFolder: changes.dataFolder ?? found.dataFolder,
    settings: {
      ...found.settings,
      epochs: changes.epochs ?? found.settings.epochs,
      earlyStopping: changes.earlyStopping ?? found.settings.earlyStopping,
      microBatch: changes.microBatch ?? lessMemory ?? found.settings.microBatch,
      validationFolder: changes.validationFolder ?? found.settings.validationFolder,
    },
  }
  checkTraining(run.settings)
  if (found.state === 'finished') await refuseFinished(folder, found, run.settings)
  if (changes.epochs !== undefined) await checkLength(folder, changes.epochs)
  let unlock: () => void
  try {
    unlock = lockFolder(folder)
  } catch (error) {
    throw explainDiskError(error, folder)
  }
  return new TrainingSession({
    runFolder: folder,
    name: run.name,
    epochs: run.settings.epochs,
    learningRate: run.settings.learningRate,
    hooks,
    unlock,
    prepare: (options) => prepareResumedRun(folder, { run, before: found }, options),
    askedRate: changes.learningRate ?? null,
  })
}

/** A run cannot be made shorter than it is. */
async function checkLength(runFolder: string, epochs: number): Promise<void> {
  const done = (await readNewest(runFolder))?.state.metrics?.epoch ?? 0
  if (epochs >= done) return
  throw new LabError(
    'bad-input',
    `Expected at least the ${done} epochs that ${runFolder} has completed; got ${epochs}.`,
    'Raise the number of epochs (--epochs) to continue.',
  )
}

/** A run that has ended goes on where more epochs are asked for, or where it stopped early and need not now. */
async function refuseFinished(
  folder: string,
  { settings: { epochs, earlyStopping } }: RunFile,
  asked: TrainingSettings,
): Promise<void> {
  if (asked.epochs > epochs) return
  const done = (await readNewest(folder))?.state.epoch ?? epochs
  if (done >= epochs) {
    throw new LabError(
      'bad-input',
      `Expected an unfinished run; ${folder} has completed its ${epochs} epochs.`,
      'Raise the number of epochs (--epochs) to continue.',
    )
  }
  if (asked.earlyStopping !== earlyStopping) return
  throw new LabError(
    'bad-input',
    `Expected an unfinished run; ${folder} finished early, after ${done} of its ${epochs} epochs.`,
    'Raise the number of epochs (--epochs), or change early stopping (--early-stopping, 0 for none), to continue.',
  )
}

/** Pictures of the calls that a run was making when it was cut off. */
function findMicroBatch({ microBatch, settings }: RunFile): number {
  if (microBatch !== undefined) return microBatch
  // It got no further than the calls by which it would have chosen, or those that were asked for.
  const asked = settings.microBatch > 0 ? settings.microBatch : TIMED_PICTURES
  return Math.min(settings.batchSize, asked)
}

/** A new run goes into a folder of its own, outside the user's pictures. */
function checkPlace(runFolder: string, dataFolder: string): void {
  if (isRunFolder(runFolder)) {
    throw new LabError(
      'bad-input',
      `Expected a new folder for the run; ${runFolder} already holds a run.`,
      'Choose another folder, or continue that run (--resume).',
    )
  }
  const within = relative(dataFolder, runFolder)
  if (!within.startsWith('..') && !isAbsolute(within)) {
    throw new LabError(
      'bad-input',
      `Expected a run folder outside the pictures; ${runFolder} is inside ${dataFolder}.`,
      'The picture folder is never written to: choose a folder outside it.',
    )
  }
  const others = listFolder(runFolder).filter((name) => !OWN_NAMES.has(name))
  if (others.length > 0) {
    throw new LabError(
      'bad-input',
      `Expected a new or empty folder for the run; ${runFolder} holds ${itemAt(others, 0)}.`,
      'Choose another folder.',
    )
  }
}

/** What a run that was cut off before its `run.json` may have left. */
const OWN_NAMES = new Set(['lock', 'split.json', 'split.json.tmp', 'run.json.tmp', 'checkpoints'])

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return []
    if (code === 'ENOTDIR') {
      throw new LabError(
        'bad-input',
        `Expected a folder for the run; ${folder} is a file, or inside one.`,
        'Choose another folder.',
      )
    }
    throw new LabError(
      'bad-input',
      `Expected a folder for the run; ${folder} is not one or cannot be read: ${describeFileError(error)}.`,
      'Choose another folder.',
    )
  }
}
