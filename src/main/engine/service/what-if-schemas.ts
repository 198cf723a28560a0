import { z } from 'zod'
import type { WhatIfCalls } from '../../../shared/contract'
import { ablations, layer, plainModel as model, pictureSet as set } from './schema-parts'

/** What the arguments of each call about ablations must be. */
export const WHAT_IF_SCHEMAS = {
  'whatIf.accuracy': z.strictObject({ model, set, ablations }),
  'whatIf.rank': z.strictObject({ model, set, layer }),
} satisfies { [K in keyof WhatIfCalls]: z.ZodType<WhatIfCalls[K]['args']> }
