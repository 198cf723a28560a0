import { Worker } from 'node:worker_threads'
import { engineSettings } from '../../tensorflow'
import type { TaskKind, TaskMessage, TaskReply, Tasks } from './tasks'
import workerFile from './worker.ts?worker-file'

interface Waiting {
  readonly resolve: (outcome: unknown) => void
  readonly reject: (reason: unknown) => void
}

/** A thread and its pending requests. */
interface Lane {
  readonly worker: Worker
  readonly waiting: Map<number, Waiting>
}

/**
 * Threads that read and prepare pictures, so that the engine's own, which TensorFlow blocks, need
 * not. A task goes to the thread with the fewest at once, whether it has time or not: while
 * TensorFlow computes nobody could hand out the next one. Callers keep the number of tasks within
 * bounds.
 */
export class WorkerPool {
  readonly size: number
  readonly #lanes: (Lane | undefined)[]
  #lastId = 0

  /** @param size - threads; each starts with its first task */
  constructor(size: number) {
    this.size = size
    this.#lanes = new Array<Lane | undefined>(size).fill(undefined)
  }

  /** Rejects when the thread ends before it answers. */
  run<Kind extends TaskKind>(task: Tasks[Kind]['task']): Promise<Tasks[Kind]['outcome']> {
    let best = 0
    for (let at = 1; at < this.size; at++) if (this.#loadOf(at) < this.#loadOf(best)) best = at
    return this.#post(best, task) as Promise<Tasks[Kind]['outcome']>
  }

  /** Sends a task to each thread that was started. */
  async runOnAll(task: TaskMessage['task']): Promise<void> {
    const started = this.#lanes.flatMap((lane, at) => (lane === undefined ? [] : [at]))
    await Promise.all(started.map((at) => this.#post(at, task)))
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    for (const lane of this.#lanes) await lane?.worker.terminate()
  }

  #loadOf(at: number): number {
    return this.#lanes[at]?.waiting.size ?? 0
  }

  #post(at: number, task: TaskMessage['task']): Promise<unknown> {
    const lane = (this.#lanes[at] ??= this.#start(at))
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      // A thread without work must not keep the process alive.
      if (lane.waiting.size === 0) lane.worker.ref()
      lane.waiting.set(id, { resolve, reject })
      lane.worker.postMessage({ id, task } satisfies TaskMessage)
    })
  }

  #start(at: number): Lane {
    const worker = new Worker(workerFile, { workerData: { number: at }, env: process.env })
    const lane: Lane = { worker, waiting: new Map() }
    worker.unref()
    worker.on('message', (reply: TaskReply) => {
      const waiting = lane.waiting.get(reply.id)
      lane.waiting.delete(reply.id)
      if (lane.waiting.size === 0) worker.unref()
      if ('fault' in reply) waiting?.reject(reply.fault)
      else waiting?.resolve(reply.outcome)
    })
    const end = (reason: unknown): void => {
      if (this.#lanes[at] === lane) this.#lanes[at] = undefined
      for (const { reject } of lane.waiting.values()) reject(reason)
      lane.waiting.clear()
    }
    worker.on('error', end)
    worker.on('exit', (code) => end(new Error(`A picture worker ended with code ${code}.`)))
    return lane
  }
}

let shared: WorkerPool | null = null

/** The pool of this process, with as many threads as the settings say. */
export function sharedWorkerPool(): WorkerPool {
  return (shared ??= new WorkerPool(engineSettings().workers))
}
