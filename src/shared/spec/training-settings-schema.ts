import { z } from 'zod'
import { networkEditSchema } from './network-edit-schema'
import {
  PARAMETER_ROWS,
  type HyperParameter,
  type ParameterKey,
  type ParameterValues,
} from './parameters'
import { absolutePath, layerName } from './schema-parts'
import { defaultSettings, type TrainingSettings } from './training-settings'

/** The schema of one setting. `checkSettings` checks ranges, in the table's own words. */
function schemaOf(parameter: HyperParameter): z.ZodType {
  switch (parameter.kind) {
    case 'integer':
    case 'number':
      return z.number()
    case 'choice':
      return z.enum(parameter.choices)
    case 'list':
      return z.array(z.enum(parameter.choices))
    case 'range':
      return z.strictObject({ min: z.number(), max: z.number() })
    case 'layer':
      return layerName.nullable()
    case 'path':
      return absolutePath.nullable()
  }
}

const shape = Object.fromEntries(
  PARAMETER_ROWS.map(([key, parameter]) => [key, schemaOf(parameter)]),
) as { [K in ParameterKey]: z.ZodType<ParameterValues[K]> }

/** The settings of a run as they cross into the engine. */
export const trainingSettingsSchema: z.ZodType<TrainingSettings> = z.strictObject({
  ...shape,
  edit: networkEditSchema.exactOptional(),
})

/** Settings that wait: the engine checks them when the run starts, and says what is wrong with them. */
export const uncheckedSettingsSchema = z.custom<TrainingSettings>(
  (value) => typeof value === 'object' && value !== null && 'configuration' in value,
  { error: 'expected the settings of a run' },
)

/** Reads settings that were kept: one that is missing, or of another kind, is the default. */
export const keptSettingsSchema = z
  .record(z.string(), z.unknown())
  .catch({})
  .transform((kept): TrainingSettings => {
    const defaults = defaultSettings(shape.inputSize.safeParse(kept.inputSize).data)
    const values = PARAMETER_ROWS.map(([key]) => {
      const read = shape[key].safeParse(kept[key])
      return [key, read.success ? read.data : defaults[key]]
    })
    const edit = networkEditSchema.safeParse(kept.edit)
    return {
      ...(Object.fromEntries(values) as unknown as ParameterValues),
      ...(edit.success && { edit: edit.data }),
    }
  })
