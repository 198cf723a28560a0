import { readdir, rm, rmdir } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { version as labVersion } from '../../../../package.json'
import { LabError } from '../../../shared/contract'
import { defaultSettings, type RunFile } from '../../../shared/spec'
import { describeNetwork, type NetworkSpec } from '../../../shared/vgg'
import { listParameters } from '../network/parameters'
import type { HostTensor } from '../tensors/host-tensor'
import { writeImportedCheckpoint } from '../runs/checkpoint'
import { writeBest } from '../runs/checkpoint-folders'
import { explainDiskError, explainPathError } from '../../files/disk-errors'
import { makeFolder } from '../../files/make-folder'
import { createRunFolder } from '../runs/run-folder'
import { describeImported, importWeights, type ImportOptions } from './import-weights'
import type { ImportReport, ImportedWeights } from './imported-weights'

/** What `importWeightsAsRun` makes. */
export interface ImportedRun {
  readonly runFolder: string
  readonly network: NetworkSpec
  /** "D, width 1, 224 px, 1000 classes". */
  readonly title: string
  readonly report: ImportReport
}

/** The most names of tensors that a run's notes list. */
const MAX_LISTED = 40

/**
 * Reads a file of weights and writes it as a finished run with one checkpoint, which predict,
 * activations and Inspect open like any other.
 * @param file - absolute path
 * @param chooseFolder - the folder of the run: new, or empty; asked only once the file is known to be good
 * @throws LabError as `importWeights` does; `bad-input` for a folder that holds something, `disk`.
 */
export async function importWeightsAsRun(
  file: string,
  chooseFolder: () => Promise<{ readonly folder: string; readonly name: string }>,
  options: ImportOptions = {},
): Promise<ImportedRun> {
  const imported = await importWeights(file, options)
  const { network, preprocessing, classNames, report } = imported
  const { folder, name } = await chooseFolder()
  await takeFolder(folder)
  try {
    const run: RunFile = {
      version: 1,
      name,
      created: new Date().toISOString(),
      network,
      classNames,
      preprocessing,
      settings: settingsOf(network),
      dataFolder: '',
      trainImages: 0,
      validationImages: 0,
      trainedSeconds: 0,
      versions: { lab: labVersion, tensorflow: '' },
      state: 'finished',
      failure: null,
      imported: { file, hasClassifier: report.hasHead, notes: listNotes(report, network) },
    }
    const identity = { network, preprocessing, classNames }
    await writeImportedCheckpoint(folder, completeWeights(imported), identity)
    await writeBest(folder, 0)
    // run.json comes last: a run is whole.
    await createRunFolder(folder, run, { version: 1, train: [], validation: [] })
  } catch (error) {
    await clearFolder(folder)
    throw explainDiskError(error, folder)
  }
  return { runFolder: folder, network, title: describeImported(imported), report }
}

/** What the run was imported with, a line each. */
export function listNotes(report: ImportReport, { inputSize }: NetworkSpec): string[] {
  const { unmapped, notes, preprocessing } = report
  const lines = [...notes]
  if (report.fileInputSize !== inputSize) lines.push(describeInput(report, inputSize))
  lines.push(`Pictures are prepared as the weights expect: ${preprocessing}.`)
  if (unmapped.length === 0) return lines
  const more = unmapped.length > MAX_LISTED ? ` and ${unmapped.length - MAX_LISTED} more` : ''
  return [...lines, `Not used: ${unmapped.slice(0, MAX_LISTED).join(', ')}${more}.`]
}

/** Where the input size is from, if the file has another or none. */
function describeInput({ hasHead, fileInputSize }: ImportReport, inputSize: number): string {
  if (fileInputSize !== null) {
    const why = hasHead ? 'fc6 is made for it' : 'it is the nearest that a network can have'
    return `The input is ${inputSize} px, where the file has ${fileInputSize}: ${why}.`
  }
  return hasHead
    ? `The file does not tell its input size: ${inputSize} px are assumed, the least that fc6 is made for.`
    : `The file does not tell its input size: ${inputSize} px are assumed.`
}

/** A name for the run of a file: its own, without the extension. */
export function nameImported(file: string): string {
  return basename(file, extname(file)).slice(0, 60) || 'imported'
}

function settingsOf({ configuration, inputSize, width, edit }: NetworkSpec): RunFile['settings'] {
  const settings = { ...defaultSettings(inputSize), configuration, width }
  return edit === undefined ? settings : { ...settings, edit }
}

/** With zeros where the file has no classifier: all classes (there is one) are as probable. */
function completeWeights({ network, weights }: ImportedWeights): Map<string, HostTensor> {
  return new Map(
    listParameters(describeNetwork(network)).map(({ name, shape }) => {
      const known = weights.get(name)
      if (known !== undefined) return [name, known]
      const length = shape.reduce((product, size) => product * size, 1)
      return [name, { shape, data: new Float32Array(length) }]
    }),
  )
}

async function takeFolder(folder: string): Promise<void> {
  let first: string | undefined
  try {
    makeFolder(folder)
    ;[first] = await readdir(folder)
  } catch (error) {
    throw explainPathError(error, folder)
  }
  if (first === undefined) return
  throw new LabError(
    'bad-input',
    `Expected a new or empty folder for the run; ${folder} holds ${first}.`,
    'Choose another folder.',
  )
}

/** After a failure: what this import wrote, and the folder if nothing else is in it. */
async function clearFolder(folder: string): Promise<void> {
  for (const name of ['checkpoints', 'best', 'best.tmp', 'split.json', 'split.json.tmp']) {
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined)
  }
  await rmdir(folder).catch(() => undefined)
}
