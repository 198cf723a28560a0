import type { ClientPort } from './engine-client'

/**
 * The engine's port, read in a worker of its own (`engine-relay.worker.ts`).
 * @param onfault - called with the reason when the worker cannot run
 */
export function relayPort(port: MessagePort, onfault: (reason: string) => void): ClientPort {
  const worker = new Worker(new URL('./engine-relay.worker.ts', import.meta.url))
  worker.onerror = ({ message }) => onfault(`The window cannot read the engine's port: ${message}`)
  worker.postMessage(null, [port])
  return Object.assign(worker, { close: () => worker.terminate() }) as ClientPort
}
