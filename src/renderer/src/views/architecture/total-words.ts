import {
  PAPER_PARAMETERS_MILLIONS,
  findLayer,
  hasFilters,
  type Network,
} from '../../../../shared/vgg'
import { itemAt } from '../../../../shared/present'
import { formatCount, formatLarge } from '../../lib/words/format-value'

const BYTES_PER_PARAMETER = 4

/** One total of a network. */
export interface Total {
  readonly value: number
  readonly text: string
  /** A few words below it. */
  readonly note: string
}

/** What is shown of a network, in order, and how each number is written. */
export const QUANTITIES = [
  { label: 'Parameters', format: formatCount },
  { label: 'Multiply-adds per picture', format: formatLarge },
  { label: 'Weight layers', format: formatCount },
  { label: 'Weights in memory', format: formatMebibytes },
  { label: 'Field of a pool5 unit', format: (px: number) => `${formatCount(px)} px` },
] as const

/** The totals of a network, one for each of {@link QUANTITIES}. */
export function describeTotals(network: Network): Total[] {
  const { layers, spec, weightLayers, parameters, macs } = network
  const pool5 = findLayer(network, 'pool5')
  const convolutions = layers.filter(hasFilters).length
  const values = [
    parameters,
    macs,
    weightLayers,
    parameters * BYTES_PER_PARAMETER,
    pool5.receptiveField,
  ]
  const notes = [
    notePaper(network),
    formatCount(macs),
    `${convolutions} conv, ${weightLayers - convolutions} FC`,
    'as float32',
    `of ${spec.inputSize} px, every ${pool5.stride} px`,
  ]
  return QUANTITIES.map(({ format }, index) => {
    const value = itemAt(values, index)
    return { value, text: format(value), note: itemAt(notes, index) }
  })
}

/** A difference of the quantity at that index, with its sign: "+5,309,696", "−2", "0". */
export function signDifference(difference: number, index: number): string {
  const { format } = itemAt(QUANTITIES, index, 'quantities')
  if (difference === 0) return 'the same'
  return `${difference > 0 ? '+' : '−'}${format(Math.abs(difference))}`
}

function notePaper({ spec }: Network): string {
  const { configuration, edit, inputSize, classes, width } = spec
  const isPapers = width === 1 && inputSize === 224 && classes === 1000
  const millions = `${PAPER_PARAMETERS_MILLIONS[configuration]} million`
  return isPapers && edit === undefined
    ? `Table 2: ${millions}`
    : `Table 2 has ${millions} for ${configuration}`
}

function formatMebibytes(bytes: number): string {
  const mebibytes = bytes / 2 ** 20
  return `${mebibytes < 10 ? mebibytes.toFixed(2) : mebibytes.toFixed(1)} MiB`
}
