import { LabError } from '../../../shared/contract/errors'
import type { MemoryReport } from '../../../shared/contract'
import { PARAMETERS, countFittingPictures, type Precision } from '../../../shared/spec'
import {
  countHeldBytes,
  estimateCallMemory,
  titleNetwork,
  type Network,
  type SessionCall,
} from '../../../shared/vgg'

/** A call that was not made, since memory would not have sufficed: nothing has changed. */
export class CallRefused extends LabError {}

/** Guards of all networks in this process: each call has to leave room for what the others hold. */
const guards = new Set<CallGuard>()

/**
 * Holds a network's session calls to the memory that there is, by estimate and before they are made: an
 * allocation that fails inside one of oneDNN's convolutions ends the process without an exception.
 */
export class CallGuard {
  /** The session holds weights; momentum's velocity; an accumulated gradient of every weight. */
  hasWeights = false
  hasVelocity = false
  hasGradients = false

  readonly #network: Network
  readonly #precision: Precision
  readonly #readMemory: () => MemoryReport

  constructor(network: Network, precision: Precision, readMemory: () => MemoryReport) {
    this.#network = network
    this.#precision = precision
    this.#readMemory = readMemory
    guards.add(this)
  }

  /**
   * The most pictures of a call that fit in memory now, at most `pictures`.
   * @throws CallRefused `out-of-memory` where not even one does
   */
  limit(call: SessionCall, pictures: number): number {
    const { bytesOf, availableBytes } = this.#measure(call)
    const fitting = countFittingPictures(bytesOf, availableBytes, pictures)
    if (fitting === 0) throw this.#refuse(call, bytesOf(1), availableBytes, 1)
    return fitting
  }

  /**
   * Lets a call pass that can't be cut.
   * @throws CallRefused `out-of-memory`
   */
  require(call: SessionCall, pictures: number): void {
    const { bytesOf, availableBytes } = this.#measure(call)
    const needed = bytesOf(pictures)
    if (needed > availableBytes) throw this.#refuse(call, needed, availableBytes, pictures)
  }

  /** Most pictures of a call that fit by now, at most `most`; 0 where not even one does. */
  countFitting(call: SessionCall, most: number = PARAMETERS.batchSize.max): number {
    const { bytesOf, availableBytes } = this.#measure(call)
    return countFittingPictures(bytesOf, availableBytes, most)
  }

  /** The network holds nothing any more. */
  dispose(): void {
    guards.delete(this)
  }

  get #heldBytes(): number {
    return this.hasWeights ? countHeldBytes(this.#network, this) : 0
  }

  #measure(call: SessionCall) {
    let others = 0
    for (const guard of guards) if (guard !== this) others += guard.#heldBytes
    const { hasVelocity, hasGradients } = this
    const state = { precision: this.#precision, hasVelocity, hasGradients }
    return {
      bytesOf: (pictures: number) => estimateCallMemory(this.#network, state, call, pictures),
      availableBytes: Math.max(0, this.#readMemory().availableBytes - others),
    }
  }

  #refuse(
    call: SessionCall,
    neededBytes: number,
    availableBytes: number,
    pictures: number,
  ): CallRefused {
    const { spec } = this.#network
    const size = call.kind === 'maps' ? `${call.width}x${call.height}` : String(spec.inputSize)
    const what = `${titleNetwork(spec)} at ${size} px with ${pictures === 1 ? 'one picture' : `${pictures} pictures`} per call`
    return new CallRefused(
      'out-of-memory',
      `Expected ${formatGigabytes(neededBytes)} of memory for ${what}; ${formatGigabytes(availableBytes)} are available.`,
      pictures === 1
        ? 'Close other programs, or use a smaller width, input size or configuration.'
        : 'Use a smaller micro-batch: the batch size stays the same, and gradients are accumulated.',
    )
  }
}

const formatGigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`
