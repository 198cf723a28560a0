import type { ModelRef } from '../../../shared/contract'
import {
  checkpointName,
  type EpochMetrics,
  type RunCurves,
  type RunSummary,
} from '../../../shared/spec'

/** The part of the inspection that is slid through the checkpoints. */
interface SlidModel {
  readonly model: ModelRef | null
  chooseModel(model: ModelRef): Promise<void>
}

/** How long a checkpoint is shown at least while they are played, in ms. */
const SHOWN_MS = 600

/**
 * Slides through the checkpoints that a run kept: one network is loaded at a time, and of the places
 * that the slider passes meanwhile only the last is asked.
 */
export class CheckpointSlide {
  readonly #inspect: SlidModel
  readonly #runs: () => readonly RunSummary[]
  readonly #readCurves: (folder: string) => Promise<RunCurves>
  /** Where the slider is; null when the network that is shown is the one it is at. */
  #wanted = $state<string | null>(null)
  #isFollowing = false
  #epochs = $state.raw<readonly EpochMetrics[]>([])
  /** Stands for the playing that goes on; null while none does. */
  #playing = $state.raw<object | null>(null)
  readonly #run = $derived.by(() => {
    const { model } = this.#inspect
    if (model?.kind !== 'run') return null
    return this.#runs().find(({ folder }) => folder === model.folder) ?? null
  })
  readonly #bestName = $derived(this.#run?.best ? checkpointName(this.#run.best.epoch) : null)
  readonly #name = $derived.by(() => {
    const { model } = this.#inspect
    const chosen = model?.kind === 'run' ? model.checkpoint : null
    return this.#wanted ?? chosen ?? this.#bestName ?? this.checkpoints.at(-1) ?? ''
  })
  readonly #metrics = $derived(
    this.#epochs.find(({ epoch }) => checkpointName(epoch) === this.#name) ?? null,
  )

  constructor(
    inspect: SlidModel,
    runs: () => readonly RunSummary[],
    readCurves: (folder: string) => Promise<RunCurves>,
  ) {
    this.#inspect = inspect
    this.#runs = runs
    this.#readCurves = readCurves
  }

  /** Folder of the run; null where no run is looked into. */
  get folder(): string | null {
    return this.#run?.folder ?? null
  }

  /** Names of the checkpoints that were kept, oldest first. */
  get checkpoints(): readonly string[] {
    return this.#run?.checkpoints ?? []
  }

  /** Place of the slider among the checkpoints. */
  get index(): number {
    return Math.max(0, this.checkpoints.indexOf(this.#name))
  }

  /** Name of the checkpoint that the slider is at. */
  get name(): string {
    return this.#name
  }

  get isBest(): boolean {
    return this.#name === this.#bestName
  }

  /** What its epoch measured; null until it is read, or where the run does not tell. */
  get metrics(): EpochMetrics | null {
    return this.#metrics
  }

  get isPlaying(): boolean {
    return this.#playing !== null
  }

  /** Reads what the epochs measured. */
  async readMetrics(): Promise<void> {
    const { folder } = this
    if (folder === null) {
      this.#epochs = []
      return
    }
    try {
      const { epochs } = await this.#readCurves(folder)
      if (folder === this.folder) this.#epochs = epochs
    } catch {
      // Without what they measured the checkpoints still have their names.
      if (folder === this.folder) this.#epochs = []
    }
  }

  /** Slides to a place; resolves when the newest place is shown. */
  async slideTo(index: number): Promise<void> {
    this.pause()
    await this.#follow(index)
  }

  /** Shows one checkpoint after the other to the last; from the first where it is at the last. */
  async play(): Promise<void> {
    if (this.#playing !== null) return
    const { folder } = this
    const playing = {}
    this.#playing = playing
    let next = this.index + 1 < this.checkpoints.length ? this.index + 1 : 0
    while (this.#isOn(playing, folder) && next < this.checkpoints.length) {
      const shown = new Promise((done) => setTimeout(done, SHOWN_MS))
      await this.#follow(next)
      await shown
      next += 1
    }
    if (this.#playing === playing) this.#playing = null
  }

  pause(): void {
    this.#playing = null
  }

  #isOn(playing: object, folder: string | null): boolean {
    return this.#playing === playing && this.folder === folder
  }

  async #follow(index: number): Promise<void> {
    const { folder } = this
    const name = this.checkpoints[index]
    if (folder === null || name === undefined) return
    this.#wanted = name
    if (this.#isFollowing) return
    this.#isFollowing = true
    try {
      let asked = ''
      while (this.#wanted !== asked && this.folder === folder) {
        asked = this.#wanted
        await this.#inspect.chooseModel({ kind: 'run', folder, checkpoint: asked })
      }
    } finally {
      this.#isFollowing = false
      this.#wanted = null
    }
  }
}
