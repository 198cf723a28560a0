import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LabError } from '../../../../shared/contract'
import type { EvaluationSummary } from '../../../../shared/contract/evaluate'
import { resolvePicturePath } from '../../../../shared/picture-path'
import { explainArchiveError } from '../../../files/archive/archive-format'
import { refuseArchive, unpackArchive } from '../../../files/archive/unpack-archive'
import type { ModelRegistry } from '../../inspect/model-registry'
import { readRun, writeRun, writeSplit } from '../../runs/run-folder'
import { createProgressMeter, type WorkOptions } from '../../work/progress-meter'
import { runBounded } from '../../work/run-bounded'
import { Evaluations } from '../evaluations'
import { describeMachine, type Machine } from '../machine'
import { EVALUATIONS } from '../pass-store'
import { readEvaluation, type SavedEvaluation } from '../saved-evaluation'
import {
  BUNDLE,
  EVALUATION_FILE,
  RESULTS_FILE,
  SPLIT_FILE,
  SPLIT_SCHEMA,
  runName,
  type BundleSplit,
} from './bundle-format'
import { compareResults, type ResultsComparison } from './compare-results'
import { FILES_AT_ONCE, hashFile } from './hash-file'

/** What a bundle gives here, beside what it recorded. */
export interface RepeatedBundle extends ResultsComparison {
  readonly recorded: EvaluationSummary
  readonly repeated: EvaluationSummary
  readonly recordedOn: Machine
  readonly repeatedOn: Machine
  /** Names of pictures that are not in the folder, and of those that are other ones there. */
  readonly missing: readonly string[]
  readonly changed: readonly string[]
}

/**
 * Evaluates a bundle's networks once more on its pictures, by its protocol.
 * @param folder - absolute; the bundle's names are relative to it
 * @throws LabError `unreadable` for what is no whole bundle; `pictures-missing` where none of its pictures
 *   is in the folder; as `Evaluations.run`
 */
export async function repeatBundle(
  file: string,
  folder: string,
  models: ModelRegistry,
  work: WorkOptions,
): Promise<RepeatedBundle> {
  const staging = await mkdtemp(join(tmpdir(), 'vgg-lab-bundle-'))
  try {
    const { recorded, split } = await unpackBundle(file, staging, work)
    const { missing, changed } = await checkPictures(split, folder, work)
    if (missing.length === split.pictures.length) {
      throw new LabError(
        'pictures-missing',
        `Expected the ${split.pictures.length} pictures of the bundle in ${folder}; none of them is there.`,
        'Name the folder that the names in its split.json begin in.',
      )
    }
    const { summary } = recorded.facts
    await placePictures(staging, recorded, split, folder)
    const evaluations = new Evaluations(models, () => false)
    const { ref } = await evaluations.run(
      {
        models: summary.models.map(({ checkpoint }, index) => ({
          kind: 'run',
          folder: join(staging, runName(index)),
          checkpoint,
        })),
        data: { kind: 'run', half: 'validation' },
        protocol: summary.spec.protocol,
      },
      work,
    )
    const repeated = await readEvaluation(ref)
    return {
      recorded: summary,
      repeated: repeated.facts.summary,
      recordedOn: split.machine,
      repeatedOn: describeMachine(),
      ...{ missing, changed },
      ...compareResults(recorded, repeated),
    }
  } finally {
    await rm(staging, { recursive: true, force: true }).catch(() => undefined)
  }
}

async function unpackBundle(
  file: string,
  staging: string,
  { signal = new AbortController().signal }: WorkOptions,
): Promise<{ readonly recorded: SavedEvaluation; readonly split: BundleSplit }> {
  try {
    await unpackArchive(BUNDLE, file, staging, { signal, onProgress: () => undefined })
  } catch (error) {
    throw explainArchiveError(error, `to unpack ${file}`)
  }
  const refuse = (got: string): LabError => refuseArchive(BUNDLE, file, got)
  const split = await readJson(join(staging, SPLIT_FILE), (value) => SPLIT_SCHEMA.parse(value))
  if (split === null) throw refuse(`a damaged ${SPLIT_FILE}`)
  const id = await readJson(join(staging, EVALUATION_FILE), (value) => {
    const read = (value as { summary?: { ref?: { id?: unknown } } }).summary?.ref?.id
    return typeof read === 'string' && /^[\w-]{1,200}$/.test(read) ? read : null
  })
  if (id === null) throw refuse(`a damaged ${EVALUATION_FILE}`)
  const runFolder = join(staging, runName(0))
  const kept = join(runFolder, EVALUATIONS, id)
  await mkdir(kept, { recursive: true })
  for (const name of [EVALUATION_FILE, RESULTS_FILE]) {
    await rename(join(staging, name), join(kept, name)).catch(() => {
      throw refuse(`no ${name}`)
    })
  }
  const recorded = await readEvaluation({ runFolder, id })
  const isSame =
    recorded.files.length === split.pictures.length &&
    recorded.files.every((name, index) => name === split.pictures[index]?.file)
  if (!isSame) throw refuse(`a ${SPLIT_FILE} of other pictures than its results`)
  return { recorded, split }
}

/** Which of the bundle's pictures the folder lacks, and which are other ones there. */
async function checkPictures(
  { pictures }: BundleSplit,
  folder: string,
  work: WorkOptions,
): Promise<Pick<RepeatedBundle, 'missing' | 'changed'>> {
  const meter = createProgressMeter('Checking the pictures', pictures.length, work)
  const missing: string[] = []
  const changed: string[] = []
  await runBounded(pictures, FILES_AT_ONCE, async ({ file, bytes, sha256 }) => {
    const hashed = await hashFile(resolvePicturePath(folder, file))
    if (hashed === null) missing.push(file)
    else if (hashed.bytes !== bytes || hashed.sha256 !== sha256) changed.push(file)
    meter.advance()
  })
  meter.finish()
  return { missing: missing.sort(), changed: changed.sort() }
}

/** The unpacked run takes the bundle's pictures as its validation half, from where they are here. */
async function placePictures(
  staging: string,
  { facts, files, label }: SavedEvaluation,
  split: BundleSplit,
  folder: string,
): Promise<void> {
  const runFolder = join(staging, runName(0))
  const { classNames } = facts
  const run = { ...(await readRun(runFolder)), classNames, dataFolder: folder }
  // An imported network has no pictures of its own, and would be refused for that.
  delete run.imported
  await writeRun(runFolder, run)
  const known = split.pictures.flatMap(({ file }, index) => {
    const own = label[index]
    return own === undefined || own === -1 ? [] : [{ file: files[index] ?? file, label: own }]
  })
  await writeSplit(runFolder, {
    version: 1,
    train: [],
    validation: known.map(({ file }) => file),
    labels: { train: [], validation: known.map((one) => one.label) },
  })
}

async function readJson<T>(path: string, parse: (value: unknown) => T): Promise<T | null> {
  try {
    return parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return null
  }
}
