import {
  hasFilters,
  mapPreInitialisation,
  nameNetwork,
  PRE_INITIALISED_LAYERS,
  type Layer,
  type Network,
} from '../../../../../shared/vgg'
import type { ExportTable } from '../../../lib/export/export-table'
import { formatCount } from '../../../lib/words/format-value'
import { OUTCOMES, describeWeights, type TransferOutcome } from '../../../lib/words/transfer-words'
import { pairLayers } from '../table/pair-layers'

/** The layers of one name in both networks; at least one of them is there. */
export interface TransferRow {
  readonly name: string
  readonly source: Layer | null
  readonly target: Layer | null
  /** null for what has no weights: a pool or LRN. */
  readonly outcome: TransferOutcome | null
}

/** A layer with weights. */
export interface WeightRow extends TransferRow {
  readonly outcome: TransferOutcome
}

/** What a pre-initialisation does, in numbers. */
export interface TransferPlan {
  readonly source: Network
  readonly target: Network
  /** All layers of both networks down to fc8, in order. */
  readonly rows: readonly TransferRow[]
  readonly weightRows: readonly WeightRow[]
  readonly copiedLayers: number
  readonly copiedParameters: number
  readonly drawnParameters: number
}

/** Section 3.1's pre-initialisation of one network from another. */
export function planTransfer(source: Network, target: Network): TransferPlan {
  const shapes = new Map(source.layers.map(({ name, weightShape }) => [name, weightShape]))
  const mappings = mapPreInitialisation(target, (layer) => shapes.get(layer) ?? null)
  const outcomes = new Map(mappings.map(({ layer, outcome }) => [layer, outcome]))
  const rows = pairLayers(source.layers, target.layers)
    .filter(({ name }) => name !== 'prob')
    .map(({ name, first, second }): TransferRow => {
      const hasWeights = (second ?? first)?.weightShape !== null
      const outcome = second === null && hasWeights ? 'unused' : (outcomes.get(name) ?? null)
      return { name, source: first, target: second, outcome }
    })
  const copied = rows.filter(({ outcome }) => outcome === 'copied')
  const copiedParameters = copied.reduce((sum, { target }) => sum + (target?.parameters ?? 0), 0)
  return {
    source,
    target,
    rows,
    weightRows: rows.filter((row): row is WeightRow => row.outcome !== null),
    copiedLayers: copied.length,
    copiedParameters,
    drawnParameters: target.parameters - copiedParameters,
  }
}

/** Two layers that a copy by position would pair although their weights have other shapes. */
export interface PositionClash {
  /** From 1: the first, second, third or fourth convolution. */
  readonly position: number
  readonly source: Layer
  readonly target: Layer
}

/** How many convolutions the paper copies. */
const COPIED_CONVOLUTIONS = PRE_INITIALISED_LAYERS.filter((name) => name.startsWith('conv')).length

/** The first clash of a copy by position of the first four convolutions; null when there is none. */
export function findPositionClash(source: Network, target: Network): PositionClash | null {
  const listConvolutions = ({ layers }: Network): readonly Layer[] =>
    layers.filter(hasFilters).slice(0, COPIED_CONVOLUTIONS)
  const targets = listConvolutions(target)
  for (const [index, layer] of listConvolutions(source).entries()) {
    const other = targets[index]
    if (other !== undefined && other.weightShape?.join() !== layer.weightShape?.join()) {
      return { position: index + 1, source: layer, target: other }
    }
  }
  return null
}

/** Why a copy by position would fail, or that it would not, in a sentence. */
export function describeClash(clash: PositionClash | null): string {
  if (clash === null) {
    return 'Copying the first four convolutions by position would also work: their shapes match.'
  }
  const { position, source, target } = clash
  return (
    `Copying by position would fail at convolution ${position}: ` +
    `${source.name} there is ${describeWeights(source)}, ${target.name} here ${describeWeights(target)}.`
  )
}

/** What happens to one layer and why, in a sentence or two. */
export function describeRow(
  { name, source, target, outcome }: WeightRow,
  plan: TransferPlan,
): string {
  const from = nameNetwork(plan.source.spec)
  const into = nameNetwork(plan.target.spec)
  const parameters = formatCount(target?.parameters ?? 0)
  const there = source === null ? '' : describeWeights(source)
  const here = target === null ? '' : describeWeights(target)
  switch (outcome) {
    case 'copied': {
      const biases = target?.weightShape?.at(-1) ?? 0
      const weights = formatCount((target?.parameters ?? 0) - biases)
      return `${name} (${here}) is copied from ${from}: ${parameters} parameters, ${weights} weights and ${formatCount(biases)} biases.`
    }
    case 'differs':
      return `${name} has a different shape in ${from}, ${there}; here it is ${here}, so its ${parameters} parameters are randomly initialised.`
    case 'missing':
      return `${name} is one that the paper copies, but ${from} does not have it: its ${parameters} parameters (${here}) are randomly initialised.`
    case 'unused':
      return `${name} (${there}) is not used: ${into} has no layer of that name.`
    case 'drawn': {
      const why = source === null ? `${from} has none` : 'it is not one that the paper copies'
      return `${name} (${here}) is randomly initialised, ${parameters} parameters: ${why}.`
    }
  }
}

/** The numbers behind the figure, one row a weight layer. */
export function tabulateTransfer({ source, target, weightRows }: TransferPlan): ExportTable {
  const [from, into] = [nameNetwork(source.spec), nameNetwork(target.spec)]
  return {
    title: `Pre-initialisation of ${into} from ${from}`,
    columns: [
      { name: 'layer' },
      { name: `weights in ${from}`, align: 'right' },
      { name: `weights in ${into}`, align: 'right' },
      { name: 'what happens' },
      { name: 'parameters copied', align: 'right' },
      { name: 'parameters randomly initialised', align: 'right' },
    ],
    rows: weightRows.map((row) => {
      const parameters = row.target?.parameters ?? 0
      return [
        row.name,
        row.source && describeWeights(row.source),
        row.target && describeWeights(row.target),
        OUTCOMES[row.outcome].words,
        row.outcome === 'copied' ? parameters : 0,
        row.outcome === 'copied' ? 0 : parameters,
      ]
    }),
  }
}
