import type { ATTRIBUTION_CALLS } from '../../../shared/contract/attribution'
import { Attributions } from '../inspect/attribution/attributions'
import type { Handlers } from './call-handlers'
import type { ServiceParts } from './parts'

/** Questions of why a class was predicted. */
export function createAttributionHandlers({
  models,
  pictures,
  isTraining,
}: ServiceParts): Handlers<typeof ATTRIBUTION_CALLS> {
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
