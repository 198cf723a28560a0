import { fstatSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { LabError, type EngineToMain } from '../../../shared/contract'
import { encodeMessage, joinPieces } from '../../../shared/wire'
import type { FromStream, ToStream } from './stream-worker'
import streamWorker from './stream-worker.ts?worker-file'

/** The engine's stream: standard input and output, read and written by a thread of its own. */
export class EngineStream {
  readonly #worker: Worker

  /**
   * @param listener - gets what arrives; nothing does before the caller's turn ends
   * @throws LabError `bad-input` where standard input or output is no pipe.
   */
  constructor(listener: (message: FromStream) => void) {
    requirePipe(0, 'input')
    requirePipe(1, 'output')
    this.#worker = new Worker(streamWorker)
    this.#worker.on('message', listener)
    this.#worker.on('error', (error) => listener({ type: 'end', fault: error.message }))
  }

  /** Sends to main. */
  send(message: EngineToMain): void {
    const body = joinPieces(encodeMessage(message))
    const sent: ToStream = { body }
    this.#worker.postMessage(sent, [body.buffer])
  }
}

function requirePipe(fd: number, name: string): void {
  const stat = fstatSync(fd)
  if (stat.isFIFO() || stat.isSocket()) return
  throw new LabError(
    'bad-input',
    `Expected a program at the other end of standard ${name}; it is a terminal or a file.`,
    'The lab starts `vgg-lab engine --stdio` itself; use the other commands from a shell.',
  )
}
