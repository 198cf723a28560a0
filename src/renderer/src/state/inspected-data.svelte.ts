import {
  MAX_RUN_DATASETS,
  type DatasetPicture,
  type DatasetSummary,
  type ErrorInfo,
  type ModelRef,
  type Progress,
} from '../../../shared/contract'
import { resolvePicturePath } from '../../../shared/picture-path'
import type { RunFile } from '../../../shared/spec'
import { callEngine, type CallOptions } from '../lib/engine/bridge'
import { findModelOf } from '../lib/network/model-choice'
import type { PictureOrigin } from '../lib/words/origin-words'
import type { DataState } from './data-state.svelte'
import type { InspectState } from './inspect-state.svelte'
import type { LiveState } from './live-state.svelte'
import { OfferedPictures } from './offered-pictures'
import { Question } from './question.svelte'
import type { RunsState } from './runs-state.svelte'
import type { TrainingState } from './training-state.svelte'

/** The parts of the window's state that decide, read when they are needed. */
interface Parts {
  readonly inspect: InspectState
  readonly live: LiveState
  readonly training: TrainingState
  readonly runs: RunsState
  readonly data: DataState
}

/** What became of the question for a run's own pictures. */
interface OwnPictures {
  /** Names the run, and where its pictures were. */
  readonly key: string
  /** null where there are none. */
  readonly dataset: DatasetSummary | null
  readonly error: ErrorInfo | null
}

const NONE: OwnPictures = { key: '', dataset: null, error: null }

/**
 * The pictures that belong to the network that is looked into. The run decides: its own pictures are on
 * offer, in its own halves; a picture from elsewhere can be looked at, and it is known that it is one. The
 * Data view and what Train would start with stay as they are.
 */
export class InspectedData extends OfferedPictures {
  readonly #lab: Parts
  readonly #opening = new Question<DatasetSummary>()
  /** By run: what it was last trained on may have moved. */
  #answers = $state.raw<readonly OwnPictures[]>([])
  #pending: { readonly key: string; readonly found: Promise<DatasetSummary | null> } | null = null
  readonly #place = new Question<{ readonly image: string; readonly origin: PictureOrigin }>()
  #brought = $state<string | null>(null)
  #isOfData = $state(false)

  constructor(lab: Parts) {
    super()
    this.#lab = lab
  }

  /** Folder of the run that is looked into, also while it trains; null where there is none. */
  get runFolder(): string | null {
    return this.#folderOf(this.#lab.inspect.model)
  }

  /** The run that is looked into; null until the list of runs has it. */
  get run(): RunFile | null {
    return this.#findRun(this.runFolder)
  }

  /** The run's own pictures; null where they are not known or not there, as those of an imported network. */
  get own(): DatasetSummary | null {
    return this.#answerOf(this.runFolder)?.dataset ?? null
  }

  /** What is on offer: the run's own pictures, or those of the Data view. */
  get dataset(): DatasetSummary | null {
    if (this.isOfData) return this.#lab.data.dataset
    return this.own
  }

  /** Whether the pictures of the Data view are on offer: by choice, or since the run has none. */
  get isOfData(): boolean {
    const hasNone = this.#answerOf(this.runFolder)?.dataset === null
    return hasNone || (this.#isOfData && this.#lab.data.dataset !== null)
  }
  set isOfData(isOfData: boolean) {
    this.#isOfData = isOfData
  }

  /** Whether the run's own pictures are being looked for. */
  get isOpening(): boolean {
    return this.#opening.isBusy
  }

  get progress(): Progress | null {
    return this.#opening.progress
  }

  /** Why the run's own pictures cannot be shown. */
  get error(): ErrorInfo | null {
    return this.#answerOf(this.runFolder)?.error ?? null
  }

  /** Where the picture that is shown comes from; null until that is known. */
  get origin(): PictureOrigin | null {
    const place = this.#place.value
    return place !== null && place.image === this.#lab.inspect.image ? place.origin : null
  }

  /** The class that the picture that is shown is of; null where nobody has told. */
  get trueClass(): string | null {
    const { origin } = this
    return origin === null || origin.kind === 'elsewhere' ? null : origin.className
  }

  /** The last picture from elsewhere, which a change of the run may have put aside. */
  get brought(): string | null {
    return this.#brought
  }

  /**
   * Looks into a run: its weights, and the picture that is shown where it is one of the run's own, else the
   * first that it was validated on. Pictures that come by themselves go on.
   */
  async choose(model: ModelRef | null): Promise<void> {
    const { inspect, live } = this.#lab
    const folder = this.#folderOf(model)
    if (model === null || folder === null) {
      await inspect.chooseModel(model)
      return
    }
    const picture = this.#choosePicture(folder)
    await inspect.open(model, live.isShown ? null : picture)
  }

  /**
   * Looks at a picture of the Data view through a network that was trained on that data: the one that is
   * looked into, the one in training, or the newest. Where there is none the network stays.
   */
  async lookAt(image: string): Promise<void> {
    const { inspect, training, runs, data } = this.#lab
    const inTraining = training.isActive ? training.status : null
    const source = data.dataset?.source ?? ''
    const model = findModelOf(source, inspect.model, inTraining, runs.runs)
    if (model === null || model === inspect.model) await inspect.chooseImage(image)
    else await inspect.open(model, image)
  }

  /** Looks for the pictures of the run that is looked into, where that was not done yet. */
  async openOwn(): Promise<void> {
    const folder = this.runFolder
    if (folder !== null && this.#answerOf(folder) === undefined) await this.#open(folder)
  }

  /** A fresh engine has no pictures open. */
  async reconnect(): Promise<void> {
    this.#answers = []
    this.#pending = null
    await this.openOwn()
  }

  /** A picture to begin with: of the run's own the first that it was validated on, else the Data view's. */
  async findFirst(): Promise<string | null> {
    const { dataset } = this
    if (dataset === null) return null
    try {
      return await firstOf(dataset, this.isOfData ? [undefined] : ['validation', 'train'])
    } catch {
      // The data set is gone or being read again: the strip shows it, and nothing was asked for.
      return null
    }
  }

  /** Finds out where the picture that is shown comes from. */
  async locate(): Promise<void> {
    const { image } = this.#lab.inspect
    if (image === null || this.isOpening) return
    const place = await this.#place.ask(async (options) => ({
      image,
      origin: await this.#originOf(image, options),
    }))
    const isOwn = place?.origin.kind === 'elsewhere' && !this.#lab.live.isShown
    if (isOwn) this.#brought = image
  }

  #folderOf(model: ModelRef | null): string | null {
    if (model === null) return null
    return model.kind === 'run' ? model.folder : this.#lab.training.status.runFolder
  }

  #findRun(folder: string | null): RunFile | null {
    return this.#lab.runs.runs.find((run) => run.folder === folder)?.run ?? null
  }

  #keyOf(folder: string): string {
    return `${folder}\n${this.#findRun(folder)?.dataFolder ?? ''}`
  }

  /** undefined while they are looked for. */
  #answerOf(folder: string | null): OwnPictures | undefined {
    return folder === null ? NONE : this.#answers.find(({ key }) => key === this.#keyOf(folder))
  }

  /** Several may wait for the same pictures: they are looked for once. */
  #open(folder: string): Promise<DatasetSummary | null> {
    const key = this.#keyOf(folder)
    if (this.#pending?.key !== key) {
      const found = this.#look(folder, key).finally(() => {
        if (this.#pending?.found === found) this.#pending = null
      })
      this.#pending = { key, found }
    }
    return this.#pending.found
  }

  async #look(folder: string, key: string): Promise<DatasetSummary | null> {
    if (folder !== this.runFolder) this.#isOfData = false
    // What an imported network was trained on nobody knows.
    const isKnown = this.#findRun(folder)?.imported === undefined
    const dataset = isKnown
      ? await this.#opening.ask((options) =>
          callEngine('dataset.openRun', { runFolder: folder }, options),
        )
      : null
    const error = isKnown ? this.#opening.error : null
    // Another run's were asked for meanwhile.
    if (isKnown && dataset === null && error === null) return null
    const others = this.#answers.filter((answer) => answer.key !== key)
    this.#answers = [...others.slice(1 - MAX_RUN_DATASETS), { key, dataset, error }]
    return dataset
  }

  /** The picture to show of a run; null leaves the one that is shown. */
  async #choosePicture(folder: string): Promise<string | null> {
    const { inspect } = this.#lab
    const own = this.#answerOf(folder)?.dataset ?? (await this.#open(folder))
    if (own === null) return null
    try {
      const { image } = inspect
      const isOwn = image !== null && (await locateIn(own, image)) !== null
      return isOwn ? image : await firstOf(own, ['validation', 'train'])
    } catch {
      return null
    }
  }

  async #originOf(image: string, options: CallOptions): Promise<PictureOrigin> {
    const { own } = this
    const { dataset } = this.#lab.data
    const ofRun = own && (await locateIn(own, image, options))
    if (own && ofRun) {
      return { kind: 'run', split: ofRun.split, className: nameClass(own, ofRun) }
    }
    const ofData = dataset && (await locateIn(dataset, image, options))
    return dataset && ofData
      ? { kind: 'data', source: dataset.source, className: nameClass(dataset, ofData) }
      : { kind: 'elsewhere' }
  }
}

function locateIn(
  { source }: DatasetSummary,
  image: string,
  options: CallOptions = {},
): Promise<DatasetPicture | null> {
  return callEngine('dataset.locate', { folder: source, image }, options)
}

function nameClass({ classes }: DatasetSummary, { classIndex }: DatasetPicture): string {
  return classes[classIndex]?.name ?? ''
}

/** The first picture of the first half that has one. */
async function firstOf(
  { source, folder }: DatasetSummary,
  halves: readonly (DatasetPicture['split'] | undefined)[],
): Promise<string | null> {
  for (const split of halves) {
    const half = split === undefined ? {} : { split }
    const args = { folder: source, classIndex: null, ...half, offset: 0, limit: 1 }
    const [picture] = (await callEngine('dataset.pictures', args)).pictures
    if (picture !== undefined) return resolvePicturePath(folder, picture.file)
  }
  return null
}
