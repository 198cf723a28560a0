import { hasMaps, isUnderScores } from './layer-kinds'
import { BYTES_PER_NUMBER, type NumberType } from './costs'
import { describeMaps, type Layer, type Network } from './network'
import {
  RUNTIME_BYTES,
  countInput,
  countNumbers,
  countUnused,
  findLargestConvolution,
  findTrainingPeak,
  type TrainingCall,
} from './training-memory'

/**
 * Memory of one session call over a number of pictures, as the engine's graph holds its tensors: what a
 * process needs in which this network alone is loaded.
 *
 * A forward pass frees what it does not need any more: the input and the output of one layer are alive
 * at a time, besides what is fetched. A gradient pass keeps the activations of all layers below the one
 * that it starts from, as training does, but makes no gradients of weights.
 */

/** What a session call runs. */
export type SessionCall =
  | {
      readonly kind: 'forward'
      /** The layer whose output is fed, so that only what lies above it is run; left out, the pictures. */
      readonly from?: string
      /** Layers whose outputs leave the call: they stay until its end, and are copied then. */
      readonly fetched?: readonly string[]
      /** Whether the outputs of all layers may be alive together. */
      readonly keepsAll?: boolean
    }
  | {
      readonly kind: 'gradient'
      /** The highest layer that is run; left out, the scores. */
      readonly of?: string
    }
  | {
      /** A forward pass up to a layer that has maps, over pictures of any size (section 3.2). */
      readonly kind: 'maps'
      readonly layer: string
      readonly height: number
      readonly width: number
    }
  /** A whole step, or the first or a later part of one whose gradients are accumulated. */
  | { readonly kind: TrainingCall }

/** What a session holds besides the call, and its arithmetic. */
export interface SessionState {
  readonly precision: NumberType
  /** Momentum's velocity is there. */
  readonly hasVelocity: boolean
  /** An accumulated gradient of every weight is there. */
  readonly hasGradients: boolean
}

const FLOAT = BYTES_PER_NUMBER.float32

/** Copies of the largest convolution's weights, in the order that oneDNN wants, without a gradient's. */
const WORKSPACE_COPIES = 1

/** From about as many rows on, oneDNN also puts the weights of a matrix product in an order of its own. */
const PACKED_ROWS = 64

/** Bytes of the variables that a session holds between calls. */
export function countHeldBytes(network: Network, state: Omit<SessionState, 'precision'>): number {
  return countCopies(state) * network.parameters * FLOAT
}

function countCopies({ hasVelocity, hasGradients }: Omit<SessionState, 'precision'>): number {
  return 1 + Number(hasVelocity) + Number(hasGradients)
}

/** Estimates the most memory that a process with this network holds during a call, in bytes. */
export function estimateCallMemory(
  network: Network,
  state: SessionState,
  call: SessionCall,
  pictures: number,
): number {
  const { precision } = state
  if (call.kind !== 'forward' && call.kind !== 'gradient' && call.kind !== 'maps') {
    return findTrainingPeak(network, precision, pictures, call.kind).bytes
  }
  const layers = network.layers.filter(isUnderScores)
  const perNumber = BYTES_PER_NUMBER[precision]
  // In other arithmetic all weights are cast as the call begins.
  const castWeights = precision === 'float32' ? 0 : network.parameters * perNumber
  const workspace = WORKSPACE_COPIES * findLargestConvolution(layers) * perNumber
  const fixed = RUNTIME_BYTES + countHeldBytes(network, state) + castWeights + workspace
  const isPacked = call.kind === 'forward' && call.from !== undefined && pictures >= PACKED_ROWS
  const packed = isPacked ? findLargestProduct(layers, call.from) * perNumber : 0
  const pass = countPass(network, layers, call, perNumber)
  const held = layers.flatMap(({ parameters }) =>
    Array.from({ length: countCopies(state) }, () => parameters * FLOAT),
  )
  const unused = countUnused([...held, ...pass.tensors.map((bytes) => bytes * pictures)])
  return fixed + packed + pass.bytes * pictures + unused
}

/** Weights of the largest matrix product above a layer. */
function findLargestProduct(layers: readonly Layer[], from: string): number {
  const above = layers.slice(layers.findIndex(({ name }) => name === from) + 1)
  return Math.max(
    0,
    ...above.filter((layer) => !hasMaps(layer)).map(({ parameters }) => parameters),
  )
}

/** What one picture takes where that is most: in all, and the tensors that may be large. */
interface PassMemory {
  readonly bytes: number
  readonly tensors: readonly number[]
}

function countPass(
  network: Network,
  layers: readonly Layer[],
  call: SessionCall & { readonly kind: 'forward' | 'gradient' | 'maps' },
  perNumber: number,
): PassMemory {
  if (call.kind === 'gradient') return countGradient(layers, call.of, perNumber)
  if (call.kind === 'forward') return countForward(layers, call, perNumber)
  const maps = describeMaps(network.spec, call.height, call.width)
  const run = maps.slice(0, maps.findIndex(({ name }) => name === call.layer) + 1)
  const { bytes, tensors } = countForward(
    run,
    { kind: 'forward', fetched: [call.layer] },
    perNumber,
  )
  // The pictures are fed as numbers, which are copied.
  return { bytes: bytes + countInput(run) * FLOAT, tensors }
}

/** A forward pass: the input and the output of one layer, and what is fetched. */
function countForward(
  layers: readonly Layer[],
  { from, fetched = [], keepsAll = false }: SessionCall & { readonly kind: 'forward' },
  perNumber: number,
): PassMemory {
  const start = layers.findIndex(({ name }) => name === from)
  const source = layers[start]
  // What is fed is float32 and stays; pictures are bytes, or as many numbers.
  const fed = (source ? countNumbers(source.output) : countInput(layers)) * FLOAT
  const kept: number[] = []
  const copies: number[] = []
  let most: PassMemory = { bytes: fed, tensors: [] }
  const compare = (tensors: readonly number[]): void => {
    const bytes = tensors.reduce((sum, tensor) => sum + tensor, fed)
    if (bytes > most.bytes) most = { bytes, tensors }
  }
  for (const layer of layers.slice(start + 1)) {
    const output = countNumbers(layer.output)
    compare([...kept, countNumbers(layer.input) * perNumber, output * perNumber])
    const isFetched = fetched.includes(layer.name)
    if (isFetched || keepsAll) kept.push(output * (isFetched ? FLOAT : perNumber))
    // Each tensor that was fetched is copied out before all of them are freed.
    if (isFetched) copies.push(output * FLOAT)
  }
  compare([...kept, ...copies])
  return most
}

/** A pass that goes up to a layer and back to the input, all activations on the way kept. */
function countGradient(
  layers: readonly Layer[],
  of: string | undefined,
  perNumber: number,
): PassMemory {
  const top = layers.findIndex(({ name }) => name === of)
  const run = top < 0 ? layers : layers.slice(0, top + 1)
  const asked = run[run.length - 1]
  // The gradient that is fed, and its product with the layer's output.
  const fed = 2 * (asked ? countNumbers(asked.output) : 0) * FLOAT
  const input = countInput(layers)
  const kept = [input * FLOAT, input * perNumber]
  let most: PassMemory = { bytes: 0, tensors: [] }
  for (const layer of run) {
    kept.push(countNumbers(layer.output) * perNumber)
    const gradients = [layer.output, layer.input].map((shape) => countNumbers(shape) * perNumber)
    const tensors = [...kept, ...gradients]
    const bytes = tensors.reduce((sum, tensor) => sum + tensor, fed)
    if (bytes > most.bytes) most = { bytes, tensors }
  }
  return most
}
