import { describe, expect, it } from 'vitest'
import {
  MEMORY_PARTS,
  RUNTIME_BYTES,
  TIMED_PICTURES,
  describeNetwork,
  estimateTrainingMemory,
  findLargestBatch,
  startEdit,
  type NetworkSpec,
  type NumberType,
} from '../../../src/shared/vgg'

const D: NetworkSpec = { configuration: 'D', inputSize: 224, classes: 1000, width: 1 }
const A_64: NetworkSpec = { configuration: 'A', inputSize: 64, classes: 1000, width: 1 }
const PRECISIONS: readonly NumberType[] = ['float32', 'bfloat16']
const WEIGHTS_D = 138_357_544 * 4

function estimate(
  spec: NetworkSpec,
  batchSize: number,
  {
    microBatch = batchSize,
    precision = 'float32',
  }: { microBatch?: number; precision?: NumberType } = {},
) {
  return estimateTrainingMemory({ spec, batchSize, microBatch, precision })
}

describe('the memory to train', () => {
  it('is the sum of its parts', () => {
    for (const precision of PRECISIONS) {
      const { parts, bytes } = estimate(D, 32, { precision })
      expect(bytes).toBe(MEMORY_PARTS.reduce((sum, part) => sum + parts[part], 0))
    }
  })

  it('is largest at fc6 of D, where all activations are still there', () => {
    const { parts, peakLayer } = estimate(D, 32)
    expect(peakLayer).toBe('fc6')
    expect(parts.weights).toBe(WEIGHTS_D)
    expect(parts.velocity).toBe(WEIGHTS_D)
    // Its own gradient and that of fc7, which is being applied.
    expect(parts.gradients).toBe((102_764_544 + 16_781_312) * 4)
    // The picture, every layer up to pool5, and fc6 with its mask and their product.
    const below = describeNetwork(D).layers.filter(({ block }) => block !== null)
    const numbers = below.reduce((sum, { output: [h, w, c] }) => sum + h * w * c, 224 * 224 * 3)
    expect(parts.activations).toBe((numbers + 3 * 4096) * 32 * 4)
    expect(parts.activationGradients).toBe((4096 + 7 * 7 * 512) * 32 * 4)
    expect(parts.runtime).toBe(RUNTIME_BYTES)
  })

  it('is largest in the first block where most of the network is in it', () => {
    const edit = {
      ...startEdit('D', 'wide below'),
      kernels: [[3, 3, 3, 3, 3, 3, 3, 3], [3], [3], [3], [3]],
      fullyConnectedUnits: [16, 16] as const,
    }
    const { peakLayer, parts } = estimate({ ...D, edit }, 8)
    expect(peakLayer).toBe('conv1_8')
    // The gradients of its output and of its input, of one shape.
    expect(parts.activationGradients).toBe(2 * 224 * 224 * 64 * 8 * 4)
    expect(parts.activations).toBe((224 * 224 * 3 + 8 * 224 * 224 * 64) * 8 * 4)
  })

  it('keeps a gradient of every weight where a batch is cut', () => {
    const cut = estimate(D, 32, { microBatch: 4 })
    expect(cut.parts.gradients).toBe(estimate(D, 32).parts.gradients + WEIGHTS_D)
    expect(cut.parts.activations).toBe(estimate(D, 32).parts.activations / 8)
  })

  it('is never less than the calls by which the engine times itself need', () => {
    const cut = estimate(D, 32, { microBatch: 1 })
    expect(cut).toEqual(estimate(D, 32, { microBatch: TIMED_PICTURES }))
    expect(estimate(D, TIMED_PICTURES).bytes).toBe(cut.bytes)
  })

  it('grows with the batch, and picture by picture by as much', () => {
    const estimates = [32, 33, 34, 64].map((batch) => estimate(D, batch))
    const [first = 0, second = 0, third = 0, last = 0] = estimates.map(
      // What the allocator leaves unused beside a tensor begins where the tensor is large.
      ({ bytes, parts }) => bytes - parts.workspace,
    )
    expect(third - second).toBe(second - first)
    expect(last - first).toBe(32 * (second - first))
    const unused = estimates.map(({ parts }) => parts.workspace)
    expect([...unused].sort((a, b) => a - b)).toEqual(unused)
  })

  it('counts half of what the allocator may leave beside each large tensor', () => {
    const kernels = 2 * 512 * 512 * 9 * 4
    const at = (batch: number) => estimate(D, batch).parts.workspace - kernels - 2 * 512 * 4
    // fc6: its weights, velocity and, in parts, gradients of two kinds.
    expect(at(8)).toBe(4 * 64 * 2 ** 20)
    // Its gradient is one; conv1_1, conv1_2, conv2_1 and conv2_2 are large, too.
    expect(at(32)).toBe(7 * 64 * 2 ** 20)
  })

  it('holds activations in half and a second copy of the weights in bfloat16', () => {
    const [single, half] = [estimate(D, 32), estimate(D, 32, { precision: 'bfloat16' })]
    expect(half.parts.activations).toBe(single.parts.activations / 2)
    expect(half.parts.weights).toBe(WEIGHTS_D * 1.5)
    expect(half.parts.velocity).toBe(single.parts.velocity)
  })

  it('follows an edit', () => {
    const edit = { ...startEdit('D', 'small'), fullyConnectedUnits: [256, 256] as const }
    const small = estimate({ ...D, edit }, 32)
    expect(small.parts.weights).toBe(describeNetwork({ ...D, edit }).parameters * 4)
    expect(small.bytes).toBeLessThan(estimate(D, 32).bytes - 2 * 350e6)
  })
})

describe('the largest batch', () => {
  it.each([4e9, 8e9, 24e9])('is the last that fits into %d bytes', (memory) => {
    for (const spec of [D, A_64]) {
      for (const precision of PRECISIONS) {
        const largest = findLargestBatch(spec, precision, memory, 100_000)
        expect(estimate(spec, largest, { precision }).bytes).toBeLessThanOrEqual(memory)
        expect(estimate(spec, largest + 1, { precision }).bytes).toBeGreaterThan(memory)
      }
    }
  })

  it('is none where a single picture does not fit', () => {
    expect(findLargestBatch(D, 'float32', 1e9, 4096)).toBe(0)
    expect(findLargestBatch(D, 'float32', RUNTIME_BYTES, 4096)).toBe(0)
  })

  it('stops where it is told', () => {
    expect(findLargestBatch(A_64, 'float32', 1e15, 4096)).toBe(4096)
  })
})
