import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LabError, type ModelRef } from '../../../shared/contract'
import type { Preprocessing, RunFile, TrainingSettings } from '../../../shared/spec'
import type { FitOptions } from '../data/types'
import type { CompiledNetwork } from '../network/types'
import { openRun } from '../training'
import type { TrainingHandle } from '../training/types'

/** A network that can be asked, with what its answers mean. */
export interface AskedModel {
  readonly network: CompiledNetwork
  readonly classNames: readonly string[]
  readonly preprocessing: Preprocessing
  /** How a test picture becomes the input: its smallest side Q is the middle of the training scale. */
  readonly fit: FitOptions
  /** In words: "run digits, epoch-0007". */
  readonly title: string
  /** Training step of the weights, where they are in training. */
  readonly step: number | null
  readonly runFolder: string
  /** Name of the weights' checkpoint; null for those in training. */
  readonly checkpoint: string | null
  /** Names the weights: while it is the same, so are they. */
  readonly weights: string
}

interface LoadedRun {
  readonly model: AskedModel
}

/** More would hold gigabytes for nothing: VGG-16's weights are 0.55 GB. */
const MAX_LOADED = 2

/**
 * Finds the network that a {@link ModelRef} names: the one in training, or a checkpoint's, loaded at
 * first use and disposed when newer ones take its place.
 */
export class ModelRegistry {
  readonly #loaded = new Map<string, LoadedRun>()
  readonly #loading = new Map<string, Promise<void>>()

  /** @param training - the run in training, or the one that ended last; null before the first */
  constructor(private readonly training: () => TrainingHandle | null) {}

  /** Number of networks in memory besides the one in training; for tests. */
  get loadedCount(): number {
    return this.#loaded.size
  }

  /**
   * Asks a network. The question is asked within one turn of the event loop, so that neither a
   * training step nor a disposal can come between; it must not keep the network.
   * @throws LabError `busy` while the run is being prepared, `not-found` where there is none.
   */
  async use<T>(ref: ModelRef, question: (model: AskedModel) => T): Promise<T> {
    if (ref.kind === 'training') {
      const handle = this.training()
      if (handle === null) throw noTraining()
      const model = askTraining(handle)
      if (model !== null) return question(model)
      if (handle.status().phase === 'preparing') throw stillPreparing()
      // The run has ended: its best checkpoint is what it learned.
      return this.use({ kind: 'run', folder: handle.runFolder, checkpoint: null }, question)
    }
    const checkpoint = ref.checkpoint ?? (await readBestName(ref.folder))
    const key = `${ref.folder}\n${checkpoint ?? ''}`
    for (;;) {
      const run = this.#loaded.get(key)
      if (run !== undefined) {
        this.#touch(key, run)
        return question(run.model)
      }
      await this.#load(key, ref.folder, checkpoint, ref.checkpoint === null)
    }
  }

  /** Frees all networks that were loaded. */
  dispose(): void {
    for (const { model } of this.#loaded.values()) model.network.dispose()
    this.#loaded.clear()
  }

  #load(key: string, folder: string, checkpoint: string | null, isBest: boolean): Promise<void> {
    let loading = this.#loading.get(key)
    if (loading === undefined) {
      loading = this.#open(key, folder, checkpoint, isBest).finally(() => this.#loading.delete(key))
      this.#loading.set(key, loading)
    }
    return loading
  }

  async #open(
    key: string,
    folder: string,
    checkpoint: string | null,
    isBest: boolean,
  ): Promise<void> {
    // Before the load, so that never more than MAX_LOADED are in memory.
    while (this.#loaded.size >= MAX_LOADED) this.#forgetOldest()
    const opened = await openRun(folder, checkpoint)
    const name = `${opened.run.name === '' ? basename(folder) : opened.run.name}, ${opened.checkpoint}`
    const title = `run ${name}${isBest ? ' (best)' : ''}`
    const { run, network } = opened
    const source = {
      title,
      step: null,
      runFolder: folder,
      checkpoint: opened.checkpoint,
      weights: `${folder}\n${opened.checkpoint}`,
    }
    this.#loaded.set(key, { model: describeModel(run, network, source) })
  }

  #touch(key: string, run: LoadedRun): void {
    this.#loaded.delete(key)
    this.#loaded.set(key, run)
  }

  #forgetOldest(): void {
    const [oldest] = this.#loaded
    if (oldest === undefined) return
    this.#loaded.delete(oldest[0])
    oldest[1].model.network.dispose()
  }
}

/** The network in training between two steps; null when there is none (yet, or any more). */
export function askTraining(handle: TrainingHandle): AskedModel | null {
  const { network, run, runFolder, step } = handle
  if (network === null || run === null) return null
  const title = `run ${run.name}, in training`
  return describeModel(run, network, {
    title,
    step,
    runFolder,
    checkpoint: null,
    weights: `${runFolder}\nstep ${step}`,
  })
}

function describeModel(
  run: RunFile,
  network: CompiledNetwork,
  source: Pick<AskedModel, 'title' | 'step' | 'runFolder' | 'checkpoint' | 'weights'>,
): AskedModel {
  return {
    ...source,
    network,
    classNames: run.classNames,
    preprocessing: run.preprocessing,
    fit: { inputSize: run.preprocessing.inputSize, smallestSide: testScale(run.settings) },
  }
}

/** The test scale Q (section 3.2): Q = S for a fixed S, the middle of a range. */
function testScale(settings: TrainingSettings): number {
  return Math.round((settings.scale.min + settings.scale.max) / 2)
}

/** The best checkpoint's name now; null leaves it to `openRun` to say what is missing. */
async function readBestName(folder: string): Promise<string | null> {
  try {
    const name = (await readFile(join(folder, 'best'), 'utf8')).trim()
    return name === '' ? null : name
  } catch {
    return null
  }
}

function noTraining(): LabError {
  return new LabError(
    'not-found',
    'Expected a run in training; there is none.',
    'Start a training, or choose a run.',
  )
}

function stillPreparing(): LabError {
  return new LabError(
    'busy',
    'Expected a network in training; it is still being prepared.',
    'Ask again when the first step is done.',
  )
}
