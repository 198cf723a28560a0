import { Socket } from 'node:net'
import { MessageChannel, parentPort, type MessagePort } from 'node:worker_threads'
import {
  CONTROL_CHANNEL,
  FRAME,
  FrameReader,
  writeHeader,
  type Frame,
  type FrameKind,
} from '../../../shared/wire/frames'

/**
 * A thread that joins standard input and output to ports of this process, as the lab's relay joins
 * their other end to those of windows. The engine's own thread blocks for a training step at a time:
 * an answer of 25 MB would wait in the middle of its way.
 */

/** Messages of the thread at the stream to the engine's main thread. */
export type FromStream =
  /** A window opened a channel. */
  | { readonly type: 'port'; readonly port: MessagePort }
  /** A message of main's, encoded. */
  | { readonly type: 'control'; readonly body: Uint8Array }
  /** The stream is at its end, in order (null) or by a fault. */
  | { readonly type: 'end'; readonly fault: string | null }

/** What the engine's own thread sends to main, encoded. */
export interface ToStream {
  readonly body: Uint8Array
}

const STANDARD_INPUT = 0
const STANDARD_OUTPUT = 1

const main = parentPort
if (main === null) throw new Error('Expected to run as a worker thread.')

const input = new Socket({ fd: STANDARD_INPUT, readable: true, writable: false })
const output = new Socket({ fd: STANDARD_OUTPUT, readable: false, writable: true })
const ports = new Map<number, MessagePort>()
const reader = new FrameReader(receive)
let hasEnded = false

input.on('data', (chunk: Buffer) => {
  try {
    reader.push(chunk)
  } catch (error) {
    end(error instanceof Error ? error.message : String(error))
  }
})
input.on('end', () => end(null))
input.on('error', ({ message }) => end(message))
output.on('error', ({ message }) => end(message))
main.on('message', ({ body }: ToStream) => write(CONTROL_CHANNEL, FRAME.message, body))

function receive({ channel, kind, body }: Frame): void {
  switch (kind) {
    case FRAME.open:
      openPort(channel)
      break
    case FRAME.message:
      if (channel === CONTROL_CHANNEL) tell({ type: 'control', body }, [body.buffer])
      else ports.get(channel)?.postMessage(body, [body.buffer])
      break
    case FRAME.close:
      closePort(channel)
      break
  }
}

function openPort(channel: number): void {
  closePort(channel)
  const { port1, port2 } = new MessageChannel()
  ports.set(channel, port1)
  port1.on('message', (body: Uint8Array) => write(channel, FRAME.message, body))
  port1.on('close', () => {
    if (ports.get(channel) !== port1) return
    ports.delete(channel)
    write(channel, FRAME.close)
  })
  tell({ type: 'port', port: port2 }, [port2])
}

function closePort(channel: number): void {
  const port = ports.get(channel)
  ports.delete(channel)
  port?.close()
}

function write(channel: number, kind: FrameKind, body?: Uint8Array): void {
  if (hasEnded) return
  output.cork()
  output.write(writeHeader(channel, kind, body?.byteLength ?? 0))
  if (body !== undefined) output.write(body)
  output.uncork()
}

/** The other side is gone, or speaks something else. */
function end(fault: string | null): void {
  if (hasEnded) return
  hasEnded = true
  for (const channel of [...ports.keys()]) closePort(channel)
  input.destroy()
  tell({ type: 'end', fault }, [])
}

function tell(message: FromStream, transfer: readonly (MessagePort | ArrayBuffer)[]): void {
  main?.postMessage(message, transfer)
}
