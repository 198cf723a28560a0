import type { Network } from './network'

/**
 * Section 3.1: A's first four convolutions, by their names in the deeper nets, and its three fully
 * connected layers. A copy by position would fail: A's second convolution goes from 64 to 128
 * channels, B's from 64 to 64.
 */
export const PRE_INITIALISED_LAYERS = [
  'conv1_1',
  'conv2_1',
  'conv3_1',
  'conv3_2',
  'fc6',
  'fc7',
  'fc8',
] as const

/**
 * What happens to one weight layer: `copied`; of another shape there (`differs`); not there
 * (`missing`); or not one that the paper copies (`drawn`). All but `copied` are randomly initialised.
 */
export type MappingOutcome = 'copied' | 'differs' | 'missing' | 'drawn'

/** Of given weights, a layer that fits but follows a new one is `behind`: randomly initialised too. */
export type GivenOutcome = Exclude<MappingOutcome, 'drawn'> | 'behind'

/** One weight layer of the network that takes. */
export interface LayerMapping<Outcome = MappingOutcome> {
  readonly layer: string
  readonly outcome: Outcome
  /** Shape of the weights here: HWIO, or [in, out]. */
  readonly shape: readonly number[]
  /** Shape of the weights there; null where the other network has no such layer. */
  readonly sourceShape: readonly number[] | null
}

/**
 * Which weight layers a pre-initialisation copies: those of the paper's list, by name, where the
 * shapes agree.
 * @param shapeInSource - shape of the weights of a layer of the network that is copied from, or null
 */
export function mapPreInitialisation(
  network: Network,
  shapeInSource: (layer: string) => readonly number[] | null,
): LayerMapping[] {
  return network.layers.flatMap(({ name, weightShape }): LayerMapping[] => {
    if (weightShape === null) return []
    const sourceShape = shapeInSource(name)
    const isListed = (PRE_INITIALISED_LAYERS as readonly string[]).includes(name)
    const outcome = !isListed
      ? 'drawn'
      : sourceShape === null
        ? 'missing'
        : sourceShape.join() === weightShape.join()
          ? 'copied'
          : 'differs'
    return [{ layer: name, outcome, shape: weightShape, sourceShape }]
  })
}

/**
 * Which weight layers are taken over from given weights of the same network: all convolutions, which
 * must fit, and the fully connected layers up to the first that is missing or of another shape (other
 * classes, another input size): what comes after a new layer has nothing to go on from.
 * @param shapeInSource - shape of the weights of a layer of the given network, or null
 */
export function mapGivenWeights(
  network: Network,
  shapeInSource: (layer: string) => readonly number[] | null,
): LayerMapping<GivenOutcome>[] {
  let isBehind = false
  return network.layers.flatMap(({ name, weightShape }): LayerMapping<GivenOutcome>[] => {
    if (weightShape === null) return []
    const sourceShape = shapeInSource(name)
    const fits = sourceShape?.join() === weightShape.join()
    const misfit = sourceShape === null ? 'missing' : 'differs'
    const outcome = !fits ? misfit : isBehind ? 'behind' : 'copied'
    isBehind ||= !fits
    return [{ layer: name, outcome, shape: weightShape, sourceShape }]
  })
}
