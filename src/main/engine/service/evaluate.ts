import { LabError } from '../../../shared/contract'
import type { EVALUATE_CALLS } from '../../../shared/contract/evaluate'
import type { Handlers } from './call-handlers'
import type { ServiceParts } from './parts'

const refuse = (): never => {
  throw new LabError('unsupported', 'Evaluations are not built yet.')
}

/** The paper's test protocols over pictures. */
export function createEvaluateHandlers(parts: ServiceParts): Handlers<typeof EVALUATE_CALLS> {
  void parts
  return {
    'evaluate.plan': refuse,
    'evaluate.measure': refuse,
    'evaluate.run': refuse,
    'evaluate.list': () => [],
    'evaluate.open': refuse,
    'evaluate.remove': refuse,
    'evaluate.curves': refuse,
    'evaluate.areas': refuse,
    'evaluate.compare': refuse,
    'evaluate.picture': refuse,
    'evaluate.scoreMap': refuse,
    'evaluate.nearDuplicates': refuse,
  }
}
