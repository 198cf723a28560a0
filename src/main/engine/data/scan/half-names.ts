import type { DatasetFile } from '../types'

/** A part of a data set that it names itself. */
export type Half = NonNullable<DatasetFile['givenSplit']>

/** Which half a word stands for: the words that Hugging Face's `datasets` library knows. */
const HALVES: Readonly<Record<string, Half>> = {
  train: 'train',
  training: 'train',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  dev: 'validation',
  test: 'test',
  testing: 'test',
  eval: 'test',
  evaluation: 'test',
}

/** Words beside it that say nothing more: `training_set`, `Test Images`, `val-data`. */
const FILLERS = new Set(
  'set split data dataset image images img imgs picture pictures photo photos folder'.split(' '),
)

/**
 * The half that a name stands for, in any case and spelling: `Train`, `training_set`, `TestSet`; null
 * for any other name, so that `train_station` and `test tube` are classes.
 */
export function readHalf(name: string): Half | null {
  const words = name
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[\s._-]+/)
    .filter((word) => word !== '' && !FILLERS.has(word))
  const [word = ''] = words
  if (words.length !== 1) return null
  return HALVES[word] ?? HALVES[word.replace(/set$/, '')] ?? null
}
