import {
  CHANNELS,
  fromErrorInfo,
  type EngineCallName,
  type EngineCalls,
  type EngineEventName,
  type EngineEvents,
  type LabBridge,
  type MainCallName,
  type MainCalls,
  type MainEventName,
  type MainEvents,
} from '../../../../shared/contract'
import { EngineClient, type CallOptions } from './engine-client'
import { relayPort } from './engine-relay'
import { redrawClock } from '../clock/redraw-clock'

export type { CallOptions } from './engine-client'

declare global {
  interface Window {
    /** Put there by the preload. */
    readonly lab: LabBridge
  }
}

// Maps that follow the training come no faster than they are looked at, and not while nobody can.
const engine = new EngineClient((done) =>
  redrawClock.request(() => requestAnimationFrame(() => done())),
)
let isConnected = false

/** Asks main. @throws LabError with main's code. */
export async function callMain<K extends MainCallName>(
  name: K,
  args: MainCalls[K]['args'],
): Promise<MainCalls[K]['result']> {
  const reply = await window.lab.call(name, args)
  if (!reply.ok) throw fromErrorInfo(reply.error)
  return reply.value
}

/**
 * Asks the engine; a call made before the engine is there waits for it.
 * @throws LabError with the engine's code; `engine-gone` when it died, `cancelled` when the signal
 *   aborted or a newer request took its place.
 */
export function callEngine<K extends EngineCallName>(
  name: K,
  args: EngineCalls[K]['args'],
  options: CallOptions = {},
): Promise<EngineCalls[K]['result']> {
  return engine.call(name, args, options)
}

/** Listens to what the engine sends unasked; returns what stops listening. */
export function onEngineEvent<K extends EngineEventName>(
  name: K,
  listener: (value: EngineEvents[K]) => void,
): () => void {
  return engine.on(name, listener)
}

/** Listens to what main sends unasked; returns what stops listening. */
export function onMainEvent<K extends MainEventName>(
  name: K,
  listener: (value: MainEvents[K]) => void,
): () => void {
  return window.lab.on(name, listener)
}

/** Absolute path of a file that was dropped on the window; '' when it has none. */
export function pathOfDrop(file: File): string {
  return window.lab.pathOf(file)
}

/** Takes the engine's port whenever main hands one over, and tells main that the window listens. */
export function connectBridge(): void {
  if (isConnected) return
  isConnected = true
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.source !== window || !isPortMessage(event.data)) return
    const [port] = event.ports
    if (port !== undefined) engine.connect(relayPort(port, (reason) => engine.fail(reason)))
  })
  window.lab.on('engine', (state) => {
    if (state.state === 'gone') engine.disconnect(state.reason)
    if (state.state === 'failed') engine.fail(state.error.message)
  })
  window.lab.ready()
}

function isPortMessage(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === CHANNELS.port
}
