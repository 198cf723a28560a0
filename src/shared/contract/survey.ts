import { z } from 'zod'
import { absolutePath, index, layer, plainModel } from './args'
import { QUESTION_PATIENCE_MS, defineEngineCalls, resultOf } from './call-table'
import type { DatasetPicture } from './dataset'

/** By which number of each picture classes are compared: its largest activation, or its mean one. */
export type SelectivityMeasure = 'peaks' | 'means'

/** How much one class stands out, for each channel of a layer. */
export interface Selectivity {
  /** Morcos et al. 2018: 0 for all classes alike, 1 for one class alone; NaN where it is not defined. */
  readonly index: Float32Array
  /** Index into `classNames` of the class with the largest mean; -1 where there is none. */
  readonly favourite: Int32Array
}

/** A part of the open data set shown to a layer: what each of its channels made of it. */
export interface LayerSurvey {
  readonly layer: string
  /** Pictures that were counted. */
  readonly pictures: number
  /** Pictures of the data set. */
  readonly total: number
  /** The network was in training: each picture met the weights of its moment, and nothing is kept. */
  readonly isInTraining: boolean
  /** Why it could not be kept with the run, in one line; null when it could. */
  readonly notKept: string | null
  readonly classNames: readonly string[]
  readonly selectivity: Readonly<Record<SelectivityMeasure, Selectivity>>
  /** `[channels]`: largest activation in any picture; NaN for a channel that is silent in all. */
  readonly peak: Float32Array
  /** `[channels]`: share of the pictures in which the channel is silent, 0..1. */
  readonly silentShare: Float32Array
}

/** One of a channel's strongest places in the data set. */
export interface SurveyPatch {
  /** As the data set names it. */
  readonly file: string
  readonly className: string
  readonly split: DatasetPicture['split']
  readonly row: number
  readonly column: number
  /** The activation, after the ReLU. */
  readonly value: number
  /** The receptive field's part of the network's input, RGB bytes; null where it cannot be read any more. */
  readonly crop: {
    readonly width: number
    readonly height: number
    readonly pixels: Uint8Array
  } | null
}

/** A class's answers of one channel. */
export interface ClassResponse {
  readonly className: string
  readonly pictures: number
  /** Means over the class's pictures: of the largest activation, and of the mean one. */
  readonly peaks: number
  readonly means: number
}

/** One channel over a part of the data set. */
export interface UnitSurvey {
  readonly layer: string
  readonly channel: number
  readonly pictures: number
  /** Strongest first, one for each picture at most. */
  readonly patches: readonly SurveyPatch[]
  readonly classes: readonly ClassResponse[]
  /** Of the largest activation of each picture, zeros left out. */
  readonly histogram: {
    /** Bins of one width from -limit to limit. */
    readonly counts: Float32Array
    readonly limit: number
  }
  /** Pictures in which the channel is silent. */
  readonly silent: number
}

const question = z.strictObject({ model: plainModel, folder: absolutePath, layer })

/** The calls about what a layer's channels make of the open data set. */
export const SURVEY_CALLS = defineEngineCalls('the strongest pictures of channels', {
  /**
   * Shows pictures of the open data set to a layer until `limit` of them are counted, those of earlier
   * calls among them. Long: sends progress; cancelled, it keeps what it has, and the same call goes on.
   */
  'survey.run': {
    args: question.extend({ limit: z.int().min(1).max(10_000_000) }),
    result: resultOf<LayerSurvey>(),
    isLatestOnly: false,
    patienceMs: 0,
  },
  /** What is known so far, also while it grows; null before the first picture. */
  'survey.layer': {
    args: question,
    result: resultOf<LayerSurvey | null>(),
    isLatestOnly: true,
    patienceMs: QUESTION_PATIENCE_MS,
  },
  'survey.unit': {
    args: question.extend({ channel: index }),
    result: resultOf<UnitSurvey | null>(),
    isLatestOnly: true,
    patienceMs: QUESTION_PATIENCE_MS,
  },
})
