import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { readProcessMemory, type ProcessMemory } from './process-memory'

/** Processes that must not outlive the bench. */
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

/**
 * A process that does one thing at a time when it is asked: a line of JSON in, a line of JSON out.
 * While it is not asked it blocks on its standard input, so that another can be timed.
 */
export class BenchWorker {
  readonly #child: ChildProcess
  #pending: { resolve: (value: unknown) => void; reject: (error: Error) => void } | null = null
  #lastWords = ''
  #end: Error | null = null

  constructor(
    readonly name: string,
    program: string,
    args: readonly string[],
    environment: NodeJS.ProcessEnv = process.env,
  ) {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env: environment })
    this.#child = child
    running.add(child)
    child.stderr.on('data', (chunk: Buffer) => {
      this.#lastWords = (this.#lastWords + chunk.toString()).slice(-2000)
    })
    // A worker that has gone is told by `close`; writing to it must not end the bench.
    child.stdin.on('error', () => undefined)
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) this.#take(JSON.parse(line) as Answer)
    })
    child.on('error', (error) => this.#fail(error.message))
    child.on('close', (code, signal) => {
      running.delete(child)
      this.#fail(`it ended with ${signal ?? code}: ${this.#lastWords.trim().slice(-500)}`)
    })
  }

  /**
   * Asks and waits. One question at a time.
   * @throws Error with the worker's own words, when it fails or is gone
   */
  async ask<T>(question: object): Promise<T> {
    if (this.#end !== null) throw this.#end
    return await new Promise<T>((resolve, reject) => {
      this.#pending = { resolve: resolve as (value: unknown) => void, reject }
      this.#child.stdin?.write(`${JSON.stringify(question)}\n`)
    })
  }

  memory(): ProcessMemory | null {
    return this.#child.pid === undefined ? null : readProcessMemory(this.#child.pid)
  }

  async close(): Promise<void> {
    if (this.#end !== null) return
    const closed = new Promise((resolve) => this.#child.once('close', resolve))
    this.#child.stdin?.end()
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5000)
    await closed
    clearTimeout(timer)
  }

  #take(answer: Answer): void {
    const pending = this.#pending
    this.#pending = null
    if (answer.error === undefined) pending?.resolve(answer.value)
    else pending?.reject(new Error(answer.error))
  }

  #fail(reason: string): void {
    this.#end ??= new Error(`${this.name}: ${reason}`)
    this.#pending?.reject(this.#end)
    this.#pending = null
  }
}

interface Answer {
  readonly value?: unknown
  readonly error?: string
}

/** The other end of {@link BenchWorker}, for a worker of ours: answers each line until the input ends. */
export async function serveQuestions(
  handle: (question: Record<string, unknown>) => unknown,
): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    let answer: Answer
    try {
      answer = { value: await handle(JSON.parse(line) as Record<string, unknown>) }
    } catch (error) {
      answer = { error: error instanceof Error ? error.message : String(error) }
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`)
  }
}
