import { z } from 'zod'
import { CLASSES, PARAMETERS, type LayersLine, type MetricsLine } from '../spec'
import { ablationsSchema } from '../spec/ablation-schema'
import { numberOf } from '../spec/schema-parts'
import { trainingSettingsSchema } from '../spec/training-settings-schema'
import { absolutePath, layer, nothing, stage } from './args'
import { defineEngineCalls, resultOf, type Infer } from './call-table'
import type { StartCheck } from './start-check'
import type { TrainingStatus } from './training-status'

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
  /** A rate at which the loss fell from the initial weights; null where none can be suggested. */
  readonly suggested: number | null
  /** What was seen, with its numbers; and what to do, where nothing is suggested. */
  readonly verdict: string
  /** Loss of guessing among the classes, in nats. */
  readonly guessing: number
  /** Whether it ended because the loss had gone up for good. */
  readonly isDiverged: boolean
}

/** How long an update takes. */
export interface StepMeasure {
  readonly secondsPerStep: number
  /** Pictures of an update, and of one session call. */
  readonly images: number
  readonly microBatch: number
}

const pin = z.strictObject({
  image: absolutePath,
  layer,
  stage,
  /** Channels that are scaled in the pass; none when left out. */
  ablations: ablationsSchema.exactOptional(),
})

/** A pinned picture and layer, whose maps follow the training. */
export type Pin = Infer<typeof pin>

/** A run that is not made: nothing is written. */
const trial = z.strictObject({ dataFolder: absolutePath, settings: trainingSettingsSchema })
/** Orders are carried out between two steps; none waits for an answer. */
const order = { isLatestOnly: false, patienceMs: 0 } as const

export const TRAINING_CALLS = defineEngineCalls('training', {
  /** Starts a run in a new folder under `runsFolder`; one at a time. */
  'training.start': {
    args: z.strictObject({
      dataFolder: absolutePath,
      runsFolder: absolutePath,
      name: z.string().max(120),
      settings: trainingSettingsSchema,
    }),
    result: resultOf<{ readonly runFolder: string }>(),
    ...order,
  },
  /**
   * Continues a run from its last checkpoint; `epochs` sets how many it is to have in all, which a
   * finished run needs, `earlyStopping` when it ends before that, `lessMemory` halves its micro-batch, `learningRate` sets the rate manually, the
   * folders say where its pictures are now. Pictures that are not found end it
   * with `pictures-missing` or `validation-missing` in the status, and change nothing.
   */
  'training.continue': {
    args: z.strictObject({
      runFolder: absolutePath,
      epochs: numberOf(PARAMETERS.epochs).exactOptional(),
      earlyStopping: numberOf(PARAMETERS.earlyStopping).exactOptional(),
      lessMemory: z.boolean().exactOptional(),
      learningRate: numberOf(PARAMETERS.learningRate).exactOptional(),
      dataFolder: absolutePath.exactOptional(),
      validationFolder: absolutePath.exactOptional(),
    }),
    result: resultOf<{ readonly runFolder: string }>(),
    ...order,
  },
  'training.pause': { args: nothing, result: resultOf<TrainingStatus>(), ...order },
  'training.resume': { args: nothing, result: resultOf<TrainingStatus>(), ...order },
  /** Takes effect within one micro-batch; a checkpoint of the last finished epoch stays. */
  'training.stop': { args: nothing, result: resultOf<TrainingStatus>(), ...order },
  /**
   * A learning-rate range test with the settings of a run. Long: sends progress, can be cancelled; not
   * while a run trains.
   */
  'training.findRate': { args: trial, result: resultOf<RangeTest>(), ...order },
  /**
   * Signal and gradient by layer before a run with these settings begins. Long: sends progress, can be
   * cancelled; not while a run trains.
   */
  'training.checkStart': { args: trial, result: resultOf<StartCheck>(), ...order },
  /**
   * Times an update of the network of these settings, on grey pictures. Takes seconds: sends progress, can
   * be cancelled; not while a run trains.
   */
  'training.measureStep': {
    args: z.strictObject({ settings: trainingSettingsSchema, classes: numberOf(CLASSES) }),
    result: resultOf<StepMeasure>(),
    ...order,
  },
  /**
   * Divides the learning rate by 10 from the next update on, a few seconds later: until then the status
   * tells the rate to come, and `training.keepLearningRate` takes the drop back.
   */
  'training.dropLearningRate': { args: nothing, result: resultOf<TrainingStatus>(), ...order },
  'training.keepLearningRate': { args: nothing, result: resultOf<TrainingStatus>(), ...order },
  'training.status': { args: nothing, result: resultOf<TrainingStatus>(), ...order },
  /** All metrics of the run in training since it began, for a window that comes late. */
  'training.history': { args: nothing, result: resultOf<MetricsLine[]>(), ...order },
  /** What the layers of a run did, oldest first; of very many measurements evenly spread ones. */
  'training.layers': {
    args: z.strictObject({ runFolder: absolutePath }),
    result: resultOf<LayersLine[]>(),
    ...order,
  },
  /** Refreshes a picture's maps while training, through the `maps` event; null unpins. */
  'training.pin': {
    args: z.strictObject({ pin: pin.nullable() }),
    result: resultOf<null>(),
    ...order,
  },
})
