import type { Layer, Network } from '../../../shared/vgg'

/** One tensor that a network learns. */
export interface NetworkParameter {
  /** Its name on disk: `conv1_1.weight`, `conv1_1.bias`. */
  readonly name: string
  readonly layer: Layer
  readonly role: 'weight' | 'bias'
  readonly shape: readonly number[]
}

/** The tensors of a parameter: the weight itself, momentum's velocity, the accumulated gradient. */
export type TensorKind = 'value' | 'velocity' | 'gradient'

/** A layer's two parameters. */
export interface LayerParameters {
  readonly weight: NetworkParameter
  readonly bias: NetworkParameter
}

/** The parameters of a layer; null for a layer that learns nothing. */
export function parametersOfLayer(layer: Layer): LayerParameters | null {
  const { name, weightShape } = layer
  const units = weightShape?.[weightShape.length - 1]
  if (weightShape === null || units === undefined) return null
  return {
    weight: { name: `${name}.weight`, layer, role: 'weight', shape: weightShape },
    bias: { name: `${name}.bias`, layer, role: 'bias', shape: [units] },
  }
}

/** All parameters of a network, from the input up, weight before bias. */
export function listParameters(network: Network): NetworkParameter[] {
  return network.layers.flatMap((layer) => {
    const parameters = parametersOfLayer(layer)
    return parameters === null ? [] : [parameters.weight, parameters.bias]
  })
}

/** Number of elements of a shape. */
export function countElements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}
