import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { openSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import {
  CONTROL_CHANNEL,
  FRAME,
  FrameReader,
  writeHeader,
  type Frame,
  type FrameKind,
} from '../shared/wire/frames'
import type { MainToRelay, RelayToMain } from './engine-process/relay-messages'

/**
 * The relay, a utility process: starts the engine's program and joins its stream to the ports of main
 * and windows, so that tensors never pass through main. It looks at the frames' headers alone.
 *
 * Arguments: the file that takes the engine's standard error, then the program and its arguments.
 */

/** What Electron gives a utility process; the port of a window is wrapped likewise. */
interface Port {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown; ports: readonly Port[] }) => void): void
  on(event: 'close', listener: () => void): void
  start(): void
  close(): void
}

const { parentPort } = process as unknown as { parentPort: Port }
const [logPath, program, ...args] = process.argv.slice(2)
if (logPath === undefined || program === undefined) {
  throw new Error('Expected the path of the log and the program of the engine as arguments.')
}

const engine = spawn(program, args, {
  // The log is the engine's own from here on: what it says last stays, however it ends.
  stdio: ['pipe', 'pipe', openSync(logPath, 'a')],
  windowsHide: true,
}) as ChildProcessByStdio<Writable, Readable, null>
const ports = new Map<number, Port>()
let nextChannel = CONTROL_CHANNEL + 1
const reader = new FrameReader(receive)

engine.on('spawn', () => {
  if (engine.pid !== undefined) tell({ type: 'spawned', pid: engine.pid })
})
engine.on('error', ({ message }) => tell({ type: 'fault', message }))
engine.on('exit', (code, signal) => tell({ type: 'exit', code, signal }))
// Its exit says that the engine has gone.
engine.stdin.on('error', () => undefined)
engine.stdout.on('data', (chunk: Buffer) => {
  try {
    reader.push(chunk)
  } catch (error) {
    tell({ type: 'fault', message: error instanceof Error ? error.message : String(error) })
    engine.stdout.removeAllListeners('data')
    engine.kill('SIGKILL')
  }
})

parentPort.on('message', ({ data, ports: [port] }) => {
  const message = data as MainToRelay
  if (message.type === 'control') write(CONTROL_CHANNEL, FRAME.message, message.body)
  else if (port !== undefined) join(port)
})

/** Gives a port a channel of its own, until one side closes it. */
function join(port: Port): void {
  const channel = nextChannel++
  ports.set(channel, port)
  write(channel, FRAME.open)
  port.on('message', ({ data }) => {
    // A window sends nothing but encoded messages; what else comes is not passed on.
    if (data instanceof Uint8Array) write(channel, FRAME.message, data)
  })
  port.on('close', () => {
    if (ports.delete(channel)) write(channel, FRAME.close)
  })
  port.start()
}

function receive({ channel, kind, body }: Frame): void {
  if (kind === FRAME.message) {
    if (channel === CONTROL_CHANNEL) tell({ type: 'control', body })
    else ports.get(channel)?.postMessage(body)
  } else if (kind === FRAME.close) {
    const port = ports.get(channel)
    ports.delete(channel)
    port?.close()
  }
}

function write(channel: number, kind: FrameKind, body?: Uint8Array): void {
  engine.stdin.cork()
  engine.stdin.write(writeHeader(channel, kind, body?.byteLength ?? 0))
  if (body !== undefined) engine.stdin.write(body)
  engine.stdin.uncork()
}

function tell(message: RelayToMain): void {
  parentPort.postMessage(message)
}
