import { z } from 'zod'
import type { RunLabels } from './run-summary'

const MAX_LABEL = 40
const MAX_TAGS = 20
const MAX_NOTE = 4000

export const runLabelsSchema = z.strictObject({
  group: z.string().trim().max(MAX_LABEL),
  tags: z.array(z.string().trim().min(1).max(MAX_LABEL)).max(MAX_TAGS),
  // Left out by earlier versions of the lab.
  note: z.string().trim().max(MAX_NOTE).default(''),
}) satisfies z.ZodType<RunLabels>
