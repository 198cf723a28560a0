import { LabError } from '../../../shared/contract'
import { present } from '../../../shared/present'
import type { Ablation } from '../../../shared/spec'
import type { Network } from '../../../shared/vgg'
import { findScalable } from '../network/scaled-pass'
import type { ChannelScales } from '../network/asked-network'
import type { AskedModel } from './asked-model'

/**
 * Factors of all channels of the layers that ablations name; where several name one channel, their
 * factors are multiplied.
 * @throws LabError `bad-input` for a layer or a channel that the network has not.
 */
export function makeScales(network: Network, ablations: readonly Ablation[]): ChannelScales {
  const scales = new Map<string, Float32Array>()
  for (const { layer, channels, factor } of ablations) {
    const count = findScalable(network, layer).output[2]
    const wrong = channels.find((channel) => !(Number.isInteger(channel) && channel < count))
    if (wrong !== undefined) {
      throw new LabError(
        'bad-input',
        `Expected channels of ${layer} from 0 to ${count - 1}, got ${wrong}.`,
      )
    }
    const scale = scales.get(layer) ?? new Float32Array(count).fill(1)
    for (const channel of channels) scale[channel] = present(scale[channel]) * factor
    scales.set(layer, scale)
  }
  return scales
}

/**
 * The model with ablations, for every question; as it is where there are none.
 * @throws LabError `bad-input` as {@link makeScales}.
 */
export function ablate(model: AskedModel, ablations: readonly Ablation[] = []): AskedModel {
  if (ablations.length === 0) return model
  const scales = makeScales(model.network.network, ablations)
  return {
    ...model,
    network: model.network.withScales(scales),
    scales,
    weights: `${model.weights}\n${JSON.stringify(ablations)}`,
  }
}

/** The lowest layer that is scaled; null where none is. */
export function findLowest(network: Network, scales: ChannelScales): string | null {
  return network.layers.find(({ name }) => scales.has(name))?.name ?? null
}
