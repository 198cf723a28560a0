import { findBuffers } from './find-buffers'

/**
 * Stands between the engine's port and the window's thread: reading what comes out of the engine's
 * process copies it, which takes tens of milliseconds for a layer's maps. From here on its buffers
 * change hands without a copy, so that the window draws and scrolls meanwhile.
 */
self.onmessage = ({ ports }: MessageEvent): void => {
  const [engine] = ports
  if (engine === undefined) return
  engine.onmessage = ({ data }: MessageEvent<unknown>) =>
    self.postMessage(data, { transfer: findBuffers(data) })
  self.onmessage = ({ data }: MessageEvent) => engine.postMessage(data)
}
