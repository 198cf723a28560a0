import type {
  AugmentationSettings,
  EpochMetrics,
  LayersLine,
  MetricsLine,
  PrincipalComponents,
  StepMetrics,
  TrainingSettings,
} from '../spec'
import type { ArithmeticCalls } from './arithmetic'
import type { AugmentationPreview, DatasetColours } from './augmentation'
import type { CompareCalls } from './compare'
import type { ErrorInfo } from './errors'
import type { FeatureCalls } from './features'
import type { EncodedPicture, InspectCalls, Pin } from './inspection'
import type { KernelCalls } from './kernels'
import type { FeatureMaps } from './maps'
import type { MaximiseCalls } from './maximise'
import type { OneDnnReport } from './one-dnn'
import type { StartCheck } from './start-check'
import type { SurveyCalls } from './survey'
import type { ChannelRanking, WhatIfCalls } from './what-if'

/** What the engine runs on. */
export interface DeviceReport {
  readonly device: 'cpu' | 'gpu'
  /** Processor or GPU by name. */
  readonly deviceName: string
  readonly tensorflowVersion: string
  readonly tfjsVersion: string
  /** Threads that TensorFlow computes with. */
  readonly threads: number
  /** Threads that read and prepare pictures. */
  readonly workers: number
  readonly oneDnn: OneDnnReport
  readonly cpuFeatures: readonly string[]
  /** Memory of the GPU, in bytes; null without one, or where its driver does not say. */
  readonly gpuMemoryBytes: number | null
  readonly bfloat16: { readonly supported: boolean; readonly reason: string }
}

/** Memory for training, in bytes. */
export interface MemoryReport {
  readonly totalBytes: number
  /** What can be had now, with what the engine holds already. */
  readonly availableBytes: number
}

/** A file of the data folder that is not used, with the reason in words. */
export interface SkippedFile {
  readonly file: string
  readonly reason: string
}

/** A class with its pictures. */
export interface ClassSummary {
  readonly name: string
  readonly train: number
  readonly validation: number
}

/** A data folder after its scan. Files are named relative to it, with forward slashes. */
export interface DatasetSummary {
  /** What was opened: the folder, or a list of pictures (.csv, .tsv, .json). */
  readonly source: string
  /** The folder that the files are named relative to. */
  readonly folder: string
  readonly layout: 'classes' | 'train-val'
  readonly classes: readonly ClassSummary[]
  readonly images: number
  readonly skipped: readonly SkippedFile[]
  readonly warnings: readonly string[]
}

/** A picture of a data set. */
export interface DatasetPicture {
  readonly file: string
  readonly classIndex: number
  readonly split: 'train' | 'validation'
}

/** Pictures that are the same, or nearly. */
export interface PictureGroup {
  readonly pictures: readonly DatasetPicture[]
  /** Some are trained with and some validated with: the validation is flattered. */
  readonly isLeak: boolean
  /** They have more than one class. */
  readonly isContradiction: boolean
}

/** A picture that is smaller than any input of a VGG network; sizes in pixels. */
export interface TinyPicture {
  readonly picture: DatasetPicture
  readonly width: number
  readonly height: number
}

/** What a check of all pictures found; the lists are cut to their worst part, the counts are not. */
export interface DatasetFindings {
  readonly checked: number
  /** Byte for byte the same. */
  readonly exact: readonly PictureGroup[]
  /** The same in another size, format or quality. */
  readonly near: readonly PictureGroup[]
  readonly tiny: readonly TinyPicture[]
  readonly unreadable: readonly SkippedFile[]
  readonly counts: Readonly<Record<'exact' | 'near' | 'tiny' | 'unreadable' | 'leaks', number>>
}

/** What became of a file of weights. */
export interface ImportedRunSummary {
  readonly runFolder: string
  /** In words: "D, width 1, 224 px, 1000 classes". */
  readonly title: string
  /** What was used, assumed and left out, a line each. */
  readonly notes: readonly string[]
}

export type TrainingPhase =
  | 'idle'
  | 'preparing'
  | 'training'
  | 'validating'
  | 'saving'
  | 'pausing'
  | 'paused'
  | 'stopping'
  | 'finished'
  | 'failed'

/** Everything that the status region shows; sent at about 4 Hz while something moves. */
export interface TrainingStatus {
  readonly phase: TrainingPhase
  readonly runFolder: string | null
  readonly runName: string
  /** Epoch in progress, from 1. */
  readonly epoch: number
  readonly epochs: number
  readonly step: number
  readonly stepsPerEpoch: number
  readonly learningRate: number
  readonly imagesPerSecond: number | null
  /** null while it is not known: show "measuring". */
  readonly etaSeconds: number | null
  /** Pictures of one session call, and calls of one step. */
  readonly microBatch: number
  /** Share of the time spent waiting for pictures, 0..1. */
  readonly dataWaitShare: number | null
  readonly message: string
  /** What there is to know of the run since it was started or continued, a line each. */
  readonly notes: readonly string[]
  readonly error: ErrorInfo | null
}

/** What the status is while nothing has been started. */
export const IDLE_STATUS: TrainingStatus = {
  phase: 'idle',
  runFolder: null,
  runName: '',
  epoch: 0,
  epochs: 0,
  step: 0,
  stepsPerEpoch: 0,
  learningRate: 0,
  imagesPerSecond: null,
  etaSeconds: null,
  microBatch: 0,
  dataWaitShare: null,
  message: '',
  notes: [],
  error: null,
}

/** One update of a learning-rate range test. */
export interface RangePoint {
  readonly learningRate: number
  /** Mean loss of the update's pictures, before it. */
  readonly loss: number
  /** Running mean of the losses so far. */
  readonly smoothed: number
}

/** A learning-rate range test (Smith 2017): the rate rises from update to update, the loss tells. */
export interface RangeTest {
  readonly points: readonly RangePoint[]
  /** A tenth of the rate at which the smoothed loss is lowest; null where it never fell. */
  readonly suggested: number | null
  /** Whether it ended because the loss had gone up for good. */
  readonly isDiverged: boolean
}

/** How far a long call is. */
export interface Progress {
  readonly label: string
  readonly done: number
  /** null while it is not known. */
  readonly total: number | null
  readonly perSecond: number | null
  readonly etaSeconds: number | null
}

/**
 * The calls that the engine answers, by name. A call without a handler does not compile. An image
 * is named by its absolute path.
 */
export interface EngineCalls
  extends
    InspectCalls,
    CompareCalls,
    SurveyCalls,
    WhatIfCalls,
    MaximiseCalls,
    FeatureCalls,
    KernelCalls,
    ArithmeticCalls {
  'device.report': { args: Record<string, never>; result: DeviceReport }
  'device.memory': { args: Record<string, never>; result: MemoryReport }
  /** Scans a folder and keeps it as the current data set; long: sends progress. */
  'dataset.open': {
    args: { folder: string; validationShare: number; seed: number }
    result: DatasetSummary
  }
  /** Writes the generated sample pictures into a folder; long: sends progress. */
  /**
   * Draws the current data set's split anew, or takes its validation pictures from another folder, which
   * is scanned (long: sends progress). What a check found comes again, told by the new halves; null where
   * nothing was checked, or other pictures came in.
   */
  'dataset.split': {
    args: {
      folder: string
      validationShare: number
      seed: number
      validationFolder: string | null
    }
    result: { dataset: DatasetSummary; findings: DatasetFindings | null }
  }
  'dataset.sample': {
    args: { folder: string; classes: number; images: number; size: number; seed: number }
    result: { folder: string }
  }
  /**
   * A page of the current data set's pictures, by class (null: all), half, and text that the file's
   * name holds.
   */
  'dataset.pictures': {
    args: {
      folder: string
      classIndex: number | null
      split?: DatasetPicture['split']
      text?: string
      offset: number
      limit: number
    }
    result: { total: number; pictures: DatasetPicture[] }
  }
  /** Decodes all pictures once for what {@link DatasetFindings} tells; long: sends progress. */
  'dataset.check': { args: { folder: string }; result: DatasetFindings }
  /**
   * Mean and principal components of the training pictures at the largest S. Long where they were
   * not measured before: sends progress, can be cancelled, goes on where it was then; not while a
   * run trains. With `measure` false null instead.
   */
  'dataset.colours': {
    args: { folder: string; settings: AugmentationSettings; measure: boolean }
    result: DatasetColours | null
  }
  /** What training makes of a picture; `components` are those of `dataset.colours`. */
  'dataset.augment': {
    args: {
      folder: string
      file: string
      settings: AugmentationSettings
      components: PrincipalComponents | null
      firstEpoch: number
      /** Samples, one for each epoch. */
      count: number
    }
    result: AugmentationPreview
  }
  /** Small versions of pictures, in order; null where a picture cannot be read. */
  'dataset.thumbnails': {
    args: { folder: string; files: string[]; sizePx: number }
    result: (EncodedPicture | null)[]
  }
  /** Starts a run in a new folder under `runsFolder`; one at a time. */
  'training.start': {
    args: { dataFolder: string; runsFolder: string; name: string; settings: TrainingSettings }
    result: { runFolder: string }
  }
  /**
   * Goes on with a run from its last checkpoint; `lessMemory` halves its micro-batch, `learningRate`
   * changes it by hand, the folders say where its pictures are now. Pictures that are not found end it
   * with `pictures-missing` or `validation-missing` in the status, and change nothing.
   */
  'training.continue': {
    args: {
      runFolder: string
      lessMemory?: boolean
      learningRate?: number
      dataFolder?: string
      validationFolder?: string
    }
    result: { runFolder: string }
  }
  'training.pause': { args: Record<string, never>; result: TrainingStatus }
  'training.resume': { args: Record<string, never>; result: TrainingStatus }
  /** Takes effect within one micro-batch; a checkpoint of the last finished epoch stays. */
  'training.stop': { args: Record<string, never>; result: TrainingStatus }
  /**
   * A learning-rate range test with the settings of a run, which is not made: nothing is written. Long:
   * sends progress, can be cancelled; not while a run trains.
   */
  'training.findRate': {
    args: { dataFolder: string; settings: TrainingSettings }
    result: RangeTest
  }
  /**
   * Signal and gradient by layer before a run with these settings begins, which is not made. Long: sends
   * progress, can be cancelled; not while a run trains.
   */
  'training.checkStart': {
    args: { dataFolder: string; settings: TrainingSettings }
    result: StartCheck
  }
  /** Divides the learning rate by 10 from the next update on. */
  'training.dropLearningRate': { args: Record<string, never>; result: TrainingStatus }
  'training.status': { args: Record<string, never>; result: TrainingStatus }
  /** All metrics of the run in training since it began, for a window that comes late. */
  'training.history': { args: Record<string, never>; result: MetricsLine[] }
  /** What the layers of a run did, oldest first; of very many measurements evenly spread ones. */
  'training.layers': { args: { runFolder: string }; result: LayersLine[] }
  /** Refreshes a picture's maps while training, through the `maps` event; null unpins. */
  'training.pin': { args: { pin: Pin | null }; result: null }
  /**
   * Reads somebody else's weights (.onnx, .safetensors) into a new run under `runsFolder`; long: sends
   * progress, can be cancelled.
   */
  'weights.import': { args: { file: string; runsFolder: string }; result: ImportedRunSummary }
}

export type EngineCallName = keyof EngineCalls

/** What the engine sends unasked. `maps` has credit: the next comes only after the last was taken. */
export interface EngineEvents {
  status: TrainingStatus
  /** Steps since the last message, at about 4 Hz; none is dropped. */
  steps: StepMetrics[]
  epoch: EpochMetrics
  /** After an update whose layers were measured. */
  layers: LayersLine
  maps: FeatureMaps
  /** What a ranking that goes on has found so far, about once a second. */
  channelRanking: ChannelRanking
}

export type EngineEventName = keyof EngineEvents

/** Messages from the window to the engine, over their own port. */
export type ToEngine =
  | {
      [K in EngineCallName]: {
        readonly type: 'call'
        readonly id: number
        readonly name: K
        readonly args: EngineCalls[K]['args']
      }
    }[EngineCallName]
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'credit'; readonly event: 'maps' }

/** Messages from the engine to the window. */
export type FromEngine =
  | {
      readonly type: 'reply'
      readonly id: number
      readonly reply:
        | { readonly ok: true; readonly value: unknown }
        | { readonly ok: false; readonly error: ErrorInfo }
    }
  | { readonly type: 'progress'; readonly id: number; readonly progress: Progress }
  | {
      [K in EngineEventName]: {
        readonly type: 'event'
        readonly name: K
        readonly value: EngineEvents[K]
      }
    }[EngineEventName]

/** Messages from the engine to main, on the channel that is main's (`shared/wire`). */
export type EngineToMain =
  | { readonly type: 'ready'; readonly device: DeviceReport; readonly loadMs: number }
  | { readonly type: 'failed'; readonly error: ErrorInfo }
  /** A run began, went on or ended: main asks before it closes, and knows what to offer after a crash. */
  | { readonly type: 'training'; readonly active: boolean; readonly runFolder: string | null }
  /** The call that is at work now, null for none: what to name, should it be the last. */
  | { readonly type: 'asked'; readonly call: EngineCallName | null }

/** Messages from main to the engine. */
export interface MainToEngine {
  readonly type: 'shutdown'
}
