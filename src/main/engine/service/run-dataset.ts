import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { LabError, type DatasetPicture } from '../../../shared/contract'
import type { RunFile } from '../../../shared/spec'
import type { Dataset, DatasetFile } from '../data/types'
import { readRun } from '../runs/run-folder'
import { findBase, listOwnPictures } from '../runs/split-pictures'
import { createProgressMeter, type WorkOptions } from '../work/progress-meter'
import { runBounded } from '../work/run-bounded'
import { openSplit, type OpenDataset } from './open-dataset'

/** Files whose size is asked for at a time: answers come between two steps of training, all at once. */
const FILES_AT_ONCE = 4096

/** A picture of a run, with its absolute path. */
type RunPicture = DatasetPicture & { readonly path: string; readonly split: 'train' | 'validation' }

/**
 * The pictures that a run is trained and validated on, by its own `split.json`: no folder is scanned, and
 * what was added to the folder since is none of them. Those that are gone, and those that could not be
 * decoded when the run began, are left out.
 *
 * @throws LabError as `listOwnPictures`; `pictures-missing` where not one of its pictures is there
 */
export async function openRunDataset(runFolder: string, work: WorkOptions): Promise<OpenDataset> {
  const run = await readRun(runFolder)
  const source = resolve(run.dataFolder)
  const folder = findBase(source)
  const halves = await Promise.all(
    (['train', 'validation'] as const).map((split) => listHalf(runFolder, run, split)),
  )
  const listed = halves.flat()
  const meter = createProgressMeter('Looking for the pictures of the run', listed.length, work)
  const files: DatasetFile[] = []
  await runBounded(listed, FILES_AT_ONCE, async ({ file, path, classIndex, split }) => {
    meter.advance()
    const found = await stat(path).catch(() => null)
    if (found?.isFile() !== true) return
    const { size: bytes, mtimeMs: modifiedMs } = found
    files.push({ file, classIndex, givenSplit: split, bytes, modifiedMs })
  })
  meter.finish()
  if (files.length === 0) {
    throw new LabError(
      'pictures-missing',
      `Expected the ${listed.length} pictures of run ${run.name || basename(runFolder)} in ${folder}; none of them is there.`,
      'Put them back, or open a folder of the same classes in Data.',
    )
  }
  const { classNames } = run
  const layout = 'train-val'
  const dataset: Dataset = { source, folder, layout, classNames, files, skipped: [], warnings: [] }
  return openSplit(dataset, splitAsGiven(files))
}

async function listHalf(
  runFolder: string,
  { classNames }: RunFile,
  split: 'train' | 'validation',
): Promise<readonly RunPicture[]> {
  const own = await listOwnPictures(runFolder, split)
  return own.flatMap(({ file, path, className }) => {
    const classIndex =
      className === null ? findInPath(file, classNames) : classNames.indexOf(className)
    return classIndex < 0 ? [] : [{ file, path, classIndex, split }]
  })
}

/** A run of an earlier version of the lab has its classes in the names of the folders alone. */
function findInPath(file: string, classNames: readonly string[]): number {
  const folders = file.split('/').slice(0, -1)
  return folders.reduce((found, name) => Math.max(found, classNames.indexOf(name)), -1)
}

function splitAsGiven(files: readonly DatasetFile[]) {
  const listOf = (half: 'train' | 'validation'): number[] =>
    files.flatMap(({ givenSplit }, index) => (givenSplit === half ? [index] : []))
  return { train: listOf('train'), validation: listOf('validation'), test: [] }
}
