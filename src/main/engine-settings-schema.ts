import { z } from 'zod'
import {
  DEVICE_CHOICES,
  ENGINE_PARAMETERS,
  ONE_DNN_CHOICES,
  type NumberParameter,
} from '../shared/spec'

const integerOf = ({ min, max }: NumberParameter) => z.int().min(min).max(max)

/** What the engine is started with, as it comes from the window or the settings' file. */
export const ENGINE_SETTINGS_SCHEMA = z.strictObject({
  device: z.enum(DEVICE_CHOICES),
  // Settings that an earlier version kept have none of those with a default.
  oneDnn: z.enum(ONE_DNN_CHOICES).default('auto'),
  threads: integerOf(ENGINE_PARAMETERS.threads),
  workers: integerOf(ENGINE_PARAMETERS.workers),
  cacheGb: integerOf(ENGINE_PARAMETERS.cacheGb).default(ENGINE_PARAMETERS.cacheGb.default),
})
