import { z } from 'zod'
import {
  LabError,
  toErrorInfo,
  type EngineCallName,
  type EngineEventName,
  type EngineEvents,
  type FromEngine,
  type Pin,
  type Progress,
  type Reply,
} from '../../../shared/contract'
import { badArguments, checkCall } from '../../../shared/contract/call-table'
import { ENGINE_CALLS } from '../../../shared/contract/engine-calls'
import { throwIfCancelled } from '../work/progress-meter'
import type { CallContext, CallingWindow, Handlers } from './call-handlers'
import type { EnginePort } from './engine-port'

const PROGRESS_INTERVAL_MS = 100

/** The envelope of a message from a window; `args` are checked by the call's own row. */
const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: z.int(), name: z.string(), args: z.unknown() }),
  z.object({ type: z.literal('cancel'), id: z.int() }),
  z.object({ type: z.literal('credit'), event: z.literal('maps') }),
])

/** A handler for each call of the engine. */
export type CallHandlers = Handlers<typeof ENGINE_CALLS>

/** Receives the events of a session. */
export interface SessionListener {
  /** A call's handler begins. */
  onBegun(): void
  /** A call was answered. */
  onSettled(): void
  onClosed(session: PortSession): void
}

interface OpenCall {
  readonly name: EngineCallName
  readonly args: unknown
  readonly controller: AbortController
  hasBegun: boolean
}

/**
 * One window's port: validates what comes, runs the handlers, always answers, and forgets all when
 * the port closes.
 */
export class PortSession implements CallingWindow {
  pin: Pin | null = null
  /** Whether this window has taken the last maps it was sent. */
  hasMapsCredit = true
  readonly #port: EnginePort
  readonly #handlers: CallHandlers
  readonly #listener: SessionListener
  readonly #open = new Map<number, OpenCall>()
  #isClosed = false

  constructor(port: EnginePort, handlers: CallHandlers, listener: SessionListener) {
    this.#port = port
    this.#handlers = handlers
    this.#listener = listener
    port.onMessage((data) => this.#receive(data))
    port.onClose(() => {
      this.#isClosed = true
      for (const call of this.#open.values()) call.controller.abort()
      this.#open.clear()
      listener.onClosed(this)
    })
  }

  /** Names of the calls that are not answered yet. */
  get openCalls(): EngineCallName[] {
    return [...this.#open.values()].map(({ name }) => name)
  }

  /** Name of the last call whose handler is at work; null where none is. */
  get callAtWork(): EngineCallName | null {
    return [...this.#open.values()].filter(({ hasBegun }) => hasBegun).at(-1)?.name ?? null
  }

  sendEvent<K extends EngineEventName>(name: K, value: EngineEvents[K]): void {
    if (name === 'maps') this.hasMapsCredit = false
    this.#post({ type: 'event', name, value } as FromEngine)
  }

  #receive(data: unknown): void {
    const message = messageSchema.safeParse(data)
    if (!message.success) {
      const id = readId(data)
      // Without an id there is nobody to tell.
      if (id !== null) this.#reply(id, refuse(badArguments('message', message.error)))
      return
    }
    switch (message.data.type) {
      case 'call':
        this.#begin(message.data.id, message.data.name, message.data.args)
        break
      case 'cancel':
        this.#open.get(message.data.id)?.controller.abort()
        break
      case 'credit':
        this.hasMapsCredit = true
        break
    }
  }

  #begin(id: number, name: string, args: unknown): void {
    let asked
    try {
      asked = checkCall(ENGINE_CALLS, name, args)
    } catch (error) {
      this.#reply(id, refuse(error))
      return
    }
    if (ENGINE_CALLS[asked.name].isLatestOnly) this.#dropWaiting(asked.name)
    const call: OpenCall = { ...asked, controller: new AbortController(), hasBegun: false }
    this.#open.set(id, call)
    // Not at once: a cancel, or a newer question, that lies behind this one is then seen first.
    setImmediate(() => void this.#run(id, call))
  }

  /** A newer question of a kind takes the place of those that have not begun. */
  #dropWaiting(name: EngineCallName): void {
    for (const [, call] of this.#open) {
      if (call.name === name && !call.hasBegun) call.controller.abort()
    }
  }

  async #run(id: number, call: OpenCall): Promise<void> {
    call.hasBegun = true
    let reply: Reply<unknown>
    try {
      throwIfCancelled(call.controller.signal, call.name)
      this.#listener.onBegun()
      const handler = this.#handlers[call.name] as (args: unknown, context: CallContext) => unknown
      const value = await handler(call.args, {
        signal: call.controller.signal,
        onProgress: this.#throttleProgress(id),
        session: this,
      })
      reply = { ok: true, value }
    } catch (error) {
      // Work may throw anything when its signal fires; the window gets one code for it.
      reply = refuse(call.controller.signal.aborted ? cancelledCall(call.name) : error)
    }
    this.#open.delete(id)
    this.#reply(id, reply)
    this.#listener.onSettled()
  }

  #throttleProgress(id: number): (progress: Progress) => void {
    let lastMs = -Infinity
    return (progress) => {
      const now = performance.now()
      const isLast = progress.total !== null && progress.done >= progress.total
      if (!isLast && now - lastMs < PROGRESS_INTERVAL_MS) return
      lastMs = now
      if (this.#open.has(id)) this.#post({ type: 'progress', id, progress })
    }
  }

  #reply(id: number, reply: Reply<unknown>): void {
    this.#post({ type: 'reply', id, reply })
  }

  #post(message: FromEngine): void {
    if (!this.#isClosed) this.#port.postMessage(message)
  }
}

function cancelledCall(what: string): LabError {
  return new LabError('cancelled', `${what} was cancelled or replaced by a newer one.`)
}

function refuse(error: unknown): Reply<never> {
  return { ok: false, error: toErrorInfo(error) }
}

function readId(data: unknown): number | null {
  if (typeof data !== 'object' || data === null || !('id' in data)) return null
  return typeof data.id === 'number' ? data.id : null
}
