import { LabError } from '../../../../shared/contract'
import { describeNetwork, type NetworkSpec } from '../../../../shared/vgg'

/**
 * Names of the weight layers that `--freeze` keeps as they are: all up to and including that layer.
 * @throws LabError `bad-input` when the network has no weight layer of that name, or nothing is left
 *   to train.
 */
export function listFrozen(spec: NetworkSpec, freeze: string | null): string[] {
  if (freeze === null) return []
  const names = listWeightLayers(spec)
  const last = names.indexOf(freeze)
  if (last < 0 || last === names.length - 1) {
    throw new LabError(
      'bad-input',
      `Expected a weight layer below fc8 to freeze up to; got ${freeze}.`,
      `Choose one of ${names.slice(0, -1).join(', ')}.`,
    )
  }
  return names.slice(0, last + 1)
}

/**
 * Discriminative rates: the share of the learning rate that each weight layer has, the last one all of
 * it, each below it `decay` times that of the one above.
 */
export function findLayerRates(spec: NetworkSpec, decay: number): Map<string, number> {
  const names = listWeightLayers(spec)
  return new Map(names.map((name, index) => [name, decay ** (names.length - 1 - index)]))
}

function listWeightLayers(spec: NetworkSpec): string[] {
  return describeNetwork(spec)
    .layers.filter((layer) => layer.weightShape !== null)
    .map((layer) => layer.name)
}
