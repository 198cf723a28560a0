import type { INSPECT_CALLS } from '../../../shared/contract/inspect'
import { encodeThumbnail, encodeThumbnails } from '../data/pictures/thumbnail'
import { predictPicture, readMaps } from '../inspect/ask-model'
import { EffectiveFields } from '../inspect/effective-field'
import { readFilter } from '../inspect/filter'
import { classifyPictures } from '../inspect/classify-pictures'
import { Glances } from '../inspect/glance'
import { createPictureAsker } from '../inspect/picture-asker'
import { readRun } from '../runs/run-folder'
import { findBase, listOwnPictures } from '../runs/split-pictures'
import type { Handlers } from './call-handlers'
import type { ServiceParts } from './parts'

/** Questions about pictures, answered between two steps where a run is in training. */
export function createInspectHandlers({
  models,
  pictures,
  sentMaps,
  isTraining,
}: ServiceParts): Handlers<typeof INSPECT_CALLS> {
  const fields = new EffectiveFields(models, isTraining)
  const glances = new Glances()

  const ask = createPictureAsker(models, pictures)

  return {
    'model.describe': ({ model: ref }) =>
      models.use(ref, ({ network, classNames, title }) => ({
        network: network.network.spec,
        classNames,
        title,
      })),
    'inspect.predict': (about, { signal }) => {
      const startedMs = performance.now()
      return ask(about, signal, (model, fitted) => predictPicture(model, fitted, startedMs))
    },
    'inspect.glance': ({ layer, stage, ...about }, { signal }) => {
      const startedMs = performance.now()
      return ask(about, signal, (model, fitted) =>
        glances.glance(model, fitted, { layer, stage }, startedMs),
      )
    },
    'inspect.maps': async ({ layer, stage, ...about }, { signal }) => {
      const startedMs = performance.now()
      const tap = { layer, stage }
      const raw = await ask(about, signal, (model, fitted) => {
        const kept = glances.takeMaps(model, fitted, tap, startedMs)
        return kept ?? readMaps(model, fitted, tap, startedMs)
      })
      return sentMaps.quantise(raw)
    },
    'inspect.unit': ({ maps, row, column, channel }) =>
      sentMaps.readUnit(maps, row, column, channel),
    'inspect.rawMaps': ({ maps }) => sentMaps.find(maps),
    'inspect.rawChannel': ({ maps, channel }) => sentMaps.readChannel(maps, channel),
    'inspect.filter': ({ layer, channel, ...about }, { signal }) => {
      const startedMs = performance.now()
      return ask(about, signal, (model, fitted) =>
        readFilter(model, fitted, { layer, channel }, startedMs),
      )
    },
    'inspect.effectiveField': (request, { signal, onProgress }) =>
      fields.measure(request, { signal, onProgress }),
    'inspect.classify': async ({ runFolder, checkpoint, split }, { signal, onProgress }) => {
      const model = { kind: 'run', folder: runFolder, checkpoint } as const
      const own = await listOwnPictures(runFolder, split)
      const { title } = await models.use(model, ({ title }) => ({ title }))
      const work = { signal, onProgress }
      const classified = await classifyPictures(models, isTraining, { model, pictures: own }, work)
      const { pictures, unreadable, protocol } = classified
      const folder = findBase((await readRun(runFolder)).dataFolder)
      return { pictures, unreadable, title, protocol, folder }
    },
    'inspect.picture': ({ image, sizePx }) => encodeThumbnail(image, sizePx),
    'inspect.pictures': ({ images, sizePx }, { signal }) =>
      encodeThumbnails(images, sizePx, signal),
  }
}
