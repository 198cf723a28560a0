import { hasFilters, isUnderScores } from './layer-kinds'
import { BYTES_PER_NUMBER, type NumberType } from './costs'
import { describeNetwork, type Layer, type Network, type NetworkSpec } from './network'

/**
 * Memory to train a network, as the engine's graph (`src/main/engine/network`) holds its tensors.
 * Master weights, velocities and the gradients of the weights are float32 in every arithmetic.
 *
 * The peak lies in the backward pass. At each layer of it these are alive: the activations of that
 * layer and of all below (their backward side needs them again), the gradients with respect to the
 * layer's output and input, and the gradients of the weights. A step of a whole batch applies a
 * gradient as soon as it is made, while the pass goes on; accumulation keeps one of every weight
 * and makes the next beside it.
 */

/** The parts of the memory, in the order in which they are told. */
export const MEMORY_PARTS = [
  'weights',
  'velocity',
  'gradients',
  'activations',
  'activationGradients',
  'workspace',
  'runtime',
] as const
export type MemoryPart = (typeof MEMORY_PARTS)[number]

/** What is to be trained, and how. */
export interface TrainingMemoryRequest {
  readonly spec: NetworkSpec
  readonly batchSize: number
  /** Pictures of one call; those of the batch where its gradients are not accumulated. */
  readonly microBatch: number
  readonly precision: NumberType
}

/** An estimate in bytes. */
export interface TrainingMemory {
  /** What each part holds when the whole is largest. */
  readonly parts: Readonly<Record<MemoryPart, number>>
  readonly bytes: number
  /** The layer whose backward step needs the most. */
  readonly peakLayer: string
}

/**
 * Pictures of the largest call by which the engine times itself before a run, to choose the
 * micro-batch. Its gradients are accumulated, so a run needs at least that much.
 */
export const TIMED_PICTURES = 3

/**
 * Node, TensorFlow's libraries, the graph, and what the C allocator keeps of freed pieces: what a
 * process that trains a network of almost no size holds (`npm run bench -- training-memory`).
 */
export const RUNTIME_BYTES = 520e6

/**
 * Copies of the largest convolution's weights that oneDNN makes while it computes: the weights in
 * the order that it wants, and its gradient so before it is put in ours.
 */
const WORKSPACE_COPIES = 2

/**
 * TensorFlow's allocator takes memory in regions that double and cuts them into pieces. A piece that is
 * larger than the request by up to this much is not cut (`kMaxInternalFragmentation`).
 */
const WHOLE_PIECE_BYTES = 128 * 2 ** 20

const BYTES_PER_WEIGHT = BYTES_PER_NUMBER.float32

/** Estimates the most memory that a training run holds at once. */
export function estimateTrainingMemory(request: TrainingMemoryRequest): TrainingMemory {
  const { spec, batchSize, microBatch, precision } = request
  const network = describeNetwork(spec)
  const call = microBatch < batchSize ? 'later part' : 'step'
  const step = findTrainingPeak(network, precision, Math.min(microBatch, batchSize), call)
  if (batchSize === 1) return step
  const few = Math.min(batchSize, TIMED_PICTURES)
  const timed = findTrainingPeak(network, precision, few, 'later part')
  return timed.bytes > step.bytes ? timed : step
}

/**
 * The largest batch that can be trained in one call within a memory; 0 where not even a single
 * picture can. Larger ones can in micro-batches, wherever one picture of them can.
 *
 * @param most - where to stop
 */
export function findLargestBatch(
  spec: NetworkSpec,
  precision: NumberType,
  memoryBytes: number,
  most: number,
): number {
  const fits = (batchSize: number): boolean =>
    estimateTrainingMemory({ spec, batchSize, microBatch: batchSize, precision }).bytes <=
    memoryBytes
  let [low, high] = [0, most]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fits(middle)) low = middle
    else high = middle - 1
  }
  return low
}

/**
 * How a call of training uses the gradients: in a step as they are made, or it keeps them, as the first
 * part of a step or added to those of earlier parts.
 */
export type TrainingCall = 'step' | 'first part' | 'later part'

/** The backward step of one call at which the most is alive. */
export function findTrainingPeak(
  network: Network,
  precision: NumberType,
  pictures: number,
  call: TrainingCall,
): TrainingMemory {
  const perNumber = BYTES_PER_NUMBER[precision]
  const layers = network.layers.filter(isUnderScores)
  const weights = network.parameters * BYTES_PER_WEIGHT
  // In other arithmetic the weights are cast once for both passes.
  const castWeights = precision === 'float32' ? 0 : network.parameters * perNumber
  const always = {
    weights: weights + castWeights,
    velocity: weights,
    workspace: WORKSPACE_COPIES * findLargestConvolution(layers) * perNumber,
    runtime: RUNTIME_BYTES,
  }
  const inputNumbers = countInput(layers)
  let kept = inputNumbers
  const moments = layers.map((layer, index): TrainingMemory => {
    kept += countKept(layer)
    // The gradient above is still being applied while this one is made.
    const above = layers.slice(index + 1).find(({ parameters }) => parameters > 0)
    const made = (layer.parameters + (above?.parameters ?? 0)) * BYTES_PER_WEIGHT
    const madeBefore = layers
      .slice(index + 1)
      .reduce((sum, { parameters }) => sum + parameters * BYTES_PER_WEIGHT, 0)
    const gradients = {
      step: made,
      'first part': madeBefore + layer.parameters * BYTES_PER_WEIGHT,
      'later part': made + weights,
    }[call]
    const below = index === 0 ? 0 : countNumbers(layer.input)
    const bytesOf = (numbers: number): number => numbers * pictures * perNumber
    const unused = countUnused([
      ...layers.flatMap(({ parameters }): number[] => {
        const bytes = parameters * BYTES_PER_WEIGHT
        return call === 'later part' ? [bytes, bytes, bytes] : [bytes, bytes]
      }),
      ...(call === 'first part' ? layers.slice(index) : [layer, above]).map(
        (one) => (one?.parameters ?? 0) * BYTES_PER_WEIGHT,
      ),
      ...layers.slice(0, index + 1).map(({ output }) => bytesOf(countNumbers(output))),
      bytesOf(countNumbers(layer.output)),
      bytesOf(below),
    ])
    const parts = {
      ...always,
      workspace: always.workspace + unused,
      gradients,
      activations: bytesOf(kept),
      activationGradients: bytesOf(countNumbers(layer.output) + below),
    }
    const bytes = MEMORY_PARTS.reduce((sum, part) => sum + parts[part], 0)
    return { parts, bytes, peakLayer: layer.name }
  })
  return moments.reduce((peak, moment) => (moment.bytes > peak.bytes ? moment : peak))
}

/**
 * Bytes that the allocator's pieces hold besides large tensors: half of the most, on average. Of small
 * ones the piece that fits best is soon as large as they are.
 * @param tensors - bytes of each tensor that is alive
 */
export function countUnused(tensors: readonly number[]): number {
  const large = tensors.filter((bytes) => bytes >= WHOLE_PIECE_BYTES).length
  return large * (WHOLE_PIECE_BYTES / 2)
}

/** Numbers of one picture that a layer leaves for its backward side; the ReLU is in place. */
function countKept(layer: Layer): number {
  // With dropout also the mask and the product with it.
  return countNumbers(layer.output) * (layer.dropout ? 3 : 1)
}

/** Numbers of one picture's activation. */
export function countNumbers([height, width, channels]: readonly [number, number, number]): number {
  return height * width * channels
}

/** Numbers of one picture as the first layer takes it. */
export function countInput([first]: readonly Layer[]): number {
  return first === undefined ? 0 : countNumbers(first.input)
}

/** Weights and biases of the convolution that has the most; 0 where there is none. */
export function findLargestConvolution(layers: readonly Layer[]): number {
  return Math.max(0, ...layers.flatMap((layer) => (hasFilters(layer) ? [layer.parameters] : [])))
}
