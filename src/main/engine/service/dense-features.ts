import type { DENSE_FEATURE_CALLS } from '../../../shared/contract/dense-features'
import { classifyFeatures } from '../evaluate/features/classify-features'
import { describeExtracted } from '../evaluate/features/describe-features'
import { extractFeatures } from '../evaluate/features/extract-features'
import { nameFeatureFiles, writeFeatures } from '../evaluate/features/write-features'
import type { Handlers } from './call-handlers'
import type { ServiceParts } from './parts'

/** Descriptors of pictures for other data sets, and classifiers on them (appendix B). */
export function createDenseFeatureHandlers({
  models,
  isTraining,
}: ServiceParts): Handlers<typeof DENSE_FEATURE_CALLS> {
  return {
    'denseFeatures.extract': async ({ spec }, work) =>
      describeExtracted(await extractFeatures(models, isTraining, spec, work)),
    'denseFeatures.write': async ({ spec, path }, work) => {
      const files = nameFeatureFiles(/\.npy$/i.test(path) ? path : `${path}.npy`)
      await writeFeatures(files, await extractFeatures(models, isTraining, spec, work))
      return files
    },
    'denseFeatures.classify': async ({ spec, classifier }, work) => {
      const features = await extractFeatures(models, isTraining, spec, work)
      return classifyFeatures(features, classifier, isTraining, work)
    },
  }
}
