import { z } from 'zod'
import { MAX_QUEUED, type QueuedRun } from './queued-run'
import { uncheckedSettingsSchema } from './training-settings-schema'

/** Runs that wait for their turn. */
export const queueSchema = z
  .array(
    z.strictObject({
      id: z.string().min(1).max(64),
      name: z.string().max(200),
      dataFolder: z.string().min(1).max(4096),
      settings: uncheckedSettingsSchema,
      fault: z.string().max(2000).nullable(),
    }),
  )
  .max(MAX_QUEUED) satisfies z.ZodType<QueuedRun[]>
