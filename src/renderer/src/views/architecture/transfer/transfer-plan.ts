import {
  mapPreInitialisation,
  nameNetwork,
  PRE_INITIALISED_LAYERS,
  type Layer,
  type LayerMapping,
  type MappingOutcome,
  type Network,
} from '../../../../../shared/vgg'
import type { ExportTable } from '../../../lib/export-table'

/** How an outcome is told: by a mark and in words, never by a colour alone. */
export const OUTCOMES: Readonly<Record<MappingOutcome, { mark: string; words: string }>> = {
  copied: { mark: '✓', words: 'copied' },
  drawn: { mark: '○', words: 'drawn anew' },
  differs: { mark: '≠', words: 'shape differs, drawn anew' },
  missing: { mark: '?', words: 'not in the source, drawn anew' },
}

/** One weight layer of the network that is initialised. */
interface TransferRow extends LayerMapping {
  readonly parameters: number
}

/** What a pre-initialisation does, in numbers. */
interface TransferPlan {
  readonly source: Network
  readonly target: Network
  readonly rows: readonly TransferRow[]
  readonly copiedLayers: number
  readonly copiedParameters: number
  readonly drawnParameters: number
}

/** Section 3.1's pre-initialisation of one network from another. */
export function planTransfer(source: Network, target: Network): TransferPlan {
  const shapes = new Map(source.layers.map(({ name, weightShape }) => [name, weightShape]))
  const parameters = new Map(target.layers.map((layer) => [layer.name, layer.parameters]))
  const rows = mapPreInitialisation(target, (layer) => shapes.get(layer) ?? null).map(
    (mapping): TransferRow => ({ ...mapping, parameters: parameters.get(mapping.layer) ?? 0 }),
  )
  const copied = rows.filter(({ outcome }) => outcome === 'copied')
  const copiedParameters = copied.reduce((sum, row) => sum + row.parameters, 0)
  return {
    source,
    target,
    rows,
    copiedLayers: copied.length,
    copiedParameters,
    drawnParameters: target.parameters - copiedParameters,
  }
}

/** Two layers that a copy by position would pair although their weights have other shapes. */
interface PositionClash {
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
    layers.filter(({ kind }) => kind === 'convolution').slice(0, COPIED_CONVOLUTIONS)
  const targets = listConvolutions(target)
  for (const [index, layer] of listConvolutions(source).entries()) {
    const other = targets[index]
    if (other !== undefined && other.weightShape?.join() !== layer.weightShape?.join()) {
      return { position: index + 1, source: layer, target: other }
    }
  }
  return null
}

/** "3×3, 64 → 128" for a convolution, "25,088 → 4,096" for a fully connected layer. */
export function describeWeights(shape: readonly number[]): string {
  const count = (value: number | undefined): string => (value ?? 0).toLocaleString('en-US')
  return shape.length === 4
    ? `${shape[0]}×${shape[1]}, ${count(shape[2])} → ${count(shape[3])}`
    : `${count(shape[0])} → ${count(shape[1])}`
}

/** The numbers behind the figure, one row a weight layer of the target. */
export function tabulateTransfer({ source, target, rows }: TransferPlan): ExportTable {
  return {
    title: `Pre-initialisation of ${nameNetwork(target.spec)} from ${nameNetwork(source.spec)}`,
    columns: [
      { name: 'layer' },
      { name: `weights in ${nameNetwork(target.spec)}`, align: 'right' },
      { name: `weights in ${nameNetwork(source.spec)}`, align: 'right' },
      { name: 'what happens' },
      { name: 'parameters copied', align: 'right' },
      { name: 'parameters drawn anew', align: 'right' },
    ],
    rows: rows.map(({ layer, shape, sourceShape, outcome, parameters }) => [
      layer,
      describeWeights(shape),
      sourceShape === null ? null : describeWeights(sourceShape),
      OUTCOMES[outcome].words,
      outcome === 'copied' ? parameters : 0,
      outcome === 'copied' ? 0 : parameters,
    ]),
  }
}
