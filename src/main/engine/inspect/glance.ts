import type { LayerGlance, PictureGlance, RawMaps } from '../../../shared/contract'
import type { HostTensor } from '../tensors/host-tensor'
import type { LayerValues, Tap } from '../network/asked-network'
import { present } from '../../../shared/present'
import { checkLayer, describePrediction, describeMaps, makeBatch } from './ask-model'
import type { FittedPicture } from '../data/pictures/fit-picture'
import type { AskedModel } from './asked-model'
import { encodeMap } from './quantise-maps'

/** Maps that a glance's pass gave besides, with what they are of. */
interface KeptMaps {
  readonly weights: string
  readonly fitted: FittedPicture
  readonly tap: Tap
  readonly tensor: HostTensor | undefined
}

/**
 * Glances at pictures. A picture's choice costs one forward pass: the pass gives the prediction and
 * all layers at a glance, and the maps of the chosen layer are kept until they are asked for. They
 * are megabytes, which the thumbnails need not wait for.
 */
export class Glances {
  #kept: KeptMaps | null = null

  /**
   * The prediction, and each layer's numbers with thumbnails of its strongest maps.
   * @param tap - whose maps are kept
   * @throws LabError `bad-input` when the network has no such layer.
   */
  glance(model: AskedModel, fitted: FittedPicture, tap: Tap, startedMs: number): PictureGlance {
    checkLayer(model, tap.layer)
    const { layers, taps } = model.network.glance(makeBatch(fitted), [tap])
    const [tensor] = taps
    this.#kept = { weights: model.weights, fitted, tap, tensor }
    const probabilities = present(layers.at(-1)).max
    return {
      prediction: describePrediction(model, fitted, probabilities, startedMs),
      layers: layers.map(describeLayer),
    }
  }

  /** The maps that were kept, and no longer are; null where others are asked for. */
  takeMaps(model: AskedModel, fitted: FittedPicture, tap: Tap, startedMs: number): RawMaps | null {
    const kept = this.#kept
    const isAsked =
      kept?.fitted === fitted &&
      kept.weights === model.weights &&
      kept.tap.layer === tap.layer &&
      kept.tap.stage === tap.stage
    if (!isAsked) return null
    this.#kept = null
    return describeMaps(model, tap, kept.tensor, startedMs)
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
