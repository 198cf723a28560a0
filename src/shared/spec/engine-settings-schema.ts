import { z } from 'zod'
import {
  DEVICE_CHOICES,
  ENGINE_PARAMETERS,
  ONE_DNN_CHOICES,
  type EngineSettings,
} from './engine-settings'
import { numberOf } from './schema-parts'

/** What the engine is started with, as it comes from the window or the settings' file. */
export const engineSettingsSchema = z.strictObject({
  device: z.enum(DEVICE_CHOICES),
  // Settings that an earlier version kept have none of those with a default.
  oneDnn: z.enum(ONE_DNN_CHOICES).default('auto'),
  threads: numberOf(ENGINE_PARAMETERS.threads),
  workers: numberOf(ENGINE_PARAMETERS.workers),
  cacheGb: numberOf(ENGINE_PARAMETERS.cacheGb).default(ENGINE_PARAMETERS.cacheGb.default),
}) satisfies z.ZodType<EngineSettings>
