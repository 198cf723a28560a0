import { rmdir } from 'node:fs/promises'
import {
  IDLE_STATUS,
  LabError,
  type EngineEventName,
  type EngineEvents,
  type TrainingStatus,
} from '../../../shared/contract'
import type { TRAINING_CALLS } from '../../../shared/contract/training'
import { nameNetwork } from '../../../shared/vgg'
import {
  checkStart,
  continueTraining,
  findLearningRate,
  measureStep,
  readLayers,
  startTraining,
} from '../training'
import type { TrainingHandle, TrainingHooks } from '../training/types'
import type { Handlers } from './call-handlers'
import { makeRunFolder } from './run-folder'

/** A step of a small network is over before anybody could take a drop back. */
const DROP_GRACE_MS = 4000

/** Receives the events of the training service. */
export interface TrainingAudience {
  /** To all windows. */
  broadcast<K extends EngineEventName>(name: K, value: EngineEvents[K]): void
  /** To main: a run began, or ended. */
  onActive(isActive: boolean, runFolder: string | null): void
  /** Before pictures are prepared for a run, or for a test of its settings. */
  beforeWork(): Promise<void>
  /** When the weights may be looked at; the next step waits for it. */
  onBetweenSteps(handle: TrainingHandle): Promise<void>
}

/** The run in training; one at a time. */
export class TrainingService {
  readonly #audience: TrainingAudience
  #handle: TrainingHandle | null = null
  #isActive = false

  constructor(audience: TrainingAudience) {
    this.#audience = audience
  }

  /** The run in training, or the one that ended last; null before the first. */
  get handle(): TrainingHandle | null {
    return this.#handle
  }

  get isActive(): boolean {
    return this.#isActive
  }

  /** Whether a run is at work: not paused, and not ended. */
  get isWorking(): boolean {
    return this.#isActive && this.#handle?.status().phase !== 'paused'
  }

  readonly handlers: Handlers<typeof TRAINING_CALLS> = {
    'training.start': async ({ dataFolder, runsFolder, name, settings }) => {
      const handle = await this.#begin(async () => {
        const network = nameNetwork(settings)
        const run = await makeRunFolder(runsFolder, name, { dataFolder, network })
        const request = { dataFolder, runFolder: run.folder, name: run.name, settings }
        try {
          return startTraining(request, this.#hooks)
        } catch (error) {
          // Only where it is empty: nothing that anybody wrote is ever removed.
          await rmdir(run.folder).catch(() => undefined)
          throw error
        }
      })
      return { runFolder: handle.runFolder }
    },
    'training.continue': async ({ runFolder, ...changes }) => {
      const handle = await this.#begin(() => continueTraining(runFolder, this.#hooks, changes))
      return { runFolder: handle.runFolder }
    },
    'training.pause': () => {
      if (this.#isActive) this.#handle?.pause()
      return this.#status()
    },
    'training.resume': () => {
      if (this.#isActive) this.#handle?.resume()
      return this.#status()
    },
    'training.stop': () => {
      if (this.#isActive) this.#handle?.stop()
      return this.#status()
    },
    'training.findRate': (request, { signal, onProgress }) =>
      this.#exclude(() => findLearningRate(request, { signal, onProgress })),
    'training.checkStart': (request, { signal, onProgress }) =>
      this.#exclude(() => checkStart(request, { signal, onProgress })),
    'training.measureStep': (request, { signal, onProgress }) =>
      this.#exclude(() => measureStep(request, { signal, onProgress })),
    'training.dropLearningRate': () => {
      if (this.#isActive) this.#handle?.dropLearningRate()
      return this.#status()
    },
    'training.keepLearningRate': () => {
      if (this.#isActive) this.#handle?.keepLearningRate()
      return this.#status()
    },
    'training.status': () => this.#status(),
    'training.layers': ({ runFolder }) => readLayers(runFolder),
    'training.history': () => [...(this.#handle?.history() ?? [])],
    'training.pin': ({ pin }, { session }) => {
      session.pin = pin
      return null
    },
  }

  /** Stops the run, if any; resolves when its folder is in order. */
  async stop(): Promise<void> {
    if (!this.#isActive || this.#handle === null) return
    this.#handle.stop()
    await this.#handle.finished
  }

  readonly #hooks: TrainingHooks = {
    dropGraceMs: DROP_GRACE_MS,
    onStatus: (status) => this.#audience.broadcast('status', status),
    onSteps: (steps) => this.#audience.broadcast('steps', [...steps]),
    onLayers: (layers) => this.#audience.broadcast('layers', layers),
    onEpoch: (epoch) => this.#audience.broadcast('epoch', epoch),
    onBetweenSteps: () =>
      this.#handle === null || !this.#isActive
        ? undefined
        : this.#audience.onBetweenSteps(this.#handle),
  }

  /** Work that keeps a run out, as a run would: two would only slow each other down. */
  async #exclude<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isActive) throw stillTraining(this.#handle)
    this.#isActive = true
    try {
      await this.#audience.beforeWork()
      return await work()
    } finally {
      this.#isActive = false
    }
  }

  async #begin(make: () => Promise<TrainingHandle> | TrainingHandle): Promise<TrainingHandle> {
    if (this.#isActive) throw stillTraining(this.#handle)
    // Taken before the first wait, so that two windows cannot both begin.
    this.#isActive = true
    try {
      await this.#audience.beforeWork()
      this.#handle = await make()
    } catch (error) {
      this.#isActive = false
      throw error
    }
    const handle = this.#handle
    this.#audience.onActive(true, handle.runFolder)
    void handle.finished.then(() => {
      this.#isActive = false
      this.#audience.broadcast('status', handle.status())
      this.#audience.onActive(false, handle.runFolder)
    })
    return handle
  }

  #status(): TrainingStatus {
    return this.#handle?.status() ?? IDLE_STATUS
  }
}

function stillTraining(handle: TrainingHandle | null): LabError {
  return new LabError(
    'busy',
    `Expected no run in training; ${handle?.runFolder ?? 'another run'} is.`,
    'Stop it first, or wait for it to finish.',
  )
}
