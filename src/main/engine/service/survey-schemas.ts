import { z } from 'zod'
import type { SurveyCalls } from '../../../shared/contract'
import { absolutePath, index, layer, plainModel as model } from './schema-parts'

const asked = { model, folder: absolutePath, layer }

/** What the arguments of each call about surveys must be. */
export const SURVEY_SCHEMAS = {
  'survey.run': z.strictObject({ ...asked, limit: z.int().min(1).max(10_000_000) }),
  'survey.layer': z.strictObject(asked),
  'survey.unit': z.strictObject({ ...asked, channel: index }),
} satisfies { [K in keyof SurveyCalls]: z.ZodType<SurveyCalls[K]['args']> }
