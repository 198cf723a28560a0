import { z } from 'zod'
import { PRESET_NAMES } from '../../spec/presets'
import { uncheckedSettingsSchema } from '../../spec/training-settings-schema'
import { absolutePath, layer, runModel, stage } from '../args'
import type { Infer } from '../call-table'
import { PAGE_NAMES } from './pages'

/** Where the window was left, so that the next start opens there. */
export const lastSessionSchema = z.strictObject({
  page: z.enum(PAGE_NAMES),
  /** Absolute path of the folder or list of pictures that was open; null for none. */
  dataSource: absolutePath.nullable(),
  /** The form for the next run, as typed. */
  form: z.strictObject({
    preset: z.enum(PRESET_NAMES),
    runName: z.string().max(200),
    settings: uncheckedSettingsSchema,
  }),
  /** What Inspect looked at. */
  inspect: z.strictObject({
    model: runModel.nullable(),
    /** Absolute path of the picture; null for none. */
    image: absolutePath.nullable(),
    layer,
    stage,
    /** The tab, by its name in the window. */
    tool: z.string().max(40),
  }),
  /** What Evaluate showed. */
  evaluate: z.strictObject({
    /** The tab, by its name in the window. */
    tab: z.string().max(40),
    evaluation: z.strictObject({ runFolder: absolutePath, id: z.string().min(1) }).nullable(),
  }),
})

export type LastSession = Infer<typeof lastSessionSchema>
