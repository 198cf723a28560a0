import type { LayerKind } from './layer-kinds'
import type { Network } from './network'

/** Bytes of one number in each arithmetic that a network may be trained in. */
export const BYTES_PER_NUMBER = { float32: 4, bfloat16: 2 } as const

/** An arithmetic by its name. */
export type NumberType = keyof typeof BYTES_PER_NUMBER

/** The quantities that each layer has a share of. */
export const COST_QUANTITIES = ['parameters', 'macs', 'activationBytes'] as const
export type CostQuantity = (typeof COST_QUANTITIES)[number]

/** What one layer costs, for one picture where that matters. */
export interface LayerCost {
  readonly name: string
  readonly kind: LayerKind
  /** Weights and biases. */
  readonly parameters: number
  /** Multiply-adds of one picture's forward pass. */
  readonly macs: number
  /** Bytes of its output for one picture, after its ReLU. */
  readonly activationBytes: number
  /** Its part of the network's total, 0..1. */
  readonly shares: Readonly<Record<CostQuantity, number>>
}

/** Costs of a network's layers, in order, and their totals. */
export interface NetworkCosts {
  readonly layers: readonly LayerCost[]
  readonly totals: Readonly<Record<CostQuantity, number>>
}

/** What each layer of a network costs. */
export function describeCosts(network: Network, type: NumberType = 'float32'): NetworkCosts {
  const costs = network.layers.map(({ name, kind, parameters, macs, output }) => {
    const [height, width, channels] = output
    const activationBytes = height * width * channels * BYTES_PER_NUMBER[type]
    return { name, kind, parameters, macs, activationBytes }
  })
  const totalOf = (quantity: CostQuantity): number =>
    costs.reduce((sum, layer) => sum + layer[quantity], 0)
  const totals = {
    parameters: totalOf('parameters'),
    macs: totalOf('macs'),
    activationBytes: totalOf('activationBytes'),
  }
  const layers = costs.map((cost) => ({
    ...cost,
    shares: {
      parameters: cost.parameters / totals.parameters,
      macs: cost.macs / totals.macs,
      activationBytes: cost.activationBytes / totals.activationBytes,
    },
  }))
  return { layers, totals }
}

/** The layer with the largest share of a quantity; the lowest of equal ones. */
export function findCostliest(costs: NetworkCosts, quantity: CostQuantity): LayerCost {
  const [first, ...others] = costs.layers
  if (first === undefined) throw new Error('Expected a network with layers.')
  return others.reduce((most, layer) => (layer[quantity] > most[quantity] ? layer : most), first)
}

/** The part of a quantity that layers of a kind have, 0..1. */
export function shareOfKind(costs: NetworkCosts, kind: LayerKind, quantity: CostQuantity): number {
  return costs.layers.reduce(
    (sum, layer) => sum + (layer.kind === kind ? layer.shares[quantity] : 0),
    0,
  )
}
