import type { LayerGlance, MapThumbnail, PictureGlance } from '../../../shared/contract'
import type { LayerGlance as LayerValues, MapThumbnail as MapValues, Tap } from '../network/types'
import { checkLayer, describePrediction, describeMaps, makeBatch } from './ask-model'
import type { FittedPicture } from './fitted-picture-cache'
import type { AskedModel } from './model-registry'

/**
 * All that is shown of a picture at its choice, from one forward pass: the prediction, each layer's
 * numbers with thumbnails of its strongest maps, and the maps of one layer.
 * @throws LabError `bad-input` when the network has no such layer.
 */
export function glanceAtPicture(
  model: AskedModel,
  fitted: FittedPicture,
  tap: Tap,
  startedMs: number,
): PictureGlance {
  checkLayer(model, tap.layer)
  const { layers, taps } = model.network.glance(makeBatch(fitted), [tap])
  const probabilities = layers[layers.length - 1]?.max ?? new Float32Array()
  return {
    prediction: describePrediction(model, fitted, probabilities, startedMs),
    layers: layers.map(describeLayer),
    maps: describeMaps(model, tap, taps[0], startedMs),
  }
}

function describeLayer({ layer, max, mean, active, strongest }: LayerValues): LayerGlance {
  return {
    layer,
    max,
    mean,
    active,
    dead: active.reduce((dead, share) => (share > 0 ? dead : dead + 1), 0),
    strongest: strongest.map(encodeMap),
  }
}

/** The range holds zero, so that zero has a byte of its own. */
function encodeMap({ channel, height, width, values }: MapValues): MapThumbnail {
  const low = values.reduce((least, value) => Math.min(least, value), 0)
  const high = values.reduce((most, value) => Math.max(most, value), 0)
  const factor = high > low ? 255 / (high - low) : 0
  const bytes = Uint8Array.from(values, (value) => Math.round((value - low) * factor))
  return { channel, height, width, low, high, bytes }
}
