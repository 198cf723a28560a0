import { describe, expect, it } from 'vitest'
import { writeGraph } from '../../../src/main/engine/network/compile'
import { PLAIN } from '../../../src/main/engine/network/nodes'
import {
  CONFIGURATION_NAMES,
  describeNetwork,
  nameNetwork,
  SHALLOW_CONTROL,
  type Network,
} from '../../../src/shared/vgg'
import {
  constantValues,
  listAttribute,
  readNodes,
  shapeAttribute,
  textAttribute,
  type GraphNode,
} from './graph-reader'

/*
 * Section 2's counts a second time: not from the arithmetic of shared/vgg but from the graph that
 * TensorFlow is given. At full width and 224 pixels nothing is allocated: the graph alone is written.
 */

/** paper.md's table: parameters, convolutions only, GMAC at 224, millions in the paper's Table 2. */
const PAPER: Record<string, readonly [number, number, string, number | null]> = {
  A: [132_863_336, 9_220_480, '7.609', 133],
  'A-LRN': [132_863_336, 9_220_480, '7.609', 133],
  B: [133_047_848, 9_404_992, '11.308', 133],
  C: [133_638_952, 9_996_096, '11.771', 134],
  D: [138_357_544, 14_714_688, '15.470', 138],
  E: [143_667_240, 20_024_384, '19.632', 144],
  [nameNetwork(SHALLOW_CONTROL)]: [134_503_528, 10_860_672, '', null],
}

const product = (shape: readonly number[]): number => shape.reduce((all, side) => all * side, 1)

interface Counted {
  readonly parameters: number
  readonly convolutions: number
  readonly macs: number
  readonly sizes: ReadonlyMap<string, number>
}

/** Counts variables, and the multiply-adds of the pass that gives the probabilities. */
function count(network: Network): Counted {
  const request = {
    network,
    precision: 'float32',
    trainable: false,
    frozen: new Set<string>(),
    layerRates: new Map<string, number>(),
  } as const
  const nodes = readNodes(writeGraph(request))
  const variables = [...nodes.values()].filter(({ operation }) => operation === 'VarHandleOp')
  const sizes = new Map(
    variables.map((node) => [node.name, product(shapeAttribute(node, 'shape'))]),
  )
  const sum = (names: readonly string[]): number =>
    names.reduce((total, name) => total + (sizes.get(name) ?? NaN), 0)
  const names = [...sizes.keys()]
  return {
    sizes,
    parameters: sum(names),
    convolutions: sum(names.filter((name) => name.startsWith('conv'))),
    macs: new CostWalk(nodes).countMacs(PLAIN.probabilities),
  }
}

/** Follows the graph upwards from a node, finding the shape of one picture's tensors on the way. */
class CostWalk {
  readonly #shapes = new Map<string, readonly number[]>()
  #macs = 0

  readonly #nodes: ReadonlyMap<string, GraphNode>

  constructor(nodes: ReadonlyMap<string, GraphNode>) {
    this.#nodes = nodes
  }

  countMacs(name: string): number {
    this.#shapeOf(name)
    return this.#macs
  }

  #shapeOf(name: string): readonly number[] {
    const known = this.#shapes.get(name)
    if (known !== undefined) return known
    const node = this.#find(name)
    const shape = this.#work(node)
    this.#shapes.set(name, shape)
    return shape
  }

  #work(node: GraphNode): readonly number[] {
    const [first = '', second = ''] = node.inputs
    switch (node.operation) {
      case 'Conv2D': {
        const [height = NaN, width = NaN, channels] = this.#shapeOf(first)
        const kernel = this.#shapeOf(second)
        // A multiplication for each weight at each position: SAME padding keeps them, stride 1.
        expect(textAttribute(node, 'padding')).toBe('SAME')
        expect(listAttribute(node, 'strides')).toEqual([1, 1, 1, 1])
        expect(kernel[2]).toBe(channels)
        this.#macs += height * width * product(kernel)
        return [height, width, kernel[3] ?? NaN]
      }
      case 'MatMul': {
        const matrix = this.#shapeOf(second)
        expect(this.#shapeOf(first)).toEqual([matrix[0]])
        this.#macs += product(matrix)
        return [matrix[1] ?? NaN]
      }
      case 'MaxPool': {
        const [height = NaN, width = NaN, channels = NaN] = this.#shapeOf(first)
        const [, rows = NaN, columns = NaN] = listAttribute(node, 'ksize')
        const [, down = NaN, across = NaN] = listAttribute(node, 'strides')
        expect(textAttribute(node, 'padding')).toBe('VALID')
        const out = (side: number, kernel: number, stride: number): number =>
          Math.floor((side - kernel) / stride) + 1
        return [out(height, rows, down), out(width, columns, across), channels]
      }
      case 'Reshape': {
        // The batch is left open by -1; the pictures' bytes come from a call, in no shape yet.
        const shape = constantValues(this.#find(second)).slice(1)
        const from = this.#find(first)
        const isOfBytes = from.operation === 'Bitcast'
        if (!isOfBytes) expect(product(this.#shapeOf(first))).toBe(product(shape))
        return shape
      }
      case 'Slice':
        return constantValues(this.#find(node.inputs[2] ?? '')).slice(1)
      case 'ReadVariableOp':
        return shapeAttribute(this.#find(first), 'shape')
      default:
        return this.#shapeOf(first)
    }
  }

  #find(name: string): GraphNode {
    const node = this.#nodes.get(name)
    if (node === undefined) throw new Error(`The graph has no node ${name}.`)
    return node
  }
}

const NETWORKS = [
  ...CONFIGURATION_NAMES.map((configuration) => ({ configuration })),
  SHALLOW_CONTROL,
].map((network) => [nameNetwork(network), network] as const)

describe('the graph as it is written', () => {
  it.each(NETWORKS)('has for %s the parameters and multiply-adds of section 2', (name, spec) => {
    const network = describeNetwork({ ...spec, inputSize: 224, classes: 1000, width: 1 })
    const counted = count(network)
    const [parameters, convolutions, gigaMacs, millions] = PAPER[name] ?? []
    expect(counted.parameters).toBe(parameters)
    expect(counted.convolutions).toBe(convolutions)
    if (millions !== null) {
      expect((counted.macs / 1e9).toFixed(3)).toBe(gigaMacs)
      expect(Math.round(counted.parameters / 1e6)).toBe(millions)
    }
    expect(counted.macs).toBe(network.macs)
    for (const { name: layer, parameters: own } of network.layers) {
      const [weight = 0, bias = 0] = [`${layer}.weight`, `${layer}.bias`].map(
        (parameter) => counted.sizes.get(parameter) ?? 0,
      )
      expect(weight + bias, layer).toBe(own)
    }
    expect(counted.sizes.get('fc6.weight')).toBe(102_764_544 - 4096)
    expect(counted.sizes.get('fc7.weight')).toBe(16_781_312 - 4096)
  })

  it.each([
    [150, 4],
    [240, 7],
    [299, 9],
    [33, 1],
    [63, 1],
  ])('takes the floor at each pool: fc6 at %i px has a map of %i', (inputSize, side) => {
    const network = describeNetwork({ configuration: 'D', inputSize, classes: 10, width: 1 })
    const counted = count(network)
    expect(counted.sizes.get('fc6.weight')).toBe(side * side * 512 * 4096)
    expect(counted.parameters).toBe(network.parameters)
    expect(counted.macs).toBe(network.macs)
  })

  it.each([2, 10, 365])(
    'has convolutions + 119,545,856 + 4097 K parameters for %i classes',
    (classes) => {
      const counted = count(
        describeNetwork({ configuration: 'D', inputSize: 224, classes, width: 1 }),
      )
      expect(counted.parameters).toBe(14_714_688 + 119_545_856 + 4097 * classes)
    },
  )
})
