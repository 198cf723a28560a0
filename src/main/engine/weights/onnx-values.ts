import { present } from '../../../shared/present'
import type { OnnxFile, OnnxNode } from '../formats/onnx'
import { permute } from '../formats/permute'
import type { StoredTensor } from '../formats/stored-tensor'

/** Longest chain of operations on a constant that is followed. */
const MAX_DEPTH = 8

/** Finds the constants of a graph, also behind what exporters do to them. */
export class OnnxValues {
  readonly #producers = new Map<string, OnnxNode>()
  readonly #used = new Set<string>()

  readonly #file: OnnxFile

  constructor(file: OnnxFile) {
    this.#file = file
    for (const node of file.nodes) {
      for (const output of node.outputs) this.#producers.set(output, node)
    }
  }

  /** Names of the float constants that were never asked for. */
  get unused(): string[] {
    return [...this.#file.constants]
      .filter(([name, tensor]) => tensor.isFloat && !this.#used.has(name))
      .map(([name]) => name)
  }

  /** A constant by its value's name; null for what the graph computes from its input. */
  find(name: string | undefined, depth = 0): StoredTensor | null {
    if (name === undefined || depth > MAX_DEPTH) return null
    const constant = this.#file.constants.get(name)
    if (constant !== undefined) {
      this.#used.add(name)
      return constant
    }
    const node = this.#producers.get(name)
    const source = this.find(node?.inputs[0], depth + 1)
    if (node === undefined || source === null) return null
    switch (node.op) {
      case 'Identity':
        return source
      case 'Transpose':
        return transpose(source, node.attributes.get('perm')?.integers ?? [])
      case 'Reshape':
      case 'Squeeze':
      case 'Unsqueeze':
      case 'Flatten':
        // Of a vector only the axes of size 1 change.
        return isVector(source) ? { ...source, shape: [countOf(source)] } : null
      default:
        return null
    }
  }

  /**
   * A constant with one value for each channel.
   * @param channels - one value serves them all
   */
  findChannels(name: string | undefined, channels: number): StoredTensor | null {
    const tensor = this.find(name)
    if (tensor === null || !isVector(tensor) || ![1, channels].includes(countOf(tensor)))
      return null
    return {
      ...tensor,
      shape: [channels],
      read: async () => {
        const values = await tensor.read()
        return values.length === channels
          ? values
          : new Float32Array(channels).fill(present(values[0]))
      },
    }
  }
}

function isVector({ shape }: StoredTensor): boolean {
  return shape.filter((size) => size !== 1).length <= 1
}

function countOf({ shape }: StoredTensor): number {
  return shape.reduce((product, size) => product * size, 1)
}

function transpose(source: StoredTensor, order: readonly number[]): StoredTensor | null {
  const { shape } = source
  const axes = order.length === 0 ? shape.map((_, axis) => shape.length - 1 - axis) : order
  const isOrder = [...axes].sort((a, b) => a - b).every((axis, index) => axis === index)
  if (axes.length !== shape.length || !isOrder) return null
  return {
    ...source,
    shape: axes.map((axis) => present(shape[axis])),
    read: async () => permute(await source.read(), shape, axes),
  }
}
