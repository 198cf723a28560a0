import { LabError } from '../../../shared/contract'
import { itemAt, present } from '../../../shared/present'
import { FULLY_CONNECTED_PARAMETERS, PARAMETERS } from '../../../shared/spec'
import {
  CONFIGURATIONS,
  CONFIGURATION_NAMES,
  FULLY_CONNECTED_UNITS,
  INPUT_CHANNELS,
  scaleWidth,
  type ConfigurationName,
} from '../../../shared/vgg'
import type { FoundConvolution, FoundDense, FoundNetwork } from './found-network'

/** Side of the least input over that of the last pool's map; the pools take the floor. */
const STRIDE = 32
/** Where neither the file nor its fully connected layers tell the input's side. */
const PAPER_INPUT = 224

/** Which network a file holds. */
export interface RecognisedNetwork {
  readonly configuration: ConfigurationName
  readonly width: number
  readonly inputSize: number
  /** Why the fully connected layers are not used, in words; null when they are. */
  readonly headFault: string | null
  /** Units of fc6 and fc7 before the width, and of fc8; null without a head. */
  readonly head: { readonly units: readonly [number, number]; readonly classes: number } | null
}

/**
 * Recognises the configuration by the convolutions in order: kernels, channels, and where the file
 * tells them, pools and LRN. A and A-LRN have the same weights: it is A unless an LRN is there.
 * @throws LabError `unsupported` that lists what was found, when it is none of the six.
 */
export function recogniseNetwork(found: FoundNetwork, path: string): RecognisedNetwork {
  for (const configuration of CONFIGURATION_NAMES) {
    const expected = listConvolutions(configuration)
    if (!fits(found.convolutions, expected)) continue
    const width = findWidth(
      found.convolutions.map(({ outputs }) => outputs),
      expected.map(({ channels }) => channels),
    )
    if (width !== null) return { configuration, width, ...recogniseHead(found, width) }
  }
  throw new LabError(
    'unsupported',
    `Expected the convolutions of one of ${CONFIGURATION_NAMES.join(', ')} in ${path}; got ${describeConvolutions(found.convolutions)}.`,
    'Only VGG networks can be read.',
  )
}

interface ExpectedConvolution {
  readonly kernel: number
  readonly channels: number
  readonly hasPool: boolean
  readonly hasLrn: boolean
}

function listConvolutions(configuration: ConfigurationName): ExpectedConvolution[] {
  return CONFIGURATIONS[configuration].blocks.flatMap(({ kernels, channels, lrnAfter }) =>
    kernels.map((kernel, index) => ({
      kernel,
      channels,
      hasPool: index === kernels.length - 1,
      hasLrn: lrnAfter?.includes(index) ?? false,
    })),
  )
}

function fits(
  convolutions: readonly FoundConvolution[],
  expected: readonly ExpectedConvolution[],
): boolean {
  return (
    convolutions.length === expected.length &&
    convolutions.every((found, index) => {
      const { kernel, hasPool, hasLrn } = expected[index] ?? {}
      const inputs = index === 0 ? INPUT_CHANNELS : convolutions[index - 1]?.outputs
      return (
        found.kernel === kernel &&
        found.inputs === inputs &&
        found.hasLrn === hasLrn &&
        (found.hasPool === null || found.hasPool === hasPool)
      )
    })
  )
}

/**
 * The width that makes these channels of the paper's: the shortest decimal number of those that do,
 * so that 0.1 is found again and not 0.0996.
 */
export function findWidth(channels: readonly number[], paper: readonly number[]): number | null {
  const { min, max } = PARAMETERS.width
  let low: number = min
  let high: number = max
  paper.forEach((base, index) => {
    const came = present(channels[index])
    // At least one channel is kept whatever the width.
    low = Math.max(low, came === 1 ? min : (came - 0.5) / base)
    high = Math.min(high, (came + 0.5) / base)
  })
  for (let digits = 0; digits <= 8; digits++) {
    for (const round of [Math.ceil, Math.floor]) {
      const width = Number(
        (round(((low + high) / 2) * 10 ** digits) / 10 ** digits).toFixed(digits),
      )
      const isRight =
        width >= min &&
        width <= max &&
        paper.every((base, index) => scaleWidth(base, width) === channels[index])
      if (isRight) return width
    }
  }
  return null
}

function recogniseHead(
  found: FoundNetwork,
  width: number,
): Pick<RecognisedNetwork, 'inputSize' | 'headFault' | 'head'> {
  const { convolutions, dense } = found
  const { min, max } = PARAMETERS.inputSize
  const channels = present(convolutions.at(-1)).outputs
  const side = Math.sqrt((dense[0]?.inputs ?? 0) / channels)
  const fault = found.headFault ?? findHeadFault(dense, side)
  const [fc6, fc7, fc8] = dense
  const units = [fc6, fc7].map((layer, index) => findUnits(layer?.outputs ?? 0, width, index))
  const [first = null, second = null] = units
  if (fault === null && first !== null && second !== null && fc8 !== undefined) {
    const head = { units: [first, second] as const, classes: fc8.outputs }
    const told = found.inputSize
    const isTold = told !== null && told <= max && Math.floor(told / STRIDE) === side
    return { inputSize: isTold ? told : side * STRIDE, headFault: null, head }
  }
  return {
    inputSize: Math.min(max, Math.max(min, found.inputSize ?? PAPER_INPUT)),
    headFault: fault ?? `its fc6 and fc7 have ${fc6?.outputs ?? 0} and ${fc7?.outputs ?? 0} units`,
    head: null,
  }
}

function findHeadFault(dense: readonly FoundDense[], side: number): string | null {
  if (dense.length === 0) return 'it has no fully connected layers'
  const shapes = dense.map(({ inputs, outputs }) => `${inputs} to ${outputs}`).join(', ')
  if (dense.length !== 3) {
    return `it has ${dense.length} fully connected ${dense.length === 1 ? 'layer' : 'layers'} (${shapes}) and a VGG has 3`
  }
  const isChain = dense.every(
    ({ inputs }, index) => index === 0 || inputs === dense[index - 1]?.outputs,
  )
  const maxSide = PARAMETERS.inputSize.max / STRIDE
  if (!isChain || !Number.isInteger(side) || side < 1 || side > maxSide) {
    return `its fully connected layers (${shapes}) do not follow a square map of the last pool`
  }
  return null
}

/** Units before the width; the paper's own where they give these. */
function findUnits(came: number, width: number, index: number): number | null {
  const paper = itemAt(FULLY_CONNECTED_UNITS, index)
  const { min = 1, max = 1 } = FULLY_CONNECTED_PARAMETERS[index] ?? {}
  const units = scaleWidth(paper, width) === came ? paper : Math.round(came / width)
  return units >= min && units <= max && scaleWidth(units, width) === came ? units : null
}

function describeConvolutions(convolutions: readonly FoundConvolution[]): string {
  const shown = convolutions
    .slice(0, 20)
    .map(
      ({ kernel, outputs, hasPool }) => `${kernel}x${kernel}x${outputs}${hasPool ? ' pool' : ''}`,
    )
  const more = convolutions.length > shown.length ? ', ...' : ''
  return convolutions.length === 0 ? 'none' : `${convolutions.length} (${shown.join(', ')}${more})`
}
