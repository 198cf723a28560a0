import type { Dataset, DatasetFile } from '../types'

/** Which halves a data set names itself, from those that its pictures are in. */
export function findLayout(files: readonly Pick<DatasetFile, 'givenSplit'>[]): Dataset['layout'] {
  const hasTest = files.some(({ givenSplit }) => givenSplit === 'test')
  if (files.some(({ givenSplit }) => givenSplit === 'validation')) {
    return hasTest ? 'train-val-test' : 'train-val'
  }
  return hasTest ? 'train-test' : 'classes'
}
