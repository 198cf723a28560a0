import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { LabError } from '../../../shared/contract'
import type { EvaluationData } from '../../../shared/contract/evaluate'
import { itemAt } from '../../../shared/present'
import { resolvePicturePath } from '../../../shared/picture-path'
import { isImagePath } from '../../../shared/spec'
import { scanDataset } from '../data/scan/scan-list'
import type { Dataset } from '../data/types'
import { readRun, readSplit } from '../runs/run-folder'
import { findBase, listOwnPictures } from '../runs/split-pictures'
import { createProgressMeter, type WorkOptions } from '../work/progress-meter'
import { correctPictures } from './correct-pictures'
import { runBounded } from '../work/run-bounded'

/** Files whose size is asked for at a time. */
const FILES_AT_ONCE = 256

/** A picture that is to be shown. */
export interface ListedPicture {
  /** Relative to the folder, with forward slashes. */
  readonly file: string
  /** Absolute. */
  readonly path: string
  readonly bytes: number
  readonly modifiedMs: number
  /** Name of its class, as the data set gives it. */
  readonly className: string
  /** The half that it is of; null where the data set has none. */
  readonly half: 'train' | 'validation' | 'test' | null
}

/** A file that is left out, and why. */
export interface LeftOut {
  readonly file: string
  readonly reason: string
}

/** The pictures of an evaluation. */
export interface PictureListing {
  /** Absolute path that the pictures' names are relative to. */
  readonly folder: string
  readonly pictures: readonly ListedPicture[]
  readonly unreadable: readonly LeftOut[]
  /** What was assumed and left out, a line each. */
  readonly notes: readonly string[]
  /** "validation pictures of run digits", to be put behind their number. */
  readonly words: string
}

/**
 * Lists the pictures that an evaluation is on. Those of a run are the ones of its own `split.json`, where
 * they are now; a folder or a list is scanned. The corrections of the data set count.
 * @param runFolder - whose half is meant
 * @throws LabError as `listOwnPictures` and `scanDataset`; `bad-input` where there is no such half, or no
 *   picture in it; `pictures-missing` where none of a run's is there; `cancelled`
 */
export function listEvaluationPictures(
  runFolder: string,
  data: EvaluationData,
  work: WorkOptions,
): Promise<PictureListing> {
  return data.kind === 'run'
    ? listRunHalf(runFolder, data.half, work)
    : listFolder(runFolder, data, work)
}

async function listRunHalf(
  runFolder: string,
  half: 'train' | 'validation' | 'test',
  work: WorkOptions,
): Promise<PictureListing> {
  const run = await readRun(runFolder)
  const name = run.name || basename(runFolder)
  const listed = await listOwnPictures(runFolder, half)
  if (listed.length === 0) {
    throw new LabError(
      'bad-input',
      `Expected ${describeHalf(half)} of run ${name}; it has none.`,
      'Choose its training half, or a folder of pictures.',
    )
  }
  const folder = findBase(run.dataFolder)
  const meter = createProgressMeter('Looking for the pictures of the run', listed.length, work)
  const found = new Array<ListedPicture | LeftOut>(listed.length)
  await runBounded(listed, FILES_AT_ONCE, async ({ file, path, className }, index) => {
    const facts = await stat(path).catch(() => null)
    found[index] =
      facts?.isFile() === true
        ? {
            ...{ file, path, bytes: facts.size, modifiedMs: facts.mtimeMs },
            // Of an earlier version of the lab, whose run has its classes in the folders' names alone.
            className: className ?? file.split('/').at(-2) ?? '',
            half,
          }
        : { file, reason: 'the file is gone' }
    meter.advance()
  })
  meter.finish()
  const pictures = found.filter((one): one is ListedPicture => 'path' in one)
  if (pictures.length === 0) {
    throw new LabError(
      'pictures-missing',
      `Expected the ${listed.length} ${describeHalf(half)} of run ${name} in ${folder}; none of them is there.`,
      'Put them back, or evaluate the folder that they are in now.',
    )
  }
  const { unreadable: undecodable = [] } = await readSplit(runFolder)
  const notes =
    undecodable.length === 0
      ? []
      : [
          `Left out, as the run left them out: ${count(undecodable.length, 'picture')} that could not be decoded when it began.`,
        ]
  const unreadable = found.filter((one): one is LeftOut => 'reason' in one)
  const corrected = await correctPictures(resolve(run.dataFolder), pictures)
  return {
    ...{ folder, unreadable },
    pictures: corrected.pictures,
    notes: [...notes, ...corrected.notes],
    words: `${describeHalf(half)} of run ${name}`,
  }
}

async function listFolder(
  runFolder: string,
  { path, half }: EvaluationData & { readonly kind: 'folder' },
  work: WorkOptions,
): Promise<PictureListing> {
  const dataset = await scanDataset(path, { ...work, isForTest: true })
  const chosen = dataset.files.filter(
    ({ givenSplit }) => half === 'all' || (givenSplit ?? 'train') === half,
  )
  const hasHalves = dataset.layout !== 'classes'
  if (half !== 'all' && (!hasHalves || chosen.length === 0)) {
    throw new LabError(
      'bad-input',
      `Expected ${describeHalf(half)} in ${dataset.source}; it has no such half.`,
      'Choose all of its pictures, or another half.',
    )
  }
  const pictures = chosen.map(
    ({ file, classIndex, bytes, modifiedMs, givenSplit }): ListedPicture => {
      const className = itemAt(dataset.classNames, classIndex)
      const picture = resolvePicturePath(dataset.folder, file)
      return { file, path: picture, bytes, modifiedMs, className, half: givenSplit ?? null }
    },
  )
  const isTold = ({ reason }: LeftOut): boolean => !/^(hidden|system) /.test(reason)
  const skipped = dataset.skipped.filter(isTold)
  const unreadable = skipped.filter(({ file }) => isImagePath(file))
  const others = skipped.filter(({ file }) => !isImagePath(file))
  const [first] = others
  const notes = [
    ...dataset.warnings,
    ...(first === undefined
      ? []
      : [
          `Not pictures, left out: ${count(others.length, 'file')} (${first.file}: ${first.reason}).`,
        ]),
    ...(await tellTrained(runFolder, dataset, pictures)),
  ]
  const whose = `${half === 'all' ? 'pictures' : describeHalf(half)} of ${basename(dataset.source)}`
  const corrected = await correctPictures(dataset.source, pictures)
  return {
    ...{ folder: dataset.folder, unreadable },
    pictures: corrected.pictures,
    notes: [...notes, ...corrected.notes],
    words: whose,
  }
}

/** A number over pictures that the network was trained on is no test of it. */
async function tellTrained(
  runFolder: string,
  { folder }: Dataset,
  pictures: readonly ListedPicture[],
): Promise<string[]> {
  try {
    const { dataFolder, name } = await readRun(runFolder)
    if (findBase(dataFolder) !== resolve(folder)) return []
    const trained = new Set((await readSplit(runFolder)).train)
    const known = pictures.filter(({ file }) => trained.has(file)).length
    if (known === 0) return []
    return [
      `${known} of the ${count(pictures.length, 'picture')} are training pictures of run ${name || basename(runFolder)}: accuracy on them says little about new ones.`,
    ]
  } catch {
    // An imported network has no split, and a lost one is not missed here.
    return []
  }
}

/** "validation pictures" */
function describeHalf(half: 'train' | 'validation' | 'test'): string {
  return `${half === 'train' ? 'training' : half} pictures`
}

/** "1 picture", "12,000 pictures" */
function count(number: number, word: string): string {
  return `${number.toLocaleString('en-US')} ${word}${number === 1 ? '' : 's'}`
}
