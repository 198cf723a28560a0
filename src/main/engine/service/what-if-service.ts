import type { ModelRef, PictureSet } from '../../../shared/contract'
import { measureAblatedAccuracy } from '../inspect/ablated-accuracy'
import { choosePictures, requireLabels } from '../inspect/choose-pictures'
import type { ModelRegistry } from '../inspect/model-registry'
import { rankChannels } from '../inspect/rank-channels'
import type { DatasetService } from './dataset-service'
import type { CallHandlers } from './port-session'

type WhatIfHandlers = Pick<CallHandlers, 'whatIf.accuracy' | 'whatIf.rank'>

/**
 * Questions about what would be if channels were off.
 * @param isTraining - whether steps are being made now, which long work gives way to
 */
export function createWhatIfHandlers(
  models: ModelRegistry,
  datasets: DatasetService,
  isTraining: () => boolean,
): WhatIfHandlers {
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
      const ranking = await rankChannels(
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
