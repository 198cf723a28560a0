import type { RandomisedMap } from '../../../../shared/contract'
import type { CompiledNetwork } from '../../network/compiled-network'
import type { AskedWork } from './ask'
import { correlateRanks } from './rank-correlation'

/** Weights are drawn as they are for the deepest networks: signals keep their size on the way up. */
const SCHEME = 'he'
/** Far from any seed of a run: a network must not meet the weights that its training began with. */
const FIRST_SEED = 2 ** 40

/**
 * Cascading randomisation (Adebayo et al. 2018): the map of a network whose upper layers have random
 * weights, from the scores' layer alone down to all. It works on a copy, which is randomly initialised as a whole
 * and gets its true weights back layer by layer from below: no more than one layer's are held beside it.
 *
 * @param copy - a network of the same kind; its weights are gone afterwards
 * @param original - the map of the true weights
 * @param computeMap - the map of the copy as it then is
 */
export async function randomiseDown(
  { ask }: Pick<AskedWork, 'ask'>,
  copy: CompiledNetwork,
  seed: number,
  original: Float32Array,
  computeMap: () => Promise<Float32Array>,
): Promise<RandomisedMap[]> {
  const layers = copy.network.layers.filter(({ weightShape }) => weightShape !== null)
  copy.initialise(SCHEME, FIRST_SEED + seed)
  const found: RandomisedMap[] = []
  for (const { name } of layers) {
    const data = await computeMap()
    found.unshift({
      layer: name,
      data,
      correlation: correlateRanks(data, original),
      absoluteCorrelation: correlateRanks(data.map(Math.abs), original.map(Math.abs)),
    })
    const { weight, bias } = await ask((network) => network.getLayerWeights(name))
    copy.setWeights(
      new Map([
        [`${name}.weight`, weight],
        [`${name}.bias`, bias],
      ]),
    )
  }
  return found
}
