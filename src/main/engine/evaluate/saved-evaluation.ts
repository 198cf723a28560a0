import { mkdir, readFile, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../../../shared/contract'
import type {
  Evaluation,
  EvaluationRef,
  EvaluationSummary,
} from '../../../shared/contract/evaluate'
import { present } from '../../../shared/present'
import { syncFolder, writeDurably } from '../../files/durable-files'
import { readSafetensors, writeSafetensors } from '../formats/safetensors'
import { listCheckpoints } from '../runs/checkpoint-folders'
import { EVALUATIONS } from './pass-store'

const FORMAT = 'vgg-lab-evaluation'
const VERSION = 1
const SUMMARY_FILE = 'evaluation.json'
const RESULTS_FILE = 'results.safetensors'
const WRITING = '.writing-'
const REMOVING = '.removing-'

/** What `evaluation.json` tells: small, so that a list of many is read at once. */
export interface EvaluationFacts extends Pick<
  Evaluation,
  'summary' | 'classNames' | 'unknownClasses' | 'unreadable' | 'notes'
> {
  readonly similarityOrder: readonly number[]
}

/** A whole evaluation as it is kept. */
export interface SavedEvaluation {
  readonly facts: EvaluationFacts
  /** Names of the pictures, relative to the summary's folder. */
  readonly files: readonly string[]
  /** `[N]`, -1 for a class that the network does not know. */
  readonly label: Int32Array
  /** `[N, K]` */
  readonly probabilities: Float32Array
}

/** Writes an evaluation beside its place and renames it there; one of the same id is replaced. */
export async function writeEvaluation(saved: SavedEvaluation): Promise<void> {
  const { facts, files, label, probabilities } = saved
  const { runFolder, id } = facts.summary.ref
  const parent = join(runFolder, EVALUATIONS)
  const beside = join(parent, WRITING + id)
  try {
    await mkdir(beside, { recursive: true })
    const classes = facts.classNames.length
    await writeDurably(join(beside, RESULTS_FILE), (file) =>
      writeSafetensors(
        file,
        new Map([
          ['label', { shape: [label.length], data: Float32Array.from(label) }],
          ['probabilities', { shape: [label.length, classes], data: probabilities }],
        ]),
        { format: FORMAT, version: String(VERSION), files: JSON.stringify(files) },
      ),
    )
    const text = `${JSON.stringify({ format: FORMAT, version: VERSION, ...facts }, null, 1)}\n`
    await writeDurably(join(beside, SUMMARY_FILE), (file) => file.writeFile(text))
    await syncFolder(beside)
    await removeEvaluation({ runFolder, id })
    await rename(beside, join(parent, id))
    await syncFolder(parent)
  } catch (error) {
    await rm(beside, { recursive: true, force: true }).catch(() => undefined)
    throw error
  }
}

/** Removes what was kept of checkpoints that are gone. */
export async function removeOrphanPasses(runFolder: string): Promise<void> {
  const passes = join(runFolder, EVALUATIONS, 'passes')
  const kept = await readdir(passes).catch((): string[] => [])
  const checkpoints = await listCheckpoints(runFolder).catch((): string[] => [])
  // A folder of checkpoints that cannot be listed proves nothing.
  if (checkpoints.length === 0) return
  const gone = kept.filter((name) => !checkpoints.includes(name))
  await Promise.all(gone.map((name) => rm(join(passes, name), { recursive: true, force: true })))
}

/** The evaluations of a run, newest first; one that is damaged, or half written, is left out. */
export async function listEvaluations(runFolder: string): Promise<EvaluationSummary[]> {
  const names = await readdir(join(runFolder, EVALUATIONS)).catch((): string[] => [])
  const facts = await Promise.all(
    names.filter(isId).map((id) => readFacts({ runFolder, id }).catch(() => null)),
  )
  return facts
    .flatMap((one) => (one === null ? [] : [one.summary]))
    .sort((a, b) => (a.created < b.created ? 1 : a.created > b.created ? -1 : 0))
}

/**
 * Reads an evaluation whole.
 * @throws LabError `not-found` or `unreadable`
 */
export async function readEvaluation(ref: EvaluationRef): Promise<SavedEvaluation> {
  requireId(ref)
  const facts = await readFacts(ref)
  const path = join(ref.runFolder, EVALUATIONS, ref.id, RESULTS_FILE)
  const { tensors, metadata } = await readSafetensors(path)
  const label = tensors.get('label')?.data
  const probabilities = tensors.get('probabilities')?.data
  const files = parseFiles(metadata.files)
  const classes = facts.classNames.length
  const isWhole =
    label?.length === files?.length && probabilities?.length === (files?.length ?? 0) * classes
  if (files === null || !isWhole) throw damaged(path)
  return {
    facts,
    files,
    label: Int32Array.from(present(label)),
    probabilities: present(probabilities),
  }
}

/** Removes an evaluation, if it is there; what its passes computed stays. */
export async function removeEvaluation(ref: EvaluationRef): Promise<void> {
  requireId(ref)
  const parent = join(ref.runFolder, EVALUATIONS)
  // Renamed first, so that none that looks whole is half removed.
  const leaving = join(parent, REMOVING + ref.id)
  try {
    await rm(leaving, { recursive: true, force: true })
    await rename(join(parent, ref.id), leaving)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  await rm(leaving, { recursive: true, force: true })
}

async function readFacts(ref: EvaluationRef): Promise<EvaluationFacts> {
  const path = join(ref.runFolder, EVALUATIONS, ref.id, SUMMARY_FILE)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch {
    throw new LabError(
      'not-found',
      `Expected an evaluation ${ref.id} of ${ref.runFolder}; there is none.`,
      'It may have been removed: evaluate again, which costs nothing for pictures that were shown.',
    )
  }
  const facts = parseFacts(text)
  if (facts === null) throw damaged(path)
  return relocate(facts, ref)
}

/** A run that was moved, or came out of an archive, has its evaluations where it is now. */
function relocate(facts: EvaluationFacts, ref: EvaluationRef): EvaluationFacts {
  const { summary } = facts
  const from = summary.ref.runFolder
  if (from === ref.runFolder) return facts
  const move = (folder: string): string => (folder === from ? ref.runFolder : folder)
  return {
    ...facts,
    summary: {
      ...summary,
      ref,
      spec: {
        ...summary.spec,
        models: summary.spec.models.map((one) => ({ ...one, folder: move(one.folder) })),
      },
      models: summary.models.map((one) => ({ ...one, runFolder: move(one.runFolder) })),
    },
  }
}

function parseFacts(text: string): EvaluationFacts | null {
  try {
    const read = JSON.parse(text) as Partial<EvaluationFacts> & {
      readonly format?: unknown
      readonly version?: unknown
    }
    const { format, version, ...facts } = read
    const { summary, classNames, unknownClasses, unreadable, notes, similarityOrder } = facts
    const lists = [classNames, unknownClasses, unreadable, notes, similarityOrder]
    const isWhole =
      format === FORMAT &&
      version === VERSION &&
      typeof summary?.ref.id === 'string' &&
      Array.isArray(summary.models) &&
      lists.every(Array.isArray)
    return isWhole ? (facts as EvaluationFacts) : null
  } catch {
    return null
  }
}

function parseFiles(text: string | undefined): string[] | null {
  try {
    const files: unknown = JSON.parse(text ?? '')
    return Array.isArray(files) && files.every((one) => typeof one === 'string') ? files : null
  } catch {
    return null
  }
}

/** Names of evaluations are the lab's own; nothing else leads into the folder, or out of it. */
function isId(name: string): boolean {
  return /^(center|dense|crops|both)-[\w-]{1,100}$/.test(name)
}

function requireId({ runFolder, id }: EvaluationRef): void {
  if (isId(id)) return
  throw new LabError('not-found', `Expected an evaluation of ${runFolder}; ${id} is none.`)
}

function damaged(path: string): LabError {
  return new LabError(
    'unreadable',
    `Expected an evaluation of this version of the lab in ${path}; it is damaged.`,
    'Evaluate again, which costs nothing for pictures that were shown.',
  )
}
