import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import type { EngineToMain, MainToEngine } from '../../src/shared/contract'
import {
  CONTROL_CHANNEL,
  decodeMessage,
  encodeMessage,
  FRAME,
  FrameReader,
  joinPieces,
  writeHeader,
  type Frame,
  type FrameKind,
} from '../../src/shared/wire'

const ROOT = resolve(import.meta.dirname, '../..')

/** How a program ended. */
export interface ProgramEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** Whom the program tells. */
export interface EngineProgramListeners {
  /** Messages for main. */
  readonly onControl: (message: EngineToMain) => void
  /** Messages for windows, as they are on the stream. */
  readonly onFrame?: (frame: Frame) => void
}

/** The built `vgg-lab engine --stdio` with its real TensorFlow, spoken to as the lab's relay does. */
export class EngineProgram {
  readonly ended: Promise<ProgramEnd>
  readonly #child: ChildProcessByStdio<Writable, Readable, null>

  /**
   * @param logPath - takes its standard error; none when left out
   * @param environment - beside this process' own
   */
  constructor(
    listeners: EngineProgramListeners,
    { logPath, environment }: { logPath?: string; environment?: NodeJS.ProcessEnv } = {},
  ) {
    const args = [resolve(ROOT, 'out/engine/cli.cjs'), 'engine', '--stdio']
    const log = logPath === undefined ? 'ignore' : openSync(logPath, 'a')
    const child = spawn(process.execPath, args, {
      stdio: ['pipe', 'pipe', log],
      env: { ...process.env, ...environment },
    }) as ChildProcessByStdio<Writable, Readable, null>
    if (log !== 'ignore') closeSync(log)
    this.#child = child
    const reader = new FrameReader((frame) => {
      if (frame.channel !== CONTROL_CHANNEL) listeners.onFrame?.(frame)
      else listeners.onControl(decodeMessage(frame.body) as EngineToMain)
    })
    child.stdout.on('data', (chunk: Buffer) => reader.push(chunk))
    child.stdin.on('error', () => undefined)
    this.ended = new Promise((done) => {
      child.once('exit', (code, signal) => done({ code, signal }))
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Sends a frame of a window's channel. */
  send(channel: number, kind: FrameKind, body: Uint8Array = new Uint8Array(0)): void {
    this.#child.stdin.write(writeHeader(channel, kind, body.byteLength))
    this.#child.stdin.write(body)
  }

  /** Sends what main sends. */
  control(message: MainToEngine): void {
    this.send(CONTROL_CHANNEL, FRAME.message, joinPieces(encodeMessage(message)))
  }

  /** Writes whatever bytes, as a program that speaks something else would. */
  write(bytes: string | Uint8Array): void {
    this.#child.stdin.write(bytes)
  }

  /** Closes the stream to it, as a lab that was killed does. */
  hangUp(): void {
    this.#child.stdin.end()
  }

  /** Ends the process for good, if it has not ended. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<ProgramEnd> {
    this.#child.kill(signal)
    return this.ended
  }
}
