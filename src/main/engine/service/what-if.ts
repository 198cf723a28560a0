import type { ModelRef, PictureSet } from '../../../shared/contract'
import type { WHAT_IF_CALLS } from '../../../shared/contract/what-if'
import { measureAblatedAccuracy } from '../inspect/ablated-accuracy'
import { choosePictures, requireLabels } from '../inspect/choose-pictures'
import { rankByAblation } from '../inspect/rank-channels'
import type { Handlers } from './call-handlers'
import type { ServiceParts } from './parts'

/** Questions about what would be if channels were off. */
export function createWhatIfHandlers({
  models,
  datasets,
  isTraining,
}: ServiceParts): Handlers<typeof WHAT_IF_CALLS> {
  /** The labelled pictures of a set, for the network that is asked. */
  const choose = async (model: ModelRef, set: PictureSet) => {
    const asked = await models.use(model, ({ runFolder, classNames }) => ({
      runFolder,
      classNames,
    }))
    const source = { ...datasets.find(set.folder), ...asked }
    const chosen = await choosePictures(source, set)
    return {
      classNames: asked.classNames,
      pictures: requireLabels(chosen, source),
      words: chosen.words,
    }
  }

  return {
    'whatIf.accuracy': async ({ model, set, ablations }, { signal, onProgress }) => {
      const { words, ...chosen } = await choose(model, set)
      const change = await measureAblatedAccuracy(
        models,
        isTraining,
        { model, ablations, ...chosen },
        { signal, onProgress },
      )
      return { ...change, pictures: words }
    },
    'whatIf.rank': async ({ model, set, layer }, { signal, onProgress, session }) => {
      const { words, pictures: chosen } = await choose(model, set)
      const ranking = await rankByAblation(
        models,
        isTraining,
        { model, layer, pictures: chosen },
        { signal, onProgress },
        (partial) => session.sendEvent('channelRanking', { ...partial, pictures: words }),
      )
      return { ...ranking, pictures: words }
    },
  }
}
