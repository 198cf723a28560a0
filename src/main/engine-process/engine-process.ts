import { MessageChannelMain, utilityProcess, type UtilityProcess, type WebContents } from 'electron'
import { CHANNELS, type EngineToMain, type MainToEngine } from '../../shared/contract'
import { decodeMessage, encodeMessage, joinPieces } from '../../shared/wire'
import type { MainToRelay, RelayToMain } from './relay-messages'

/** How the engine's program is started. */
export interface EngineLaunch {
  /** The relay's bundle, absolute. */
  readonly relayPath: string
  readonly program: string
  readonly args: readonly string[]
  /** Takes its standard error; appended to. */
  readonly logPath: string
  readonly environment: NodeJS.ProcessEnv
}

/** How the engine's program ended; both null where only the relay's end is known. */
export interface ProgramEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** Receives an engine's messages and its end. */
export interface EngineListener {
  readonly onMessage: (message: EngineToMain) => void
  /** In one line: it could not be started, or does not speak the protocol. Its end follows. */
  readonly onFault: (message: string) => void
  readonly onEnd: (end: ProgramEnd) => void
}

/** One engine: the relay with the program that it started. */
export class EngineProcess {
  readonly #relay: UtilityProcess
  #pid: number | null = null
  #hasEnded = false

  readonly #listener: EngineListener

  constructor(
    { relayPath, program, args, logPath, environment }: EngineLaunch,
    listener: EngineListener,
  ) {
    this.#listener = listener
    this.#relay = utilityProcess.fork(relayPath, [logPath, program, ...args], {
      serviceName: 'VGG Lab relay',
      stdio: 'ignore',
      env: environment,
    })
    this.#relay.on('message', (message: RelayToMain) => this.#receive(message))
    this.#relay.once('exit', () => {
      if (this.#hasEnded) return
      // The relay went first: nobody speaks to its engine any more.
      this.#killEngine()
      this.#listener.onFault('the relay that joins it to the window ended')
      this.#end({ code: null, signal: null })
    })
  }

  /** Process id of the engine; null before it is there. */
  get pid(): number | null {
    return this.#pid
  }

  send(message: MainToEngine): void {
    this.#post({ type: 'control', body: joinPieces(encodeMessage(message)) })
  }

  /** Hands a window that listens a port to the engine; a window that loads again gets a new one. */
  connectWindow(window: WebContents): void {
    const { port1, port2 } = new MessageChannelMain()
    const message: MainToRelay = { type: 'port' }
    this.#relay.postMessage(message, [port1])
    window.postMessage(CHANNELS.port, null, [port2])
  }

  /** The system's SIGKILL: a session call that blocks the engine's thread holds up every softer way. */
  kill(): void {
    this.#killEngine()
    this.#relay.kill()
  }

  #killEngine(): void {
    if (this.#pid === null) return
    try {
      process.kill(this.#pid, 'SIGKILL')
    } catch {
      // It is gone already.
    }
  }

  #receive(message: RelayToMain): void {
    switch (message.type) {
      case 'spawned':
        this.#pid = message.pid
        break
      case 'control':
        this.#listener.onMessage(decodeMessage(message.body) as EngineToMain)
        break
      case 'fault':
        this.#listener.onFault(message.message)
        // Without a process there is no end that the relay could tell.
        if (this.#pid === null) this.#end({ code: null, signal: null })
        break
      case 'exit':
        this.#end(message)
        break
    }
  }

  #end({ code, signal }: ProgramEnd): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#relay.kill()
    this.#listener.onEnd({ code, signal })
  }

  #post(message: MainToRelay): void {
    this.#relay.postMessage(message)
  }
}
