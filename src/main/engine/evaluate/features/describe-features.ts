import type { DenseFeatures } from '../../../../shared/contract/dense-features'
import { present } from '../../../../shared/present'
import type { ExtractedFeatures } from './extract-features'
import { indexClasses } from './index-classes'

/** What was extracted, without the numbers. */
export function describeExtracted(features: ExtractedFeatures): DenseFeatures {
  const { pictures, dims, channels, protocolWords, dataWords, unreadable, notes } = features
  const { classNames, labels } = indexClasses(pictures)
  const counts = classNames.map(() => 0)
  for (const label of labels) counts[label] = present(counts[label]) + 1
  const countHalf = (wanted: 'train' | 'validation' | 'test' | null): number =>
    pictures.filter(({ half }) => half === wanted).length
  return {
    pictures: pictures.length,
    dims,
    channels,
    classes: classNames.map((name, index) => ({ name, pictures: present(counts[index]) })),
    halves: {
      train: countHalf('train'),
      validation: countHalf('validation'),
      test: countHalf('test'),
      none: countHalf(null),
    },
    protocolWords,
    dataWords,
    unreadable,
    notes,
  }
}
