import { z } from 'zod'
import { CONFIGURATION_NAMES } from '../vgg'
import { networkEditSchema } from './network-edit-schema'
import {
  AUGMENTATIONS,
  BALANCES,
  INITIALISATIONS,
  ORDERS,
  PRECISIONS,
  SCHEDULES,
} from './parameters'
import type { TrainingSettings } from './run-spec'
import { absolutePath, layerName } from './schema-parts'

/** A number of the table; `checkSettings` checks its range, in the table's own words. */
const number = z.number()

/** The settings of a run as they cross into the engine. */
export const trainingSettingsSchema = z.strictObject({
  configuration: z.enum(CONFIGURATION_NAMES),
  inputSize: number,
  width: number,
  batchSize: number,
  accumulate: number,
  microBatch: number,
  epochs: number,
  learningRate: number,
  momentum: number,
  weightDecay: number,
  dropout: number,
  initialisation: z.enum(INITIALISATIONS),
  schedule: z.enum(SCHEDULES),
  patience: number,
  stepEpochs: number,
  warmupEpochs: number,
  layerDecay: number,
  validationShare: number,
  order: z.enum(ORDERS),
  balance: z.enum(BALANCES),
  precision: z.enum(PRECISIONS),
  seed: number,
  keepLast: number,
  keepEvery: number,
  saveMinutes: number,
  saveSteps: number,
  layerSteps: number,
  scale: z.strictObject({ min: number, max: number }),
  augment: z.array(z.enum(AUGMENTATIONS)),
  freeze: layerName.nullable(),
  preInit: absolutePath.nullable(),
  weights: absolutePath.nullable(),
  validationFolder: absolutePath.nullable(),
  edit: networkEditSchema.exactOptional(),
}) satisfies z.ZodType<TrainingSettings>
