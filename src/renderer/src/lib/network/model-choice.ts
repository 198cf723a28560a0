import type { ModelRef, TrainingPhase } from '../../../../shared/contract'
import type { RunSummary } from '../../../../shared/spec'

/** What a model's place in the list of models is called. */
export const TRAINING_KEY = 'training'

/** The key of a model in the list: `training`, or the run's folder. */
export function modelKey(model: ModelRef | null): string {
  if (model === null) return ''
  return model.kind === 'training' ? TRAINING_KEY : model.folder
}

/** The model that a key stands for, at its best checkpoint. */
export function modelOfKey(key: string): ModelRef | null {
  if (key === '') return null
  return key === TRAINING_KEY
    ? { kind: 'training' }
    : { kind: 'run', folder: key, checkpoint: null }
}

/** Runs that have weights to look into. */
export function usableRuns(runs: readonly RunSummary[]): readonly RunSummary[] {
  return runs.filter((run) => run.checkpoints.length > 0)
}

/** What to look into when nothing was chosen: the run in training, else the newest with weights. */
export function defaultModel(isTraining: boolean, runs: readonly RunSummary[]): ModelRef | null {
  if (isTraining) return { kind: 'training' }
  const [newest] = usableRuns(runs)
  return newest === undefined ? null : { kind: 'run', folder: newest.folder, checkpoint: null }
}

/**
 * The network to look at a picture of a data set with: the one that is looked into where it was trained on
 * that data, else the one in training, else the newest with weights; null where none was.
 * @param source - what was opened: the folder or the list
 * @param training - the run in training; null without one
 */
export function findModelOf(
  source: string,
  model: ModelRef | null,
  training: { readonly phase: TrainingPhase; readonly runFolder: string | null } | null,
  runs: readonly RunSummary[],
): ModelRef | null {
  const isOf = ({ run }: RunSummary): boolean =>
    run.imported === undefined && trimSlash(run.dataFolder) === trimSlash(source)
  const fitting = runs.filter(isOf)
  const has = (folder: string | null): boolean => fitting.some((run) => run.folder === folder)
  const inTraining = training !== null && has(training.runFolder)
  if (model?.kind === 'training' ? inTraining : model !== null && has(model.folder)) return model
  // A run that is only being prepared has no network yet.
  if (inTraining && training.phase !== 'preparing') return { kind: 'training' }
  return defaultModel(false, fitting)
}

function trimSlash(path: string): string {
  return path.replace(/(?<=.)[\\/]+$/, '')
}

/** Whether a model can't be asked any more: its training has ended, or its run was taken away. */
export function isGoneModel(
  model: ModelRef | null,
  isTraining: boolean,
  runs: readonly RunSummary[],
): boolean {
  if (model === null) return false
  return model.kind === 'training'
    ? !isTraining
    : !usableRuns(runs).some(({ folder }) => folder === model.folder)
}

/** Whether a model's scores mean anything: imported convolutions have one class in name only. */
export function hasClassifier(model: ModelRef | null, runs: readonly RunSummary[]): boolean {
  if (model?.kind !== 'run') return true
  const run = runs.find(({ folder }) => folder === model.folder)
  return run?.run.imported?.hasClassifier ?? true
}

/**
 * The class of a picture of the data set, by the folder that it lies in; null for any other file.
 */
export function classOfPicture(
  image: string,
  dataFolder: string,
  classNames: readonly string[],
): string | null {
  const path = image.replaceAll('\\', '/')
  const base = dataFolder.replaceAll('\\', '/').replace(/\/$/, '')
  if (base === '' || !path.startsWith(`${base}/`)) return null
  const parts = path.slice(base.length + 1).split('/')
  return parts.slice(0, 2).find((part) => classNames.includes(part)) ?? null
}
