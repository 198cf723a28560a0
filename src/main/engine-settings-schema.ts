import { z } from 'zod'
import { DEVICE_CHOICES, ENGINE_PARAMETERS, type NumberParameter } from '../shared/spec'

const integerOf = ({ min, max }: NumberParameter) => z.int().min(min).max(max)

/** What the engine is started with, as it comes from the window or the settings' file. */
export const ENGINE_SETTINGS_SCHEMA = z.strictObject({
  device: z.enum(DEVICE_CHOICES),
  threads: integerOf(ENGINE_PARAMETERS.threads),
  workers: integerOf(ENGINE_PARAMETERS.workers),
  // Settings that an earlier version kept have none.
  cacheGb: integerOf(ENGINE_PARAMETERS.cacheGb).default(ENGINE_PARAMETERS.cacheGb.default),
})
