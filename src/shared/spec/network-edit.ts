import {
  CONFIGURATIONS,
  CONFIGURATION_NAMES,
  CONVOLUTIONS_PER_BLOCK,
  FULLY_CONNECTED_UNITS,
  KERNEL_SIZES,
  type ConfigurationName,
  type NetworkEdit,
} from '../vgg'
import { checkNumber, type NumberParameter } from './parameters'

const BLOCKS = CONFIGURATIONS.A.blocks.length
const MAX_NAME = 60

/** The most edited networks that the settings hold. */
export const MAX_KEPT_NETWORKS = 200

const hiddenUnits = (layer: string, paper: number): NumberParameter => ({
  kind: 'integer',
  label: `${layer} units`,
  default: paper,
  min: 1,
  max: 16_384,
  unit: '',
  section: '2.1',
  help: `Units of ${layer}, before the width. The paper has ${paper}.`,
})

/** Units of fc6 and fc7: not settings of a run by themselves, but a part of an edited network. */
export const FULLY_CONNECTED_PARAMETERS = [
  hiddenUnits('fc6', FULLY_CONNECTED_UNITS[0]),
  hiddenUnits('fc7', FULLY_CONNECTED_UNITS[1]),
] as const

/** Which configuration an edit starts from, and the edit: what is kept, exported and trained. */
export interface EditedNetwork {
  readonly configuration: ConfigurationName
  readonly edit: NetworkEdit
}

/**
 * What is wrong with an edit that came from anywhere (a file, a link, another process), in a line;
 * null when a network can be built from it.
 */
export function checkNetworkEdit(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) {
    return `An edited network must be an object with name, kernels and fullyConnectedUnits; got ${String(value)}.`
  }
  const { name, kernels, fullyConnectedUnits: units } = value as Record<string, unknown>
  if (typeof name !== 'string' || name.trim() === '' || name.length > MAX_NAME) {
    return `An edited network needs a name of 1 to ${MAX_NAME} characters; got ${JSON.stringify(name)}.`
  }
  if (!Array.isArray(kernels) || kernels.length !== BLOCKS) {
    return `An edited network must have ${BLOCKS} blocks of kernels; got ${JSON.stringify(kernels)}.`
  }
  const { min, max } = CONVOLUTIONS_PER_BLOCK
  for (const [index, block] of (kernels as unknown[]).entries()) {
    if (!Array.isArray(block) || block.length < min || block.length > max) {
      const came = Array.isArray(block) ? String(block.length) : JSON.stringify(block)
      return `Block ${index + 1} must have ${min} to ${max} convolutions; got ${came}.`
    }
    const other = (block as unknown[]).find((size) => !isKernel(size))
    if (other !== undefined) {
      return `Kernels of block ${index + 1} must be ${KERNEL_SIZES.join(', ')}; got ${JSON.stringify(other)}.`
    }
  }
  if (!Array.isArray(units) || units.length !== FULLY_CONNECTED_PARAMETERS.length) {
    return `fullyConnectedUnits must be the units of fc6 and fc7; got ${JSON.stringify(units)}.`
  }
  const faults = FULLY_CONNECTED_PARAMETERS.map((parameter, index) =>
    checkNumber(parameter, (units as unknown[])[index] as number),
  )
  return faults.find((fault) => fault !== null) ?? null
}

function isKernel(size: unknown): boolean {
  return (KERNEL_SIZES as readonly unknown[]).includes(size)
}

/** The text of a network's own file, which `readNetworkFile` reads. */
export function writeNetworkFile({ configuration, edit }: EditedNetwork): string {
  return `${JSON.stringify({ vggLabNetwork: 1, configuration, ...edit }, null, 2)}\n`
}

/**
 * Reads the text of a network's file.
 * @returns the network, or what is wrong with the text, in a line
 */
export function readNetworkFile(
  text: string,
): { readonly network: EditedNetwork } | { readonly fault: string } {
  let value: Record<string, unknown> | null
  try {
    value = JSON.parse(text) as Record<string, unknown> | null
  } catch {
    return { fault: 'Expected a network file of the lab (JSON); this is not JSON.' }
  }
  if (value?.vggLabNetwork !== 1) {
    return { fault: 'Expected a network file of the lab, with "vggLabNetwork": 1; it has none.' }
  }
  const { configuration, name, kernels, fullyConnectedUnits } = value
  if (!(CONFIGURATION_NAMES as readonly unknown[]).includes(configuration)) {
    return {
      fault: `The configuration must be one of ${CONFIGURATION_NAMES.join(', ')}; got ${JSON.stringify(configuration)}.`,
    }
  }
  const edit = { name, kernels, fullyConnectedUnits }
  const fault = checkNetworkEdit(edit)
  if (fault !== null) return { fault }
  return {
    network: {
      configuration: configuration as ConfigurationName,
      edit: edit as unknown as NetworkEdit,
    },
  }
}
