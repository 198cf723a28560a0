import { version as labVersion } from '../../../../../package.json'
import { LabError, type CorrectionEffect } from '../../../../shared/contract'
import {
  checkSettings,
  paperPreprocessing,
  warnOfStart,
  type Preprocessing,
  type RunFile,
  type TrainingSettings,
} from '../../../../shared/spec'
import { titleNetwork, type NetworkSpec } from '../../../../shared/vgg'
import { createPictureSource } from '../../data/sampling/picture-source'
import { correctForRun } from '../../data/corrections/apply-corrections'
import { nameSome } from '../../data/scan/scan-warnings'
import { drawSplit } from '../../data/scan/split'
import type { Dataset, PictureSource, Split } from '../../data/types'
import type { WorkOptions } from '../../work/progress-meter'
import { compileNetwork } from '../../network'
import type { CompiledNetwork } from '../../network/compiled-network'
import { readMemory } from '../../memory'
import { reportDevice } from '../../tensorflow'
import { readVelocity, readCheckpointWeights } from '../../runs/checkpoint'
import { writeBest } from '../../runs/checkpoint-folders'
import { readNewest, type CheckpointState } from '../../runs/checkpoint-state'
import { findLayerRates, listFrozen } from './frozen-layers'
import { adoptPreprocessing, readGivenWeights, setInitialWeights } from './initial-weights'
import { describeOtherLength } from './other-length'
import { checkMemory } from './preflight'
import { createRunFolder, readSplit, writeSplit, type SplitFile } from '../../runs/run-folder'
import { findRunPictures, nameSplit, scanPictures } from './run-pictures'
import type { TrainingRequest } from '../types'

/** All that the loop works with. The session disposes network and source. */
export interface Prepared {
  readonly run: RunFile
  readonly network: CompiledNetwork
  /** Share of the learning rate that each layer has. */
  readonly layerRates: ReadonlyMap<string, number>
  readonly source: PictureSource
  /** Where to go on from; null at the beginning. */
  readonly state: CheckpointState | null
  /** Most pictures of one session call that memory holds. */
  readonly mostPictures: number
  /** What was done to the weights and what memory allows, a line each, to show. */
  readonly notes: readonly string[]
}

/** How preparation reports its progress, and is cancelled. */
export interface PrepareOptions extends Required<WorkOptions> {
  readonly onMessage: (message: string) => void
  /** Takes what must be disposed even when preparation fails later. */
  readonly own: (resource: { dispose(): void }) => void
}

/** The network that settings ask for. */
export function specOf(settings: TrainingSettings, classes: number): NetworkSpec {
  const { configuration, inputSize, width, edit } = settings
  return { configuration, inputSize, classes, width, ...(edit && { edit }) }
}

/** @throws LabError `bad-input` for settings that no run can have. */
export function checkTraining(settings: TrainingSettings): void {
  const faults = Object.values(checkSettings(settings))
  if (faults.length > 0) {
    throw new LabError('bad-input', faults.join(' '), 'Correct the setting and start again.')
  }
  // The number of classes, which the scan of the folder gives later, changes no layer's name.
  listFrozen(specOf(settings, 2), settings.freeze)
}

/** Scans the folder, draws the split, compiles the network, sets its weights, writes `run.json`. */
export async function prepareNewRun(
  request: TrainingRequest,
  options: PrepareOptions,
): Promise<Prepared> {
  const { split, ...prepared } = await assemble(request, options)
  await createRunFolder(request.runFolder, prepared.run, split)
  return prepared
}

/** All that a new run needs, with nothing written. */
export async function assemble(
  request: Omit<TrainingRequest, 'runFolder'>,
  options: PrepareOptions,
): Promise<Prepared & { readonly split: SplitFile }> {
  const { settings } = request
  options.onMessage('Checking the picture files')
  const given = settings.weights === null ? null : await readGivenWeights(settings.weights)
  const scanned = await scanPictures(request.dataFolder, settings, options)
  const drawn = drawSplit(scanned, { share: settings.validationShare, seed: settings.seed })
  const corrected = settings.corrections === 'apply' ? await correctForRun(scanned, drawn) : null
  const { dataset, split } = corrected ?? { dataset: scanned, split: drawn }
  checkSplit(dataset, split)
  const spec = specOf(settings, dataset.classNames.length)
  const { mostPictures, note } = checkMemory(spec, settings, readMemory())
  const { network, layerRates } = await compile(spec, settings, options)
  const source = openSource(dataset, split, settings, options)
  const adopted = given === null ? null : adoptPreprocessing(given, settings.inputSize)
  options.onMessage('Preparing the pictures')
  const preprocessing = adopted ?? (await measurePreprocessing(source, settings, options))
  await source.prepare({ signal: options.signal, onProgress: options.onProgress })
  network.setPreprocessing(preprocessing)
  const { notes } = await setInitialWeights(network, settings, given)
  const warning = warnOfStart(network.network, settings)
  const run: RunFile = {
    version: 1,
    name: request.name,
    created: new Date().toISOString(),
    network: spec,
    classNames: dataset.classNames,
    preprocessing,
    settings,
    dataFolder: dataset.source,
    trainImages: split.train.length,
    validationImages: split.validation.length,
    ...countCorrected(corrected?.effect),
    trainedSeconds: 0,
    versions: { lab: labVersion, tensorflow: reportDevice().tensorflowVersion },
    state: 'running',
    failure: null,
  }
  return {
    run,
    network,
    layerRates,
    source,
    state: null,
    mostPictures,
    notes: [
      ...dataset.warnings,
      ...(corrected?.notes ?? []),
      ...describeUnreadable(source),
      ...notes,
      ...(warning === null ? [] : [`Warning: ${warning}`]),
      note,
    ],
    split: nameSplit(
      dataset,
      split,
      source.unreadable.map(({ file }) => file),
    ),
  }
}

/**
 * Brings a run back to its newest checkpoint, or to its beginning where it has none.
 * @param runs - the run as it is resumed, and as its folder records it
 */
export async function prepareResumedRun(
  runFolder: string,
  { run, before }: { readonly run: RunFile; readonly before: RunFile },
  options: PrepareOptions,
): Promise<Prepared> {
  const { settings } = run
  options.onMessage('Checking the picture files')
  const names = await readSplit(runFolder)
  const pictures = await findRunPictures(names, { run, before }, options)
  const { dataset, split, notes: found } = pictures
  const { mostPictures, note } = checkMemory(run.network, settings, readMemory())
  const { network, layerRates } = await compile(run.network, settings, options)
  const source = openSource(dataset, split, settings, options)
  network.setPreprocessing(run.preprocessing)
  const changed = describeChanged(source.listChanged())
  options.onMessage('Preparing the pictures')
  await source.prepare({ signal: options.signal, onProgress: options.onProgress })
  options.onMessage('Loading the weights')
  const { state: newest, notes } = await restore(runFolder, run, network)
  // A run that had ended, perhaps early, is trained longer: its patience begins again.
  const isLonger = before.state === 'finished' && newest !== null
  const state = isLonger ? { ...newest, stalledEpochs: 0 } : newest
  // Before `run.json` names the new folder: the names of either are found in it.
  if (pictures.renamed !== null) await writeSplit(runFolder, pictures.renamed)
  const length = describeOtherLength(before.settings, settings, state)
  const told = [...found, ...changed, ...describeUnreadable(source), ...notes, ...length, note]
  return { run, network, layerRates, source, state, mostPictures, notes: told }
}

/** Sets weights and velocity to those of the newest checkpoint, or to those the run begins with. */
export async function restore(
  runFolder: string,
  { settings }: RunFile,
  network: CompiledNetwork,
): Promise<Pick<Prepared, 'state' | 'notes'>> {
  const newest = await readNewest(runFolder)
  if (newest === null) {
    const given = settings.weights === null ? null : await readGivenWeights(settings.weights)
    const { notes } = await setInitialWeights(network, settings, given)
    const started =
      'Started again from the beginning, with the same settings: there is no checkpoint yet.'
    return { state: null, notes: [started, ...notes] }
  }
  const { name, state } = newest
  network.setWeights((await readCheckpointWeights(runFolder, name)).weights)
  network.setVelocity(await readVelocity(runFolder, name))
  // A crash between a checkpoint and the file that names the best one is made good here.
  if (state.best !== null) await writeBest(runFolder, state.best.epoch)
  return { state, notes: [`Continued from ${name}.`] }
}

function checkSplit(dataset: Dataset, split: Split): void {
  const empty =
    split.train.length === 0 ? 'training' : split.validation.length === 0 ? 'validation' : null
  if (empty === null) return
  throw new LabError(
    'bad-input',
    `Expected ${empty} pictures in ${dataset.folder}; the split leaves none.`,
    'Add pictures: each class needs at least two.',
  )
}

function countCorrected(effect: CorrectionEffect | undefined): Pick<RunFile, 'corrected'> {
  if (effect === undefined || effect.excluded + effect.relabelled === 0) return {}
  return { corrected: { excluded: effect.excluded, relabelled: effect.relabelled } }
}

/** The network in TensorFlow, ready to learn. */
export async function compile(
  spec: NetworkSpec,
  settings: TrainingSettings,
  options: Pick<PrepareOptions, 'onMessage' | 'own'>,
): Promise<Pick<Prepared, 'network' | 'layerRates'>> {
  options.onMessage(`Building ${titleNetwork(spec)} at ${spec.inputSize} px`)
  const layerRates = findLayerRates(spec, settings.layerDecay)
  const network = await compileNetwork({
    spec,
    precision: settings.precision,
    trainable: true,
    frozen: listFrozen(spec, settings.freeze),
    layerRates,
  })
  options.own(network)
  return { network, layerRates }
}

function openSource(
  dataset: Dataset,
  split: Split,
  settings: TrainingSettings,
  options: PrepareOptions,
): PictureSource {
  const { inputSize, scale, augment, order, balance, seed } = settings
  const batches = { inputSize, scale, augment, order, balance, seed }
  const source = createPictureSource(dataset, split, batches)
  options.own(source)
  return source
}

async function measurePreprocessing(
  source: PictureSource,
  settings: TrainingSettings,
  options: PrepareOptions,
): Promise<Preprocessing> {
  const { mean } = await source.measureColours({
    signal: options.signal,
    onProgress: options.onProgress,
  })
  return paperPreprocessing(mean, settings.inputSize)
}

function describeUnreadable({ unreadable }: PictureSource): string[] {
  const [first] = unreadable
  if (first === undefined) return []
  return [`Left out because they cannot be read: ${unreadable.length} (${first.reason})`]
}

function describeChanged(changed: readonly string[]): string[] {
  if (changed.length === 0) return []
  return [
    `Changed since they were prepared, and used as they are now: ${nameSome(changed)}. The run is no longer identical to an uninterrupted one.`,
  ]
}
