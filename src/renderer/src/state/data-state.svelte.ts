import type {
  AppInfo,
  DatasetFindings,
  DatasetPicture,
  DatasetSummary,
  EncodedPicture,
  ErrorInfo,
  Progress,
} from '../../../shared/contract'
import { callEngine, callMain, type CallOptions } from '../lib/bridge'
import { Request } from './request.svelte'

/** The generated pictures that "Use sample data" makes; the defaults of `vgg-lab sample`. */
const SAMPLE = { classes: 6, images: 40, size: 96, seed: 1 } as const
const MAX_RECENT = 8

/** What the data view needs to know of the training settings: they decide the split. */
export interface SplitSettings {
  readonly validationShare: number
  readonly seed: number
}

/** Which pictures of the data set a list holds. */
export interface PictureFilter {
  /** null: all classes. */
  readonly classIndex: number | null
  readonly split?: DatasetPicture['split']
  /** What the file's name holds, in any case. */
  readonly text?: string
}

/** The data folder that is open. */
export class DataState {
  readonly #scan = new Request<DatasetSummary>()
  readonly #check = new Request<DatasetFindings>()
  readonly #splitSettings: () => SplitSettings
  readonly #info: () => AppInfo | null
  #folder = $state('')
  #recentFolders = $state.raw<readonly string[]>([])

  constructor(splitSettings: () => SplitSettings, info: () => AppInfo | null) {
    this.#splitSettings = splitSettings
    this.#info = info
  }

  /** The current data set after its scan; null before the first. */
  get dataset(): DatasetSummary | null {
    return this.#scan.value
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

  /** The check of all pictures: what it found, how far it is. */
  get check(): Request<DatasetFindings> {
    return this.#check
  }

  /** Folders opened before, newest first. */
  get recentFolders(): readonly string[] {
    return this.#recentFolders
  }

  /** Scans a folder and makes it the current data set; a failure is told in `error`. */
  async open(folder: string): Promise<boolean> {
    this.#folder = folder
    const summary = await this.#scan.ask((options) => this.#openInEngine(folder, options))
    if (summary === null) return false
    this.#check.clear()
    this.#folder = summary.source
    await this.#remember(summary.source)
    return true
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
    this.#check.clear()
    await this.#remember(folder)
    return true
  }

  /** Decodes every picture to find copies, leaks, tiny and unreadable ones. */
  async checkPictures(): Promise<void> {
    const folder = this.dataset?.source ?? ''
    await this.#check.ask((options) => callEngine('dataset.check', { folder }, options))
  }

  cancelScan(): void {
    this.#scan.cancel()
  }

  /** A page of the data set's pictures. @throws LabError */
  pictures(
    filter: PictureFilter,
    offset: number,
    limit: number,
    options: CallOptions = {},
  ): Promise<{ total: number; pictures: DatasetPicture[] }> {
    const args = { folder: this.dataset?.source ?? '', ...filter, offset, limit }
    return callEngine('dataset.pictures', args, options)
  }

  /** Small versions of pictures, in order; null where one cannot be read. @throws LabError */
  thumbnails(
    files: readonly string[],
    sizePx: number,
    options: CallOptions = {},
  ): Promise<(EncodedPicture | null)[]> {
    const args = { folder: this.dataset?.source ?? '', files: [...files], sizePx }
    return callEngine('dataset.thumbnails', args, options)
  }

  /** Absolute path of a picture of the data set, for inspection. */
  pathOf(picture: DatasetPicture): string {
    return `${this.dataset?.folder ?? ''}/${picture.file}`
  }

  /** Reads the folders opened before. */
  connect(): () => void {
    void callMain('settings.get', {}).then((settings) => {
      this.#recentFolders = settings.recentFolders
    })
    return () => {
      this.#scan.cancel()
      this.#check.cancel()
    }
  }

  #openInEngine(folder: string, options: CallOptions): Promise<DatasetSummary> {
    const { validationShare, seed } = this.#splitSettings()
    return callEngine('dataset.open', { folder, validationShare, seed }, options)
  }

  async #remember(folder: string): Promise<void> {
    const others = this.#recentFolders.filter((recent) => recent !== folder)
    const settings = await callMain('settings.set', {
      recentFolders: [folder, ...others].slice(0, MAX_RECENT),
    })
    this.#recentFolders = settings.recentFolders
  }
}
