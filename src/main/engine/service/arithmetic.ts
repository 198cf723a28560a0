import type { ARITHMETIC_CALLS } from '../../../shared/contract/arithmetic'
import { UnitArithmetics } from '../inspect/arithmetic'
import { createPictureAsker } from '../inspect/picture-asker'
import type { Handlers } from './call-handlers'
import type { ServiceParts } from './parts'

/** How the value of a unit comes about. */
export function createArithmeticHandlers({
  models,
  pictures,
}: ServiceParts): Handlers<typeof ARITHMETIC_CALLS> {
  const arithmetics = new UnitArithmetics()
  const ask = createPictureAsker(models, pictures)
  return {
    'inspect.arithmetic': ({ unit, ...about }, { signal }) => {
      const startedMs = performance.now()
      return ask(about, signal, (model, fitted) => arithmetics.read(model, fitted, unit, startedMs))
    },
  }
}
