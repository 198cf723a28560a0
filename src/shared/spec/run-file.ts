import type { NetworkSpec } from '../vgg'
import { checkNetworkEdit } from './network-edit'
import type { Preprocessing } from './preprocessing'
import { defaultSettings, type TrainingSettings } from './training-settings'

/** State of a run as its folder tells it. A run found `running` with nobody running it was cut off. */
export type RunState = 'running' | 'paused' | 'stopped' | 'finished' | 'failed'

/** `run.json`: the whole of a run, enough to resume it and to read its checkpoints. */
export interface RunFile {
  readonly version: 1
  readonly name: string
  /** ISO 8601, UTC. */
  readonly created: string
  readonly network: NetworkSpec
  readonly classNames: readonly string[]
  readonly preprocessing: Preprocessing
  readonly settings: TrainingSettings
  /** Absolute path of the user's folder, which is only ever read. */
  readonly dataFolder: string
  readonly trainImages: number
  readonly validationImages: number
  /** What the corrections of the data set did when the run began; left out where they did nothing. */
  readonly corrected?: { readonly excluded: number; readonly relabelled: number }
  /** Seconds of training so far, pauses left out. */
  readonly trainedSeconds: number
  /** Left out for a run whose learning rate nobody changed by hand. */
  readonly rateChanges?: readonly RateChange[]
  /** Pictures of one session call; left out until it is chosen. */
  readonly microBatch?: number
  readonly versions: { readonly lab: string; readonly tensorflow: string }
  readonly state: RunState
  /** One line, when the state is `failed`. */
  readonly failure: string | null
  /** Left out for a run that was trained here. */
  readonly imported?: ImportedFrom
}

/** A learning rate changed by hand while the run went on; repeated by a run that goes on from before. */
export interface RateChange {
  /** The first update with it, 1 for the first of the run. */
  readonly step: number
  /** Multiplies what the schedule says from then on: 0.1 for a drop. */
  readonly factor: number
}

/** Where the weights of a run come from that was not trained but imported from a file. */
export interface ImportedFrom {
  /** Absolute path of the file as it was then. */
  readonly file: string
  /** false: the convolutions alone; the fully connected layers are one unit of zeros each. */
  readonly hasClassifier: boolean
  /** What was used, assumed and left out, a line each. */
  readonly notes: readonly string[]
}

/**
 * Reads the text of `run.json`.
 * @returns the run, or what came in place of one that this version of the lab wrote
 */
export function readRunFile(text: string): { readonly run: RunFile } | { readonly fault: string } {
  if (text.trim() === '') return { fault: 'an empty file' }
  const run = parseWhole(text)
  if (run === null) return { fault: 'a file that is damaged or of another version' }
  for (const { edit } of [run.network, run.settings]) {
    const fault = edit === undefined ? null : checkNetworkEdit(edit)
    if (fault !== null)
      return { fault: `a network that cannot be built: ${fault.replace(/\.$/, '')}` }
  }
  return { run }
}

/** {@link readRunFile} where the fault does not matter: null then. */
export function parseRunFile(text: string): RunFile | null {
  const read = readRunFile(text)
  return 'run' in read ? read.run : null
}

function parseWhole(text: string): RunFile | null {
  try {
    const run = JSON.parse(text) as Partial<RunFile> | null
    if (run?.version !== 1) return null
    const isWhole =
      typeof run.name === 'string' &&
      isObject(run.network) &&
      isObject(run.settings) &&
      isObject(run.preprocessing) &&
      Array.isArray(run.classNames) &&
      typeof run.dataFolder === 'string' &&
      typeof run.state === 'string'
    return isWhole ? completeSettings(run as RunFile) : null
  } catch {
    return null
  }
}

/** A run of an earlier version of the lab did what is now the default of a setting that it has not. */
function completeSettings(run: RunFile): RunFile {
  return { ...run, settings: { ...defaultSettings(run.settings.inputSize), ...run.settings } }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
