import type { ModelRef } from '../../../shared/contract'
import { throwIfCancelled } from '../work/progress-meter'
import type { FittedPictureCache } from './fitted-picture-cache'
import type { FittedPicture } from '../data/pictures/fit-picture'
import type { ModelRegistry } from './model-registry'
import type { AskedModel } from './asked-model'

/**
 * Asks a model about a picture, by its absolute path. The question is asked within one turn and must
 * not keep the model. Throws a LabError `not-found` or `unreadable` for the picture, or `cancelled`.
 */
export type PictureAsker = <T>(
  about: { readonly model: ModelRef; readonly image: string },
  signal: AbortSignal | undefined,
  question: (model: AskedModel, fitted: FittedPicture) => T,
) => Promise<T>

/** Decodes for the model, then asks it: two turns, so a training step may lie between them. */
export function createPictureAsker(
  models: ModelRegistry,
  pictures: FittedPictureCache,
): PictureAsker {
  return async ({ model: ref, image }, signal, question) => {
    const options = await models.use(ref, ({ fit }) => fit)
    throwIfCancelled(signal, 'This request')
    const fitted = await pictures.fit(image, options)
    throwIfCancelled(signal, 'This request')
    return models.use(ref, (model) => question(model, fitted))
  }
}
