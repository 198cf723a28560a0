import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LabError, type ModelRef } from '../../../shared/contract'
import { describeNetwork, type NetworkSpec } from '../../../shared/vgg'
import { readMemory } from '../memory'
import { compileNetwork } from '../network'
import type { CompiledNetwork } from '../network/compiled-network'
import { openRun } from '../runs/run-folder'
import { ablate } from './ablations'
import { askTraining, describeModel, type AskedModel, type RunInTraining } from './asked-model'

/** A network in memory. */
interface LoadedModel {
  readonly model: AskedModel
  readonly network: CompiledNetwork
  /** What its graph is compiled for. */
  readonly spec: string
  readonly weightBytes: number
  /** Work that goes on over many turns and wants it to stay. */
  holders: number
}

/** Networks in memory that nobody holds: more would hold gigabytes for nothing. */
const MAX_LOADED = 2
/** The weights of all take at most this share of the memory that is there, unless one alone is more. */
const MAX_MEMORY_SHARE = 0.25
const FLOAT_BYTES = 4

/**
 * Finds the network that a {@link ModelRef} names: the one in training, or a checkpoint's, loaded at
 * first use. Another checkpoint of a network that is loaded takes over its compiled graph and the memory
 * of its weights. A second copy of the graph is made once two of them are asked in turn, and where there
 * is memory for it. What was asked longest ago goes first.
 */
export class ModelRegistry {
  /** In the order of their last use. */
  readonly #loaded = new Map<string, LoadedModel>()
  readonly #loading = new Map<string, Promise<void>>()
  /** Loads are made one after the other: each then knows what is there. */
  #lastLoad: Promise<void> = Promise.resolve()
  /** The one whose weights were replaced last. */
  #replaced: string | null = null

  readonly #training: () => RunInTraining | null
  readonly #readAvailableBytes: () => number

  /**
   * @param training - the run in training, or the one that ended last; null before the first
   * @param readAvailableBytes - the memory that this process may take
   */
  constructor(
    training: () => RunInTraining | null,
    readAvailableBytes: () => number = () => readMemory().availableBytes,
  ) {
    this.#training = training
    this.#readAvailableBytes = readAvailableBytes
  }

  /** Number of networks in memory besides the one in training; for tests. */
  get loadedCount(): number {
    return this.#loaded.size
  }

  /**
   * Asks a network. The question is asked within one turn of the event loop, so that neither a
   * training step nor other weights can come between; it must not keep the network.
   * @throws LabError `busy` while the run is being prepared, `not-found` where there is none, `bad-input`
   *   for ablations of what the network has not.
   */
  async use<T>(ref: ModelRef, question: (model: AskedModel) => T): Promise<T> {
    return this.#find(ref, (found) =>
      question(ablate('model' in found ? found.model : found, ref.ablations)),
    )
  }

  /**
   * Keeps a checkpoint's network loaded for work of many questions, through other questions meanwhile.
   * The one in training is not kept: it changes with each step.
   * @returns ends that; to be called once
   */
  async hold(ref: ModelRef): Promise<() => void> {
    return this.#find(ref, (found) => {
      if (!('model' in found)) return () => undefined
      found.holders += 1
      return () => {
        found.holders -= 1
        this.#trim()
      }
    })
  }

  /** Frees all networks that were loaded. */
  dispose(): void {
    for (const { network } of this.#loaded.values()) network.dispose()
    this.#loaded.clear()
  }

  /** Finds a network and acts on it in the same turn: in the next it may have other weights. */
  async #find<T>(ref: ModelRef, act: (found: AskedModel | LoadedModel) => T): Promise<T> {
    if (ref.kind === 'training') {
      const handle = this.#training()
      if (handle === null) throw noTraining()
      const model = askTraining(handle)
      if (model !== null) return act(model)
      if (handle.status().phase === 'preparing') throw stillPreparing()
      // The run has ended: its best checkpoint is what it learned.
      return this.#find({ kind: 'run', folder: handle.runFolder, checkpoint: null }, act)
    }
    const checkpoint = ref.checkpoint ?? (await readBestName(ref.folder))
    const key = `${ref.folder}\n${checkpoint ?? ''}`
    for (;;) {
      const loaded = this.#loaded.get(key)
      if (loaded !== undefined) {
        this.#loaded.delete(key)
        this.#loaded.set(key, loaded)
        return act(loaded)
      }
      await this.#load(key, ref.folder, checkpoint, ref.checkpoint === null)
    }
  }

  #load(key: string, folder: string, checkpoint: string | null, isBest: boolean): Promise<void> {
    let loading = this.#loading.get(key)
    if (loading === undefined) {
      loading = this.#lastLoad
        .then(() => this.#open(key, folder, checkpoint, isBest))
        .finally(() => this.#loading.delete(key))
      this.#loading.set(key, loading)
      this.#lastLoad = loading.catch(() => undefined)
    }
    return loading
  }

  async #open(
    key: string,
    folder: string,
    checkpoint: string | null,
    isBest: boolean,
  ): Promise<void> {
    let spec = ''
    const opened = await openRun(folder, checkpoint, (wanted) => {
      spec = JSON.stringify(wanted)
      return this.#provide(key, wanted, spec)
    })
    const { run, network } = opened
    const name = `${run.name === '' ? basename(folder) : run.name}, ${opened.checkpoint}`
    const source = {
      title: `run ${name}${isBest ? ' (best)' : ''}`,
      step: null,
      runFolder: folder,
      checkpoint: opened.checkpoint,
      weights: `${folder}\n${opened.checkpoint}`,
    }
    const model = describeModel(run, network, source)
    const weightBytes = countWeightBytes(run.network)
    this.#loaded.set(key, { model, network, spec, weightBytes, holders: 0 })
  }

  /** A network for that spec which nobody can ask until it is loaded. */
  async #provide(key: string, wanted: NetworkSpec, spec: string): Promise<CompiledNetwork> {
    const [alike, ...others] = this.#listIdle().filter(
      (one) => this.#loaded.get(one)?.spec === spec,
    )
    const weightBytes = countWeightBytes(wanted)
    // Sliding through checkpoints needs one copy; two asked in turn would replace each other each time.
    const isAskedInTurn = key === this.#replaced && others.length + 1 < MAX_LOADED
    if (alike !== undefined && !(isAskedInTurn && this.#hasRoom(weightBytes))) {
      this.#replaced = alike
      return this.#take(alike)
    }
    this.#makeRoom(weightBytes)
    return compileNetwork({ spec: wanted, precision: 'float32', trainable: false })
  }

  /** Takes a network out: it is found no more under its old name. */
  #take(key: string): CompiledNetwork {
    const taken = this.#loaded.get(key)
    if (taken === undefined) throw new Error(`Expected ${key} to be loaded.`)
    this.#loaded.delete(key)
    return taken.network
  }

  /** Frees what was asked longest ago until one more network may be loaded. */
  #makeRoom(weightBytes: number): void {
    for (const key of this.#listIdle()) {
      if (this.#listIdle().length < MAX_LOADED && this.#hasRoom(weightBytes)) return
      this.#replaced = key
      this.#take(key).dispose()
    }
  }

  /** Frees what is more than may stay, once nobody holds it. */
  #trim(): void {
    for (const key of this.#listIdle().slice(0, -MAX_LOADED)) this.#take(key).dispose()
  }

  #hasRoom(weightBytes: number): boolean {
    const loaded = [...this.#loaded.values()].reduce((sum, one) => sum + one.weightBytes, 0)
    return loaded + weightBytes <= MAX_MEMORY_SHARE * this.#readAvailableBytes()
  }

  /** Keys of those that nobody holds; the one that was asked longest ago comes first. */
  #listIdle(): string[] {
    return [...this.#loaded].flatMap(([key, { holders }]) => (holders === 0 ? [key] : []))
  }
}

function countWeightBytes(spec: NetworkSpec): number {
  const { layers } = describeNetwork(spec)
  return FLOAT_BYTES * layers.reduce((sum, { parameters }) => sum + parameters, 0)
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
    'Start training, or choose a run.',
  )
}

function stillPreparing(): LabError {
  return new LabError(
    'busy',
    'Expected a network in training; it is still being prepared.',
    'Try again after the first step.',
  )
}
