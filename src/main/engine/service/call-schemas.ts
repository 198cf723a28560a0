import { z } from 'zod'
import type { EngineCallName, EngineCalls } from '../../../shared/contract'
import { AUGMENTATIONS, PARAMETERS } from '../../../shared/spec'
import { numberOf } from '../../../shared/spec/schema-parts'
import { trainingSettingsSchema as settings } from '../../../shared/spec/training-settings-schema'
import { COMPARE_SCHEMAS } from './compare-schemas'
import { FEATURE_SCHEMAS } from './feature-schemas'
import { INSPECT_SCHEMAS } from './inspect-schemas'
import { KERNEL_SCHEMAS, MAXIMISE_SCHEMAS } from './maximise-schemas'
import { ablations, absolutePath, layer, stage } from './schema-parts'
import { SURVEY_SCHEMAS } from './survey-schemas'
import { WHAT_IF_SCHEMAS } from './what-if-schemas'

const MAX_THUMBNAILS = 512
const MAX_PAGE = 10_000
const MAX_TEXT = 200
const MAX_SAMPLES = 64

const nothing = z.strictObject({})
const optionalPath = absolutePath.nullable()

const sidePx = z.int().min(1).max(PARAMETERS.scale.max)
const augmentation = z.strictObject({
  inputSize: numberOf(PARAMETERS.inputSize),
  scale: z.strictObject({ min: sidePx, max: sidePx }),
  augment: z.array(z.enum(AUGMENTATIONS)),
  seed: numberOf(PARAMETERS.seed),
})
const triple = z.tuple([z.number(), z.number(), z.number()])

/** What each call's arguments must be. A call without a schema does not compile. */
export const CALL_SCHEMAS = {
  'device.report': nothing,
  'device.memory': nothing,
  'dataset.open': z.strictObject({
    folder: absolutePath,
    validationShare: numberOf(PARAMETERS.validationShare),
    seed: numberOf(PARAMETERS.seed),
  }),
  'dataset.split': z.strictObject({
    folder: absolutePath,
    validationShare: numberOf(PARAMETERS.validationShare),
    seed: numberOf(PARAMETERS.seed),
    validationFolder: optionalPath,
  }),
  'dataset.sample': z.strictObject({
    folder: absolutePath,
    classes: z.int().min(2).max(12),
    images: z.int().min(2).max(10_000),
    size: z.int().min(32).max(1024),
    seed: numberOf(PARAMETERS.seed),
  }),
  'dataset.pictures': z.strictObject({
    folder: absolutePath,
    classIndex: z.int().min(0).nullable(),
    split: z.enum(['train', 'validation']).exactOptional(),
    text: z.string().max(MAX_TEXT).exactOptional(),
    offset: z.int().min(0),
    limit: z.int().min(1).max(MAX_PAGE),
  }),
  'dataset.check': z.strictObject({ folder: absolutePath }),
  'dataset.colours': z.strictObject({
    folder: absolutePath,
    settings: augmentation,
    measure: z.boolean(),
  }),
  'dataset.augment': z.strictObject({
    folder: absolutePath,
    file: z.string().min(1),
    settings: augmentation,
    components: z
      .strictObject({ vectors: z.array(triple).length(3), variances: triple })
      .nullable(),
    firstEpoch: z.int().min(1),
    count: z.int().min(1).max(MAX_SAMPLES),
  }),
  'dataset.thumbnails': z.strictObject({
    folder: absolutePath,
    files: z.array(z.string().min(1)).max(MAX_THUMBNAILS),
    sizePx: z.int().min(8).max(1024),
  }),
  'training.start': z.strictObject({
    dataFolder: absolutePath,
    runsFolder: absolutePath,
    name: z.string().max(120),
    settings,
  }),
  'training.continue': z.strictObject({
    runFolder: absolutePath,
    lessMemory: z.boolean().exactOptional(),
    learningRate: numberOf(PARAMETERS.learningRate).exactOptional(),
    dataFolder: absolutePath.exactOptional(),
    validationFolder: absolutePath.exactOptional(),
  }),
  'training.pause': nothing,
  'training.resume': nothing,
  'training.stop': nothing,
  'training.findRate': z.strictObject({ dataFolder: absolutePath, settings }),
  'training.checkStart': z.strictObject({ dataFolder: absolutePath, settings }),
  'training.dropLearningRate': nothing,
  'training.status': nothing,
  'training.history': nothing,
  'training.layers': z.strictObject({ runFolder: absolutePath }),
  'training.pin': z.strictObject({
    pin: z
      .strictObject({
        image: absolutePath,
        layer,
        stage,
        ablations: ablations.exactOptional(),
      })
      .nullable(),
  }),
  ...INSPECT_SCHEMAS,
  ...COMPARE_SCHEMAS,
  ...SURVEY_SCHEMAS,
  ...WHAT_IF_SCHEMAS,
  ...MAXIMISE_SCHEMAS,
  ...FEATURE_SCHEMAS,
  ...KERNEL_SCHEMAS,
  'weights.import': z.strictObject({ file: absolutePath, runsFolder: absolutePath }),
} satisfies { [K in EngineCallName]: z.ZodType<EngineCalls[K]['args']> }

/** The envelope of a message from a window; `args` are validated by the call's own schema. */
export const MESSAGE_SCHEMA = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: z.int(), name: z.string(), args: z.unknown() }),
  z.object({ type: z.literal('cancel'), id: z.int() }),
  z.object({ type: z.literal('credit'), event: z.literal('maps') }),
])
