import { PARAMETERS, type NumberParameter } from './parameters'

/** The generated picture data set: shapes and textures, one folder per class. */
export const SAMPLE_PARAMETERS = {
  classes: describe('Classes', 'Number of classes.', { min: 2, max: 12, default: 6 }),
  images: describe('Images', 'Pictures of each class.', { min: 1, max: 100_000, default: 40 }),
  size: describe('Size', 'Side of a picture in pixels.', { min: 16, max: 1024, default: 96 }),
  seed: PARAMETERS.seed,
} as const

function describe(
  label: string,
  help: string,
  range: Pick<NumberParameter, 'min' | 'max' | 'default'>,
): NumberParameter {
  return { kind: 'integer', label, unit: '', section: null, help, ...range }
}
