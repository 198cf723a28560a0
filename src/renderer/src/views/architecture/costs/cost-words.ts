import type { Precision } from '../../../../../shared/spec'
import {
  CONFIGURATION_NAMES,
  PAPER_PARAMETERS_MILLIONS,
  describeNetwork,
  findCostliest,
  nameNetwork,
  shareOfKind,
  type CostQuantity,
  type LayerCost,
  type Network,
  type NetworkChoice,
  type NetworkCosts,
} from '../../../../../shared/vgg'
import { numberColumn, type ExportTable } from '../../../lib/export/export-table'
import { formatBytes, formatCount, formatLarge, formatShare } from '../../../lib/words/format-value'
import { isSameChoice } from '../../../lib/links/architecture-place'

/** What is shown of each layer, in order. */
export const COLUMNS: readonly {
  readonly quantity: CostQuantity
  readonly label: string
  readonly exact: (value: number) => string
  readonly short: (value: number) => string
}[] = [
  { quantity: 'parameters', label: 'Parameters', exact: formatCount, short: formatLarge },
  { quantity: 'macs', label: 'Multiply-adds', exact: formatCount, short: formatLarge },
  {
    quantity: 'activationBytes',
    label: 'Activations, bytes',
    exact: formatCount,
    short: formatBytes,
  },
]

/** Where a network's costs lie, in a sentence. */
export function tellShares(name: string, costs: NetworkCosts): string {
  const most = (quantity: CostQuantity): string => {
    const layer = findCostliest(costs, quantity)
    return `${layer.name} ${VERBS[quantity]} ${formatShare(layer.shares[quantity])} of the ${NOUNS[quantity]}`
  }
  const dense = formatShare(shareOfKind(costs, 'fully-connected', 'parameters'))
  const work = formatShare(shareOfKind(costs, 'convolution', 'macs'))
  return `${name}: ${most('parameters')}, ${most('macs')} and ${most('activationBytes')}. The fully connected layers hold ${dense} of the parameters; the convolutions do ${work} of the work.`
}

const VERBS = { parameters: 'holds', macs: 'does', activationBytes: 'makes' } as const
const NOUNS = { parameters: 'parameters', macs: 'work', activationBytes: 'activations' } as const

/** A layer's costs in one network and in the one beside it. */
export interface CostPair {
  readonly name: string
  readonly costs: readonly (LayerCost | null)[]
}

/** The numbers of the figure and of the table. */
export function tabulateCosts(
  names: readonly string[],
  pairs: readonly CostPair[],
  precision: Precision,
): ExportTable {
  const of = (label: string, name: string): string =>
    names.length > 1 ? `${label}, ${name}` : label
  return {
    title: `Costs of ${names.join(' and ')}, one picture, ${precision}`,
    columns: [
      { name: 'layer' },
      ...COLUMNS.flatMap(({ label }) =>
        names.flatMap((name) => [
          numberColumn(of(label.toLowerCase(), name)),
          numberColumn(of('share', name)),
        ]),
      ),
    ],
    rows: pairs.map(({ name, costs }) => [
      name,
      ...COLUMNS.flatMap(({ quantity }) =>
        costs.flatMap((cost) => [cost?.[quantity] ?? null, cost?.shares[quantity] ?? null]),
      ),
    ]),
  }
}

/** A network in Table 2. */
export interface TableTwoColumn {
  readonly name: string
  /** Millions, as the paper prints them; null for a network that is not in it. */
  readonly printed: number | null
  /** At 224 px, 1000 classes and width 1. */
  readonly exact: number
  /** With the knobs as they are. */
  readonly here: number
  readonly mark: 'chosen' | 'compared' | null
}

/** Table 2 with the networks that are shown, edited ones last. */
export function describeTableTwo(
  network: Network,
  compare: NetworkChoice | null,
): TableTwoColumn[] {
  const { spec } = network
  const { inputSize, classes, width } = spec
  const paper: NetworkChoice[] = CONFIGURATION_NAMES.map((configuration) => ({ configuration }))
  const other = isSameChoice(spec, compare) ? null : compare
  const edited = [spec, other].flatMap((choice) => (choice?.edit ? [choice] : []))
  return [...paper, ...edited].map(({ configuration, edit }) => {
    const choice = { configuration, ...(edit && { edit }) }
    const count = (sizes: { inputSize: number; classes: number; width: number }): number =>
      describeNetwork({ ...choice, ...sizes }).parameters
    return {
      name: nameNetwork(choice),
      printed: edit === undefined ? PAPER_PARAMETERS_MILLIONS[configuration] : null,
      exact: count({ inputSize: 224, classes: 1000, width: 1 }),
      here: count({ inputSize, classes, width }),
      mark: isSameChoice(choice, spec)
        ? ('chosen' as const)
        : isSameChoice(choice, compare)
          ? ('compared' as const)
          : null,
    }
  })
}

/** Table 2 as it leaves the lab. */
export function tabulateTableTwo(
  columns: readonly TableTwoColumn[],
  network: Network,
): ExportTable {
  const { inputSize, classes, width } = network.spec
  return {
    title: 'Table 2: number of parameters',
    columns: [
      { name: 'network' },
      numberColumn('printed (millions)'),
      numberColumn('exact, 224 px, 1000 classes, width 1'),
      numberColumn(`exact, ${inputSize} px, ${classes} classes, width ${width}`),
    ],
    rows: columns.map(({ name, printed, exact, here }) => [name, printed, exact, here]),
  }
}
