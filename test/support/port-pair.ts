import { MessageChannel } from 'node:worker_threads'
import { adaptPort, type EnginePort } from '../../src/main/engine/service/engine-port'
import { EngineClient, type ClientPort } from '../../src/renderer/src/lib/engine/engine-client'
import { decodeMessage, encodeMessage, joinPieces } from '../../src/shared/wire'

/** Both ends of a channel of Node's, in place of the stream and the window's worker. */
export function makePortPair(): { engineEnd: EnginePort; windowEnd: ClientPort } {
  const { port1, port2 } = new MessageChannel()
  const windowEnd: ClientPort = {
    postMessage: (message) => port2.postMessage(joinPieces(encodeMessage(message))),
    onmessage: null,
    close: () => port2.close(),
  }
  port2.on('message', (body: Uint8Array) => windowEnd.onmessage?.({ data: decodeMessage(body) }))
  return { engineEnd: adaptPort(port1), windowEnd }
}

/** A client that takes what it was sent at once, as a window that paints without delay. */
export function makeClient(
  afterPaint: (done: () => void) => void = (done) => done(),
): EngineClient {
  return new EngineClient(afterPaint)
}
