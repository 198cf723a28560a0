import type { ConfigurationName, NetworkEdit, NetworkSpec } from '../vgg'
import { checkNetworkEdit } from './network-edit'
import {
  PARAMETERS,
  checkChoice,
  checkNumber,
  type Augmentation,
  type Balance,
  type Initialisation,
  type NumberParameter,
  type Order,
  type Parameter,
  type ParameterKey,
  type Precision,
  type Schedule,
} from './parameters'
import type { Preprocessing } from './preprocessing'

/** The settings of a training run that a person chooses; keys are those of `PARAMETERS`. */
export interface TrainingSettings {
  readonly configuration: ConfigurationName
  readonly inputSize: number
  readonly width: number
  readonly batchSize: number
  readonly accumulate: number
  /** Most pictures of one session call; 0 lets the lab choose. */
  readonly microBatch: number
  readonly epochs: number
  readonly learningRate: number
  readonly momentum: number
  readonly weightDecay: number
  readonly dropout: number
  readonly initialisation: Initialisation
  readonly schedule: Schedule
  readonly patience: number
  readonly stepEpochs: number
  /** May be a fraction. */
  readonly warmupEpochs: number
  /** Share of the learning rate of the layer above that a layer has; 1: all the same. */
  readonly layerDecay: number
  readonly validationShare: number
  readonly order: Order
  readonly balance: Balance
  readonly precision: Precision
  readonly seed: number
  /** Checkpoints that stay beside the best: so many of the newest epochs, and every so many epochs' (0: none). */
  readonly keepLast: number
  readonly keepEvery: number
  /** Inside an epoch a checkpoint after so many minutes and steps; 0 for none. */
  readonly saveMinutes: number
  readonly saveSteps: number
  readonly layerSteps: number
  /** Smallest side S of a training picture before its crop, in pixels (section 3.1): drawn per picture from [min, max]. */
  readonly scale: { readonly min: number; readonly max: number }
  readonly augment: readonly Augmentation[]
  /** Layers up to and including this one are not updated; null trains all. */
  readonly freeze: string | null
  /** Run folder whose layers are copied in by name before training; null starts from nothing. */
  readonly preInit: string | null
  /** Weights file or run folder to start from; null starts from `initialisation`. */
  readonly weights: string | null
  /** A folder of validation pictures of its own; null splits by `validationShare`. */
  readonly validationFolder: string | null
  /** Left out for a network as in the paper. */
  readonly edit?: NetworkEdit
}

/** What becomes of a training picture before the network sees it. */
export type AugmentationSettings = Pick<
  TrainingSettings,
  'inputSize' | 'scale' | 'augment' | 'seed'
>

/** Largest S, in pixels. */
export const MAX_SCALE_PX = 4096

/** The paper's ratio of S to the crop (256 to 224), for any input size. */
export function defaultScale(inputSize: number): { min: number; max: number } {
  const side = Math.round((inputSize * 256) / 224)
  return { min: side, max: side }
}

/** The default preset, for an input size. */
export function defaultSettings(
  inputSize: number = PARAMETERS.inputSize.default,
): TrainingSettings {
  return {
    configuration: PARAMETERS.configuration.default,
    inputSize,
    width: PARAMETERS.width.default,
    batchSize: PARAMETERS.batchSize.default,
    accumulate: PARAMETERS.accumulate.default,
    microBatch: PARAMETERS.microBatch.default,
    epochs: PARAMETERS.epochs.default,
    learningRate: PARAMETERS.learningRate.default,
    momentum: PARAMETERS.momentum.default,
    weightDecay: PARAMETERS.weightDecay.default,
    dropout: PARAMETERS.dropout.default,
    initialisation: PARAMETERS.initialisation.default,
    schedule: PARAMETERS.schedule.default,
    patience: PARAMETERS.patience.default,
    stepEpochs: PARAMETERS.stepEpochs.default,
    warmupEpochs: PARAMETERS.warmupEpochs.default,
    layerDecay: PARAMETERS.layerDecay.default,
    validationShare: PARAMETERS.validationShare.default,
    order: PARAMETERS.order.default,
    balance: PARAMETERS.balance.default,
    precision: PARAMETERS.precision.default,
    seed: PARAMETERS.seed.default,
    keepLast: PARAMETERS.keepLast.default,
    keepEvery: PARAMETERS.keepEvery.default,
    saveMinutes: PARAMETERS.saveMinutes.default,
    saveSteps: PARAMETERS.saveSteps.default,
    layerSteps: PARAMETERS.layerSteps.default,
    scale: defaultScale(inputSize),
    augment: ['crop'],
    freeze: null,
    preInit: null,
    weights: null,
    validationFolder: null,
  }
}

/**
 * What is wrong with the settings, one line a fault, keyed by the parameter (or `scale`, `edit`); empty
 * when all is well.
 */
export function checkSettings(
  settings: TrainingSettings,
): Partial<Record<ParameterKey | 'scale' | 'edit', string>> {
  const faults: Partial<Record<ParameterKey | 'scale' | 'edit', string>> = {}
  for (const key of Object.keys(PARAMETERS) as ParameterKey[]) {
    const fault = checkParameter(PARAMETERS[key], settings[key])
    if (fault !== null) faults[key] = fault
  }
  const { min, max } = settings.scale
  const isScale =
    Number.isInteger(min) && Number.isInteger(max) && min <= max && max <= MAX_SCALE_PX
  const isSizeKnown = faults.inputSize === undefined
  if (!isScale || (isSizeKnown && min < settings.inputSize)) {
    faults.scale = `Scale must be whole pixels S or A-B from the input size ${settings.inputSize} to ${MAX_SCALE_PX}, smallest first; got ${min === max ? min : `${min}-${max}`}.`
  }
  const editFault = settings.edit === undefined ? null : checkNetworkEdit(settings.edit)
  if (editFault !== null) faults.edit = editFault
  return faults
}

/** Checks one value against the table. */
export function checkParameter(parameter: Parameter, value: number | string): string | null {
  if (parameter.kind === 'choice') return checkChoice(parameter, String(value))
  return checkNumber(parameter, Number(value))
}

/** The most classes that a network is built for. */
export const MAX_CLASSES = 100_000

/** Units of fc8: not a setting of a run, which takes them from its folder, but of a network. */
export const CLASSES: NumberParameter = {
  kind: 'integer',
  label: 'Classes',
  flag: 'classes',
  default: 1000,
  min: 1,
  max: MAX_CLASSES,
  unit: '',
  section: '2.1',
  help: 'Units of fc8.',
}

/** What is wrong with a network's spec, one line a fault; empty when it can be built. */
export function checkNetworkSpec(spec: NetworkSpec): string[] {
  return [
    checkChoice(PARAMETERS.configuration, spec.configuration),
    checkNumber(PARAMETERS.inputSize, spec.inputSize),
    checkNumber(PARAMETERS.width, spec.width),
    checkNumber(CLASSES, spec.classes),
    spec.edit === undefined ? null : checkNetworkEdit(spec.edit),
  ].filter((fault) => fault !== null)
}

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

/** Mean loss in nats and accuracies in 0..1. */
export interface Score {
  readonly loss: number
  readonly top1: number
  readonly top5: number
}

/** A line of `metrics.jsonl` for a step; the score is of the pictures since the line before. */
export interface StepMetrics {
  readonly kind: 'step'
  readonly step: number
  /** Epochs done, as a fraction. */
  readonly epoch: number
  /** Seconds of training since the run began. */
  readonly seconds: number
  readonly learningRate: number
  readonly train: Score
}

/** A line of `metrics.jsonl` for an epoch. */
export interface EpochMetrics {
  readonly kind: 'epoch'
  /** 1 for the first. */
  readonly epoch: number
  readonly step: number
  readonly seconds: number
  readonly learningRate: number
  /** Running mean over the epoch's steps, dropout and augmentation on. */
  readonly train: Score
  /** Validation: smallest side S, one centre crop, no flip, dropout off. */
  readonly validation: Score
  readonly imagesPerSecond: number
  /**
   * Share of the epoch's training, validation left out, that went by waiting for pictures, 0..1; of
   * an epoch that was gone on with, what was left of it. Not in runs of earlier versions.
   */
  readonly dataWaitShare?: number
  /** Best so far by validation top-1, then by loss. */
  readonly isBest: boolean
}

export type MetricsLine = StepMetrics | EpochMetrics

/** What a person notes about a run, in `labels.json` beside its `run.json`. */
export interface RunLabels {
  /** Runs of one group stand together in the list; '' for none. */
  readonly group: string
  readonly tags: readonly string[]
}

export const NO_LABELS: RunLabels = { group: '', tags: [] }

/** A run as the Runs list shows it. */
export interface RunSummary {
  readonly folder: string
  readonly run: RunFile
  readonly labels: RunLabels
  readonly epochs: number
  readonly best: { readonly epoch: number; readonly validation: Score } | null
  /** Names of the finished checkpoints, oldest first. */
  readonly checkpoints: readonly string[]
}
