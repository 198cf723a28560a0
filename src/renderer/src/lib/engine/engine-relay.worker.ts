import { decodeMessage, encodeMessage, joinPieces } from '../../../../shared/wire'

/**
 * Stands between the engine's port and the window's thread: taking a message out of another process
 * copies it, which takes tens of milliseconds for a layer's maps, and messages come as bytes
 * (`shared/wire`). From here on their arrays change hands without a copy, so that the window draws
 * and scrolls meanwhile.
 */
self.onmessage = ({ ports }: MessageEvent): void => {
  const [engine] = ports
  if (engine === undefined) return
  engine.onmessage = ({ data }: MessageEvent<Uint8Array<ArrayBuffer>>) =>
    self.postMessage(decodeMessage(data), { transfer: [data.buffer] })
  self.onmessage = ({ data }: MessageEvent) => engine.postMessage(joinPieces(encodeMessage(data)))
}
