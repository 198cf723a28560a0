import { join } from 'node:path'
import { startTraining } from '../src/main/engine/training'
import type { TrainingHandle } from '../src/main/engine/training/types'
import { defaultSettings } from '../src/shared/spec'
import { serveQuestions } from './harness/worker'
import { makeScratchFolder } from './harness/sample-folder'

/** What the bench asks of a training run that stands still between its questions. */
export type ApplicationQuestion =
  | {
      readonly do: 'prepare'
      readonly dataFolder: string
      readonly batch: number
      /** 0: as the run chooses. */
      readonly microBatch: number
      readonly inputSize: number
    }
  /** Goes on for one step that is not timed and then `steps` that are. */
  | { readonly do: 'call'; readonly steps: number }

export interface ApplicationFacts {
  readonly microBatch: number
  readonly classes: number
}

/**
 * The whole application's training, with real pictures, metrics, status and a run folder, which
 * stops at a step's end after each question.
 */
export async function runApplicationWorker(): Promise<void> {
  const runs: TrainingHandle[] = []
  const clock = new StepClock(() => runs[0] ?? null)
  await serveQuestions(async (raw) => {
    const question = raw as unknown as ApplicationQuestion
    if (question.do === 'prepare') {
      const run = startRun(question, clock)
      runs.push(run)
      await Promise.race([clock.run(1), failWhenFinished(run)])
      const { microBatch } = run.status()
      const classes = run.run?.classNames.length ?? 0
      return { microBatch, classes } satisfies ApplicationFacts
    }
    const [run] = runs
    if (run === undefined) throw new Error('A call came before the run was prepared.')
    const timed = clock.run(question.steps)
    run.resume()
    return { ms: await Promise.race([timed, failWhenFinished(run)]) }
  })
  for (const run of runs) {
    run.stop()
    await run.finished
  }
}

function startRun(
  { dataFolder, batch, microBatch, inputSize }: ApplicationQuestion & { do: 'prepare' },
  clock: StepClock,
): TrainingHandle {
  const settings = {
    ...defaultSettings(inputSize),
    configuration: 'D' as const,
    width: 1,
    batchSize: batch,
    microBatch,
    epochs: 1000,
    // What is learned does not matter here, only that the loss stays finite.
    learningRate: 1e-5,
  }
  const hooks = {
    onBetweenSteps: () => clock.look(),
    onStatus: () => undefined,
    onSteps: () => undefined,
  }
  const runFolder = join(makeScratchFolder(), 'run')
  return startTraining({ dataFolder, runFolder, name: 'bench', settings }, hooks)
}

async function failWhenFinished(handle: TrainingHandle): Promise<never> {
  const { error, state } = await handle.finished
  throw new Error(error?.message ?? `The run ended by itself: ${state}.`)
}

/** Times whole steps from the run's own hook, and pauses the run at the end of the last. */
class StepClock {
  #lastStep = 0
  #ends: number[] = []
  #wanted = 0
  #resolve: ((ms: number) => void) | null = null

  readonly #handle: () => TrainingHandle | null

  constructor(handle: () => TrainingHandle | null) {
    this.#handle = handle
  }

  /** Milliseconds per step over `steps` steps, after one that is not counted. */
  run(steps: number): Promise<number> {
    this.#ends = []
    this.#wanted = steps
    return new Promise((resolve) => (this.#resolve = resolve))
  }

  /** Called between two session calls. */
  look(): void {
    const handle = this.#handle()
    if (handle === null || handle.step === this.#lastStep) return
    this.#lastStep = handle.step
    this.#ends.push(performance.now())
    if (this.#resolve === null || this.#ends.length <= this.#wanted) return
    handle.pause()
    const [first = 0] = this.#ends
    this.#resolve(((this.#ends[this.#wanted] ?? NaN) - first) / this.#wanted)
    this.#resolve = null
  }
}
