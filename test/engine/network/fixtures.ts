import { afterEach, beforeEach, expect } from 'vitest'
import { tensorflow } from '../../../src/main/engine/tensorflow'
import type {
  CompiledNetwork,
  StepSettings,
} from '../../../src/main/engine/network/compiled-network'
import type { HostTensor, NamedTensors } from '../../../src/main/engine/tensors/host-tensor'
import type { LabelledBatch } from '../../../src/main/engine/tensors/batches'
import type { NetworkSpec } from '../../../src/shared/vgg'

/** Every test must leave as many tensors as it found. */
export function checkTensorCount(): void {
  let before = 0
  beforeEach(() => {
    before = tensorflow().memory().numTensors
  })
  afterEach(() => {
    expect(tensorflow().memory().numTensors).toBe(before)
  })
}

/** Numbers from [0, 1) that are the same on every run (mulberry32). */
export function makeRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let hash = Math.imul(state ^ (state >>> 15), 1 | state)
    hash = (hash + Math.imul(hash ^ (hash >>> 7), 61 | hash)) ^ hash
    return ((hash ^ (hash >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A batch of noise with classes in turn. */
export function makeBatch(
  { inputSize, classes }: NetworkSpec,
  count: number,
  seed = 1,
): LabelledBatch {
  const random = makeRandom(seed)
  return {
    count,
    pixels: Uint8Array.from({ length: count * inputSize * inputSize * 3 }, () => random() * 256),
    labels: Int32Array.from({ length: count }, (_, index) => index % classes),
  }
}

export const SMALL: NetworkSpec = { configuration: 'A', inputSize: 32, classes: 7, width: 0.05 }

export const STEP: StepSettings = {
  learningRate: 0.01,
  momentum: 0.9,
  weightDecay: 5e-4,
  dropout: 0,
  seed: 3,
  step: 0,
}

/** Preprocessing that keeps activations of a He-initialised net near 1. */
export function normalise(network: CompiledNetwork): void {
  network.setPreprocessing({
    channelOrder: 'RGB',
    scale: 1,
    mean: [120, 125, 130],
    deviation: [70, 75, 80],
    inputSize: network.network.spec.inputSize,
    resize: 'smallest-side-then-centre-crop',
  })
}

/** Largest difference over the largest magnitude of the expected: a relative error of a tensor. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length)
  let difference = 0
  let magnitude = 0
  for (let index = 0; index < expected.length; index++) {
    const value = expected[index] ?? Number.NaN
    const error = Math.abs((actual[index] ?? Number.NaN) - value)
    if (Number.isNaN(error)) return Number.NaN
    difference = Math.max(difference, error)
    magnitude = Math.max(magnitude, Math.abs(value))
  }
  return magnitude === 0 ? difference : difference / magnitude
}

/** The tensor of that name. */
export function pick(tensors: NamedTensors, name: string): HostTensor {
  const tensor = tensors.get(name)
  if (tensor === undefined) throw new Error(`No tensor ${name}.`)
  return tensor
}

/** Asserts that two sets of tensors have the same names and the same bits. */
export function expectSameBits(actual: NamedTensors, expected: NamedTensors): void {
  expect([...actual.keys()]).toEqual([...expected.keys()])
  for (const [name, { shape, data }] of expected) {
    expect(pick(actual, name).shape).toEqual(shape)
    expect(Buffer.compare(bytes(pick(actual, name).data), bytes(data)), name).toBe(0)
  }
}

const bytes = (data: Float32Array): Buffer =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength)
