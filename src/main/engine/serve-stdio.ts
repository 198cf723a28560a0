import { setPriority } from 'node:os'
import type { MessagePort } from 'node:worker_threads'
import { toErrorInfo, type EngineToMain } from '../../shared/contract'
import { decodeMessage } from '../../shared/wire'
import type { EngineService } from './service'
import { adaptPort } from './service/engine-port'
import { EngineStream } from './stream/engine-stream'
import type { FromStream } from './stream/stream-worker'

/**
 * Longest that a shutdown waits for a run folder to be put in order: the checkpoint of a full-size
 * network has more than a gigabyte.
 */
const SHUTDOWN_MS = 60_000

/** Enough for the window to go first, not so much that other programs starve a training. */
const NICENESS = 5

/**
 * The engine as a process of its own: answers main and windows on standard input and output until
 * the other side is gone or asks for the end, then ends the process.
 * @throws LabError `bad-input` where standard input or output is no pipe.
 */
export function serveStdio(): void {
  keepStandardOutput()
  // A terminal's Ctrl-C reaches every program in it: who started the engine decides when it ends.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) {
    process.removeAllListeners(signal)
    process.on(signal, () => undefined)
  }
  new EngineProcess().start()
}

class EngineProcess {
  /** Ports that came before TensorFlow was there; what windows send waits inside them. */
  readonly #waitingPorts: MessagePort[] = []
  readonly #stream = new EngineStream((message) => this.#receive(message))
  readonly #startedMs = performance.now()
  #service: EngineService | null = null
  #isEnding = false

  start(): void {
    process.removeAllListeners('SIGTERM')
    process.on('SIGTERM', () => void this.#shutdown())
    // The stream's thread keeps the usual priority, so that answers leave while all cores compute.
    giveWay()
    void this.#load()
  }

  async #load(): Promise<void> {
    try {
      const { reportDevice } = await import('./tensorflow')
      const device = reportDevice()
      const { EngineService } = await import('./service')
      this.#service = new EngineService({
        device,
        onTraining: (active, runFolder) => this.#tell({ type: 'training', active, runFolder }),
        onAsked: (work) => this.#tell({ type: 'asked', work }),
      })
      for (const port of this.#waitingPorts.splice(0)) connect(this.#service, port)
      this.#tell({ type: 'ready', device, loadMs: performance.now() - this.#startedMs })
    } catch (error) {
      this.#tell({ type: 'failed', error: toErrorInfo(error) })
    }
  }

  #receive(message: FromStream): void {
    switch (message.type) {
      case 'port':
        if (this.#service === null) this.#waitingPorts.push(message.port)
        else connect(this.#service, message.port)
        break
      case 'control':
        if (isShutdown(decodeMessage(message.body))) void this.#shutdown()
        break
      case 'end':
        if (message.fault !== null) process.stderr.write(`${message.fault}\n`)
        void this.#shutdown()
        break
    }
  }

  #tell(message: EngineToMain): void {
    this.#stream.send(message)
  }

  async #shutdown(): Promise<void> {
    if (this.#isEnding) return
    this.#isEnding = true
    setTimeout(() => process.exit(0), SHUTDOWN_MS).unref()
    try {
      await this.#service?.shutdown()
    } finally {
      process.exit(0)
    }
  }
}

/** Standard output carries frames: what a library prints goes to standard error. */
function keepStandardOutput(): void {
  console.log = console.info = console.debug = console.error
}

/**
 * The window and main go first. On Linux a priority is a thread's and handed down to those that it
 * starts, so it is set before TensorFlow starts its own.
 */
function giveWay(): void {
  try {
    setPriority(NICENESS)
  } catch {
    // Where the system refuses, the engine runs as all else does.
  }
}

function connect(to: EngineService, port: MessagePort): void {
  to.connect(adaptPort(port))
}

function isShutdown(message: unknown): boolean {
  return (
    typeof message === 'object' &&
    message !== null &&
    'type' in message &&
    message.type === 'shutdown'
  )
}
