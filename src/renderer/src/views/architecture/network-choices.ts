import type { EditedNetwork } from '../../../../shared/spec'
import {
  CONFIGURATION_NAMES,
  SHALLOW_CONTROL,
  countWeightLayers,
  describeConfiguration,
  nameNetwork,
  type NetworkChoice,
} from '../../../../shared/vgg'
import { isSameChoice } from '../../lib/links/architecture-place'

/** A network that can be chosen from a list. */
export interface ListedNetwork {
  /** What stands for it in a list: unique there. */
  readonly key: string
  /** How it reads: "VGG-16 (D)", "B with 5×5, section 4.1". */
  readonly label: string
  readonly choice: NetworkChoice
}

/** The six columns, the control of section 4.1, the kept ones, then those that are only shown. */
export function listNetworks(
  kept: readonly EditedNetwork[],
  shown: readonly (NetworkChoice | null)[],
): ListedNetwork[] {
  const listed: ListedNetwork[] = [
    ...CONFIGURATION_NAMES.map((configuration) => ({
      key: configuration,
      label: describeConfiguration(configuration),
      choice: { configuration },
    })),
    { key: 'shallow', label: `${SHALLOW_CONTROL.edit.name}, section 4.1`, choice: SHALLOW_CONTROL },
    ...kept
      .filter((network) => !isSameChoice(network, SHALLOW_CONTROL))
      .map((network) => ({
        key: `kept:${network.edit.name}`,
        label: `${network.edit.name} (kept, from ${network.configuration})`,
        choice: network,
      })),
  ]
  shown.forEach((choice, index) => {
    if (choice === null || findKey(listed, choice) !== null) return
    listed.push({
      key: `shown:${index}`,
      label: `${nameNetwork(choice)} (not kept)`,
      choice,
    })
  })
  return listed
}

/** Which of the list a network is; null when it is none of them. */
export function findKey(
  listed: readonly ListedNetwork[],
  choice: NetworkChoice | null,
): string | null {
  return listed.find((network) => isSameChoice(network.choice, choice))?.key ?? null
}

/** "16 weight layers, from D". */
export function describeListed(choice: NetworkChoice): string {
  return `${countWeightLayers(choice)} weight layers, from ${choice.configuration}`
}
