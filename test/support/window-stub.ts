import { vi } from 'vitest'
import { PortSession, type CallHandlers } from '../../src/main/engine/service/port-session'
import { answerCall, type MainCallHandlers } from '../../src/main/call-answers'
import type { ClientPort } from '../../src/renderer/src/lib/engine/engine-client'
import { CHANNELS, LabError, type MainEvents, type ToEngine } from '../../src/shared/contract'
import { makePortPair } from './port-pair'

/** A table that a test fills as it goes. */
type Mutable<T> = { -readonly [K in keyof T]?: T[K] }

/** The two far sides of the window's bridge, in this process: the real contract, answers by the test. */
export interface WindowStub {
  /** Answers of the engine; a call without one is refused as unsupported. */
  engine: Mutable<CallHandlers>
  /** Answers of main. */
  main: Mutable<MainCallHandlers>
  /** The engine's side of the port. */
  session: PortSession
  /** What main sends unasked. */
  sendFromMain<K extends keyof MainEvents>(name: K, value: MainEvents[K]): void
  /** As after a restart of the engine: a new port. */
  handOverPort(): void
}

/**
 * Puts in place what the state classes need of a browser and of the preload. Import them after it.
 */
export function stubWindow(): WindowStub {
  const listeners = new Set<(name: string, value: unknown) => void>()
  const page = new EventTarget()
  const stub: WindowStub = {
    engine: {},
    main: {},
    session: undefined as unknown as PortSession,
    sendFromMain: (name, value) => {
      for (const listener of listeners) listener(name, value)
    },
    handOverPort: () => {
      const { engineEnd, windowEnd } = makePortPair()
      stub.session = new PortSession(
        engineEnd,
        answersOf(() => stub.engine),
        { onBegun: () => undefined, onSettled: () => undefined, onClosed: () => undefined },
      )
      const event = new Event('message')
      const data = { type: CHANNELS.port }
      page.dispatchEvent(Object.assign(event, { data, source: page, ports: [windowEnd] }))
    },
  }
  const lab = {
    call: (name: string, args: unknown) =>
      answerCall(
        answersOf(() => stub.main),
        name,
        args,
      ),
    on: (name: string, listener: (value: unknown) => void) => {
      const onEvent = (sent: string, value: unknown): void => {
        if (sent === name) listener(value)
      }
      listeners.add(onEvent)
      return () => listeners.delete(onEvent)
    },
    pathOf: () => '',
    ready: () => stub.handOverPort(),
  }
  const media = { matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() }
  vi.stubGlobal('window', Object.assign(page, { lab, matchMedia: () => media }))
  vi.stubGlobal('Worker', RelayStub)
  vi.stubGlobal(
    'document',
    Object.assign(new EventTarget(), { documentElement: { dataset: {} }, hidden: false }),
  )
  vi.stubGlobal('requestAnimationFrame', (done: () => void) => setTimeout(done, 0))
  return stub
}

/** The window's one worker, without a thread: passes on what the port that it is given brings. */
class RelayStub {
  onmessage: ClientPort['onmessage'] = null
  #port: ClientPort | undefined

  postMessage(message: ToEngine, ports?: readonly ClientPort[]): void {
    const [port] = ports ?? []
    if (port === undefined) {
      this.#port?.postMessage(message)
      return
    }
    this.#port = port
    port.onmessage = (event) => this.onmessage?.(event)
  }

  terminate(): void {
    this.#port?.close()
  }
}

function answersOf<T extends object>(table: () => Partial<T>): T {
  return new Proxy({} as T, {
    get: (_target, name) =>
      Reflect.get(table(), name) ??
      (() => {
        throw new LabError('unsupported', `${String(name)} is not asked here`)
      }),
  })
}
