import { encodeThumbnail } from '../data/pictures/thumbnail'
import { UnitArithmetics } from '../inspect/arithmetic'
import { predictPicture, readMaps } from '../inspect/ask-model'
import { EffectiveFields } from '../inspect/effective-field'
import { readFilter } from '../inspect/filter'
import type { FittedPictureCache } from '../inspect/fitted-picture-cache'
import { Glances } from '../inspect/glance'
import type { ModelRegistry } from '../inspect/model-registry'
import { createPictureAsker } from '../inspect/picture-asker'
import type { SentMaps } from '../inspect/sent-maps'
import type { CallHandlers } from './port-session'

type InspectHandlers = Pick<
  CallHandlers,
  | 'model.describe'
  | 'inspect.predict'
  | 'inspect.glance'
  | 'inspect.maps'
  | 'inspect.unit'
  | 'inspect.rawMaps'
  | 'inspect.rawChannel'
  | 'inspect.filter'
  | 'inspect.arithmetic'
  | 'inspect.effectiveField'
  | 'inspect.picture'
  | 'training.pin'
>

/**
 * Questions about pictures, answered between two steps where a run is in training.
 * @param sent - keeps the raw values of the maps that are sent
 * @param isTraining - whether steps are being made now, which long work gives way to
 */
export function createInspectHandlers(
  models: ModelRegistry,
  pictures: FittedPictureCache,
  sent: SentMaps,
  isTraining: () => boolean,
): InspectHandlers {
  const fields = new EffectiveFields(models, isTraining)
  const glances = new Glances()
  const arithmetics = new UnitArithmetics()

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
      return sent.quantise(raw)
    },
    'inspect.unit': ({ maps, row, column, channel }) => sent.readUnit(maps, row, column, channel),
    'inspect.rawMaps': ({ maps }) => sent.find(maps),
    'inspect.rawChannel': ({ maps, channel }) => sent.readChannel(maps, channel),
    'inspect.filter': ({ layer, channel, ...about }, { signal }) => {
      const startedMs = performance.now()
      return ask(about, signal, (model, fitted) =>
        readFilter(model, fitted, { layer, channel }, startedMs),
      )
    },
    'inspect.arithmetic': ({ unit, ...about }, { signal }) => {
      const startedMs = performance.now()
      return ask(about, signal, (model, fitted) => arithmetics.read(model, fitted, unit, startedMs))
    },
    'inspect.effectiveField': (request, { signal, onProgress }) =>
      fields.measure(request, { signal, onProgress }),
    'inspect.picture': ({ image, sizePx }) => encodeThumbnail(image, sizePx),
    'training.pin': ({ pin }, { session }) => {
      session.pin = pin
      return null
    },
  }
}
