import type { MessagePort } from 'node:worker_threads'
import type { FromEngine } from '../../../shared/contract'
import {
  countBytes,
  decodeMessage,
  encodeMessage,
  joinPieces,
  MAX_BODY_BYTES,
} from '../../../shared/wire'

/** The engine's end of a channel to a window. */
export interface EnginePort {
  postMessage(message: FromEngine): void
  /** Every message, not yet validated; begins delivery. */
  onMessage(listener: (data: unknown) => void): void
  onClose(listener: () => void): void
  close(): void
}

/**
 * Makes an {@link EnginePort} of a port of Node's that takes and brings encoded messages; its other
 * end the stream's thread has.
 */
export function adaptPort(port: MessagePort): EnginePort {
  return {
    postMessage: (message) => {
      const body = encodeAnswer(message)
      if (body !== null) port.postMessage(body, [body.buffer])
    },
    onMessage: (listener) => {
      port.on('message', (body: Uint8Array) => listener(decodeOrNull(body)))
    },
    onClose: (listener) => {
      port.on('close', listener)
    },
    close: () => port.close(),
  }
}

/** A message's bytes. An answer that no frame can hold is an error to who asked; else null. */
function encodeAnswer(message: FromEngine): Uint8Array<ArrayBuffer> | null {
  const pieces = encodeMessage(message)
  const bytes = countBytes(pieces)
  if (bytes <= MAX_BODY_BYTES) return joinPieces(pieces)
  if (message.type !== 'reply') return null
  const gigabytes = (count: number): string => `${(count / 1e9).toFixed(2)} GB`
  const error = {
    code: 'unsupported',
    message: `Expected an answer of at most ${gigabytes(MAX_BODY_BYTES)} for the window; got ${gigabytes(bytes)}.`,
    hint: 'Ask for fewer channels or pictures, or use the command line, which writes files.',
  } as const
  return encodeAnswer({ type: 'reply', id: message.id, reply: { ok: false, error } })
}

/** Bytes that are no message are refused by who validates it. */
function decodeOrNull(body: Uint8Array): unknown {
  try {
    return decodeMessage(body)
  } catch {
    return null
  }
}
