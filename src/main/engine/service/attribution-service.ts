import type { AttributionCalls } from '../../../shared/contract'
import { Attributions } from '../inspect/attribution/attributions'
import type { FittedPictureCache } from '../inspect/fitted-picture-cache'
import type { ModelRegistry } from '../inspect/model-registry'
import type { CallHandlers } from './port-session'

/** Questions of why a class was predicted. */
export function createAttributionHandlers(
  models: ModelRegistry,
  pictures: FittedPictureCache,
  isTraining: () => boolean,
): Pick<CallHandlers, keyof AttributionCalls> {
  const attributions = new Attributions(models, pictures, isTraining)
  return {
    'inspect.attribution': (question, { signal, onProgress }) =>
      attributions.explain(question, { signal, onProgress }),
    'inspect.faithfulness': (question, { signal, onProgress }) =>
      attributions.measureFaithfulness(question, { signal, onProgress }),
    'inspect.sanity': (question, { signal, onProgress }) =>
      attributions.checkSanity(question, { signal, onProgress }),
  }
}
