import type { FromEngine } from '../../../shared/contract'

/**
 * The engine's end of a channel to a window: the little that Electron's MessagePortMain and Node's
 * MessagePort have in common, so that the service is tested without Electron.
 */
export interface EnginePort {
  postMessage(message: FromEngine): void
  /** Whatever came, not yet validated; begins delivery. */
  onMessage(listener: (data: unknown) => void): void
  onClose(listener: () => void): void
  close(): void
}

/** A port of `node:worker_threads`, or of Electron (whose messages come wrapped in an event). */
export interface RawPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start?: () => void
  close(): void
}

/**
 * Makes an {@link EnginePort} of a raw port.
 * @param unwrap - gets the data out of what the port's `message` event brings
 */
export function adaptPort(port: RawPort, unwrap: (message: unknown) => unknown): EnginePort {
  return {
    postMessage: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', (message) => listener(unwrap(message)))
      port.start?.()
    },
    onClose: (listener) => {
      port.on('close', listener)
    },
    close: () => port.close(),
  }
}

/**
 * A typed array that owns exactly its bytes. A view into a larger buffer (Node's pool, a batch) would
 * take the whole buffer with it through structured clone.
 */
export function compact<T extends Uint8Array | Float32Array>(array: T): T {
  const isWhole = array.byteOffset === 0 && array.byteLength === array.buffer.byteLength
  const isPlain = !Buffer.isBuffer(array)
  if (isWhole && isPlain) return array
  return (array instanceof Float32Array ? array.slice() : new Uint8Array(array)) as T
}
