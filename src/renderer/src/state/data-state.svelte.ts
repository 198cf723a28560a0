import type {
  AppInfo,
  DatasetFindings,
  DatasetSummary,
  EngineCalls,
  ErrorInfo,
  Progress,
} from '../../../shared/contract'
import { SAMPLE_PARAMETERS } from '../../../shared/spec'
import { callEngine, callMain, type CallOptions } from '../lib/engine/bridge'
import { OfferedPictures } from './offered-pictures'
import { Question } from './question.svelte'

/** The generated pictures that "Use sample data" makes; the defaults of `vgg-lab sample`. */
const SAMPLE = {
  classes: SAMPLE_PARAMETERS.classes.default,
  images: SAMPLE_PARAMETERS.images.default,
  size: SAMPLE_PARAMETERS.size.default,
  seed: SAMPLE_PARAMETERS.seed.default,
}
const MAX_RECENT = 8

/** What the data view needs to know of the training settings: they decide the split. */
export interface SplitSettings {
  readonly validationShare: number
  readonly seed: number
  /** A folder of validation pictures of its own; null: a share, or the folder's own. */
  readonly validationFolder: string | null
}

/** The data folder that is open. */
export class DataState extends OfferedPictures {
  readonly #scan = new Question<DatasetSummary>()
  readonly #check = new Question<DatasetFindings>()
  readonly #resplit = new Question<EngineCalls['dataset.split']['result']>()
  readonly #splitSettings: () => SplitSettings
  readonly #onOtherFolder: () => void
  readonly #info: () => AppInfo | null
  #folder = $state('')
  #recentFolders = $state.raw<readonly string[]>([])
  #dataset = $state.raw<DatasetSummary | null>(null)
  #split = $state.raw<SplitSettings>({ validationShare: 0, seed: 0, validationFolder: null })
  #leaksBefore = $state<number | null>(null)

  /** @param onOtherFolder - called when another folder than the last one was opened */
  constructor(
    splitSettings: () => SplitSettings,
    info: () => AppInfo | null,
    onOtherFolder: () => void,
  ) {
    super()
    this.#splitSettings = splitSettings
    this.#info = info
    this.#onOtherFolder = onOtherFolder
  }

  /** The current data set after its scan, as it is split; null before the first. */
  get dataset(): DatasetSummary | null {
    return this.#dataset
  }

  /** The split that is in force. */
  get split(): SplitSettings {
    return this.#split
  }

  /** Whether the folder, or the list, says itself which pictures validate. */
  get hasOwnSplit(): boolean {
    return this.#scan.value?.layout.startsWith('train-val') ?? false
  }

  /** How many pictures the data set keeps for a test. */
  get testImages(): number {
    return this.#dataset?.classes.reduce((sum, { test }) => sum + test, 0) ?? 0
  }

  get isSplitting(): boolean {
    return this.#resplit.isBusy
  }

  get splitProgress(): Progress | null {
    return this.#resplit.progress
  }

  get splitError(): ErrorInfo | null {
    return this.#resplit.error
  }

  /** Groups of the same picture in both halves before the split was last changed; null: not known. */
  get leaksBefore(): number | null {
    return this.#leaksBefore
  }

  /** Text of the field "Dataset folder"; what was scanned is `dataset.source`. */
  get folder(): string {
    return this.#folder
  }
  set folder(folder: string) {
    this.#folder = folder
  }

  get isScanning(): boolean {
    return this.#scan.isBusy
  }

  get progress(): Progress | null {
    return this.#scan.progress
  }

  get error(): ErrorInfo | null {
    return this.#scan.error
  }

  /** Forgets why the last folder or list could not be opened. */
  dismissError(): void {
    this.#scan.dismissError()
  }

  /** The check of all pictures: what it found, how far it is. */
  get check(): Question<DatasetFindings> {
    return this.#check
  }

  /** Folders opened before, newest first. */
  get recentFolders(): readonly string[] {
    return this.#recentFolders
  }

  /** Scans a folder and makes it the current data set; a failure is reported in `error`. */
  async open(folder: string): Promise<boolean> {
    this.#folder = folder
    const summary = await this.#scan.ask((options) => this.#openInEngine(folder, options))
    if (summary === null) return false
    this.#show(summary)
    await this.#remember(summary.source)
    return true
  }

  /** Opens the folder of the last session, whose validation pictures stay those of the form. */
  async restore(source: string): Promise<void> {
    this.#folder = source
    const summary = await this.#scan.ask((options) => this.#openInEngine(source, options))
    if (summary !== null) this.#show(summary, { isOther: false })
  }

  /** Splits the data set as these settings say, unless it is so already. */
  async follow(settings: SplitSettings): Promise<void> {
    const folder = this.#dataset?.source
    if (folder === undefined || this.#scan.isBusy) return
    if (isSameSplit(settings, this.#split)) {
      this.#resplit.clear()
      return
    }
    this.#check.cancel()
    const { validationShare, seed, validationFolder } = settings
    const args = { folder, validationShare, seed, validationFolder }
    const answer = await this.#resplit.ask((options) => callEngine('dataset.split', args, options))
    if (answer === null) return
    this.#leaksBefore = this.#check.value?.counts.leaks ?? null
    this.#split = { validationShare, seed, validationFolder }
    this.#dataset = answer.dataset
    this.#check.set(answer.findings)
  }

  /** Asks for a folder and opens it; false when none was chosen or it cannot be used. */
  async chooseFolder(): Promise<boolean> {
    const folder = await callMain('dialog.openFolder', { title: 'Open a folder of pictures' })
    return folder !== null && this.open(folder)
  }

  /** Asks for a list of pictures and labels, and opens it; false when none was chosen. */
  async chooseList(): Promise<boolean> {
    const list = await callMain('dialog.openList', {})
    return list !== null && this.open(list)
  }

  /** Writes the sample pictures where they are not yet, and opens them. */
  async useSample(): Promise<boolean> {
    const folder = this.#info()?.sampleFolder ?? (await callMain('app.info', {})).sampleFolder
    this.#folder = folder
    const summary = await this.#scan.ask(async (options) => {
      await callEngine('dataset.sample', { folder, ...SAMPLE }, options)
      return this.#openInEngine(folder, options)
    })
    if (summary === null) return false
    this.#show(summary)
    await this.#remember(folder)
    return true
  }

  /** Decodes every picture to find copies, leaks, tiny and unreadable ones. */
  async checkPictures(): Promise<void> {
    const folder = this.opened.source
    this.#leaksBefore = null
    await this.#check.ask((options) => callEngine('dataset.check', { folder }, options))
  }

  cancelScan(): void {
    this.#scan.cancel()
  }

  /** Reads the folders opened before. */
  connect(): () => void {
    void callMain('settings.get', {}).then((settings) => {
      this.#recentFolders = settings.recentFolders
    })
    return () => {
      this.#scan.cancel()
      this.#check.cancel()
      this.#resplit.cancel()
    }
  }

  async #openInEngine(folder: string, options: CallOptions): Promise<DatasetSummary> {
    const { validationShare, seed } = this.#splitSettings()
    const args = { folder, validationShare, seed }
    const summary = await callEngine('dataset.open', args, options)
    this.#split = { validationShare, seed, validationFolder: null }
    return summary
  }

  #show(summary: DatasetSummary, { isOther } = { isOther: this.#isOther(summary) }): void {
    this.#check.clear()
    this.#resplit.clear()
    this.#leaksBefore = null
    if (isOther) this.#onOtherFolder()
    this.#dataset = summary
    this.#folder = summary.source
  }

  #isOther({ source }: DatasetSummary): boolean {
    return source !== this.#dataset?.source
  }

  async #remember(folder: string): Promise<void> {
    const others = this.#recentFolders.filter((recent) => recent !== folder)
    const settings = await callMain('settings.set', {
      recentFolders: [folder, ...others].slice(0, MAX_RECENT),
    })
    this.#recentFolders = settings.recentFolders
  }
}

function isSameSplit(a: SplitSettings, b: SplitSettings): boolean {
  return (
    a.validationShare === b.validationShare &&
    a.seed === b.seed &&
    a.validationFolder === b.validationFolder
  )
}
