import { z } from 'zod'
import { MAX_QUEUED, type QueuedRun } from './queued-run'
import type { TrainingSettings } from './training-settings'

/** The engine checks the settings when the run starts, and says what is wrong with them. */
const settings = z.custom<TrainingSettings>(
  (value) => typeof value === 'object' && value !== null && 'configuration' in value,
  { error: 'expected the settings of a run' },
)

/** Runs that wait for their turn. */
export const queueSchema = z
  .array(
    z.strictObject({
      id: z.string().min(1).max(64),
      name: z.string().max(200),
      dataFolder: z.string().min(1).max(4096),
      settings,
      fault: z.string().max(2000).nullable(),
    }),
  )
  .max(MAX_QUEUED) satisfies z.ZodType<QueuedRun[]>
