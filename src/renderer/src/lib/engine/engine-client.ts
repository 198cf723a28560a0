import {
  LabError,
  fromErrorInfo,
  type EngineCallName,
  type EngineCalls,
  type EngineEventName,
  type EngineEvents,
  type FromEngine,
  type Progress,
  type ToEngine,
} from '../../../../shared/contract'

/** What a call may be given besides its arguments. */
export interface CallOptions {
  /** Aborting cancels the call in the engine and rejects it with `cancelled`. */
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/** The part of a MessagePort that the client uses, so that tests can bring one of Node's. */
export interface ClientPort {
  postMessage(message: ToEngine): void
  onmessage: ((event: { data: unknown }) => void) | null
  close(): void
}

interface PendingCall {
  readonly resolve: (value: never) => void
  readonly reject: (error: LabError) => void
  readonly onProgress: CallOptions['onProgress']
  readonly release: () => void
}

type Listeners = { [K in EngineEventName]: Set<(value: EngineEvents[K]) => void> }

/**
 * The window's end of the engine's port: matches replies to calls, keeps calls until a port is
 * there, gives credit for maps, and rejects all that is pending when the engine dies.
 */
export class EngineClient {
  readonly #afterPaint: (done: () => void) => void
  #port: ClientPort | null = null
  #nextId = 1
  #unavailable: LabError | null = null
  readonly #pending = new Map<number, PendingCall>()
  readonly #queue = new Map<number, ToEngine>()
  readonly #listeners: Listeners = {
    status: new Set(),
    steps: new Set(),
    epoch: new Set(),
    layers: new Set(),
    maps: new Set(),
    channelRanking: new Set(),
  }

  /**
   * @param afterPaint - runs its argument once what was delivered has been shown; the next maps are
   *   asked for only then, so that a slow window is never flooded.
   */
  constructor(afterPaint: (done: () => void) => void) {
    this.#afterPaint = afterPaint
  }

  /** Calls that wait for an answer; for tests. */
  get pendingCount(): number {
    return this.#pending.size
  }

  /** Takes the port of a fresh engine; what an older port was asked is rejected. */
  connect(port: ClientPort): void {
    const old = this.#port
    if (old !== null) {
      old.onmessage = null
      old.close()
      this.#rejectSent('The engine restarted before it answered')
    }
    this.#port = port
    this.#unavailable = null
    port.onmessage = (event) => {
      if (this.#port === port) this.#receive(event.data as FromEngine)
    }
    for (const message of this.#queue.values()) port.postMessage(message)
    this.#queue.clear()
  }

  /** The engine is gone and will be started again: rejects what it was asked, keeps what comes next. */
  disconnect(reason: string): void {
    if (this.#port !== null) {
      this.#port.onmessage = null
      this.#port.close()
      this.#port = null
    }
    this.#rejectSent(reason)
  }

  /** The engine will not come back by itself: all calls are rejected until a port is there. */
  fail(reason: string): void {
    this.disconnect(reason)
    this.#unavailable = new LabError('engine-gone', reason, 'Restart the engine.')
    for (const id of [...this.#queue.keys()]) this.#settle(id)?.reject(this.#unavailable)
  }

  /** Calls the engine. @throws LabError with the engine's code, or `engine-gone`, or `cancelled`. */
  call<K extends EngineCallName>(
    name: K,
    args: EngineCalls[K]['args'],
    options: CallOptions = {},
  ): Promise<EngineCalls[K]['result']> {
    if (this.#unavailable !== null) return Promise.reject(this.#unavailable)
    const { signal, onProgress } = options
    if (signal?.aborted === true) return Promise.reject(cancelled(name))
    const id = this.#nextId++
    const message = { type: 'call', id, name, args } as ToEngine
    return new Promise<EngineCalls[K]['result']>((resolve, reject) => {
      const onAbort = (): void => {
        const wasQueued = this.#queue.has(id)
        this.#settle(id)?.reject(cancelled(name))
        if (!wasQueued) this.#port?.postMessage({ type: 'cancel', id })
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      const release = (): void => signal?.removeEventListener('abort', onAbort)
      this.#pending.set(id, { resolve, reject, onProgress, release })
      if (this.#port === null) this.#queue.set(id, message)
      else this.#port.postMessage(message)
    })
  }

  /** Listens to an event; returns what stops listening. */
  on<K extends EngineEventName>(name: K, listener: (value: EngineEvents[K]) => void): () => void {
    this.#listeners[name].add(listener)
    return () => this.#listeners[name].delete(listener)
  }

  #receive(message: FromEngine): void {
    switch (message.type) {
      case 'reply': {
        const call = this.#settle(message.id)
        if (message.reply.ok) call?.resolve(message.reply.value as never)
        else call?.reject(fromErrorInfo(message.reply.error))
        break
      }
      case 'progress':
        this.#pending.get(message.id)?.onProgress?.(message.progress)
        break
      case 'event':
        for (const listener of this.#listeners[message.name]) listener(message.value as never)
        if (message.name === 'maps') this.#giveCredit()
        break
    }
  }

  #giveCredit(): void {
    const port = this.#port
    this.#afterPaint(() => {
      if (port === this.#port) port?.postMessage({ type: 'credit', event: 'maps' })
    })
  }

  #settle(id: number): PendingCall | undefined {
    const call = this.#pending.get(id)
    call?.release()
    this.#pending.delete(id)
    this.#queue.delete(id)
    return call
  }

  #rejectSent(reason: string): void {
    const error = new LabError('engine-gone', reason, 'It restarts automatically; then try again.')
    for (const id of [...this.#pending.keys()]) {
      if (!this.#queue.has(id)) this.#settle(id)?.reject(error)
    }
  }
}

function cancelled(name: string): LabError {
  return new LabError('cancelled', `${name} was cancelled.`)
}
