import {
  toErrorInfo,
  type BrokenRun,
  type ErrorInfo,
  type RunTransfer,
} from '../../../shared/contract'
import {
  isTopFiveUseful,
  type RunCurves,
  type RunLabels,
  type RunSummary,
} from '../../../shared/spec'
import { MAX_COMPARED } from '../charts/run-marks'
import { callMain, onMainEvent } from '../lib/engine/bridge'

/** The runs on disk, newest first. */
export class RunsState {
  readonly #activeFolder: () => string | null
  #runs = $state.raw<readonly RunSummary[]>([])
  #broken = $state.raw<readonly BrokenRun[]>([])
  #error = $state.raw<ErrorInfo | null>(null)
  #isLoading = $state(false)
  #transfer = $state.raw<RunTransfer | null>(null)
  #transferred = $state('')
  #transferError = $state.raw<ErrorInfo | null>(null)
  #isLoaded = $state(false)
  #chosen = $state.raw<readonly string[]>([])
  readonly #compared = $derived(
    this.#chosen.flatMap((folder) => this.#runs.find((run) => run.folder === folder) ?? []),
  )
  readonly #interrupted = $derived.by(() => this.#runs.filter((run) => this.isInterrupted(run)))
  /** Folders of interrupted runs that are not told again; null until they are read. */
  #dismissed = $state.raw<readonly string[] | null>(null)
  readonly #announced = $derived.by(() => this.#listAnnounced())
  readonly #recent = $derived([...this.#runs].sort((a, b) => (a.activeAt < b.activeAt ? 1 : -1)))
  readonly #unfinished = $derived.by(() => {
    const last = this.#recent.find(({ run }) => run.imported === undefined)
    if (last === undefined || last.run.state === 'failed') return null
    return this.#activeFolder() === null && this.canContinue(last) ? last : null
  })

  /** @param activeFolder - folder of the run that the engine is training, or null */
  constructor(activeFolder: () => string | null) {
    this.#activeFolder = activeFolder
  }

  get runs(): readonly RunSummary[] {
    return this.#runs
  }

  /** Folders among the runs that cannot be read, with the reason. */
  get broken(): readonly BrokenRun[] {
    return this.#broken
  }

  get error(): ErrorInfo | null {
    return this.#error
  }

  get isLoading(): boolean {
    return this.#isLoading
  }

  /** Whether the list was read at least once. */
  get isLoaded(): boolean {
    return this.#isLoaded
  }

  /** Runs that were cut off: their folder says "running" and nobody runs them. Newest first. */
  get interrupted(): readonly RunSummary[] {
    return this.#interrupted
  }

  /**
   * The interrupted runs that the banner tells of: neither dismissed nor followed by a run that ended as
   * it should.
   */
  get announced(): readonly RunSummary[] {
    return this.#announced
  }

  /** Tells no more of these runs, also after a restart, until they were continued and cut off again. */
  async dismissInterrupted(folders: readonly string[]): Promise<void> {
    const before = this.#dismissed ?? []
    await this.#keepDismissed([...before, ...folders.filter((one) => !before.includes(one))])
  }

  /** Those that were at work last come first. */
  get recent(): readonly RunSummary[] {
    return this.#recent
  }

  /** The run that was at work last, where it was stopped or cut off before its end and none is now. */
  get unfinished(): RunSummary | null {
    return this.#unfinished
  }

  /** The runs that are compared, in the order in which they were chosen. */
  get compared(): readonly RunSummary[] {
    return this.#compared
  }

  /** Takes a run into the comparison, or out of it; one more than {@link MAX_COMPARED} is left out. */
  compare(folder: string, isCompared: boolean): void {
    const others = this.#compared.flatMap((run) => (run.folder === folder ? [] : [run.folder]))
    this.#chosen = (isCompared ? [...others, folder] : others).slice(0, MAX_COMPARED)
  }

  compareNone(): void {
    this.#chosen = []
  }

  isInterrupted(run: RunSummary): boolean {
    const isOpen = run.run.state === 'running' || run.run.state === 'paused'
    return isOpen && !this.isInTraining(run)
  }

  /** Whether a run is in training now, here or in another program. */
  isInTraining({ folder, isLocked }: RunSummary): boolean {
    return isLocked || folder === this.#activeFolder()
  }

  /** Whether top-5 accuracy is shown for a run: only when it has enough classes to say anything. */
  hasTopFive(folder: string | null): boolean {
    const found = this.#runs.find((run) => run.folder === folder)
    return found !== undefined && isTopFiveUseful(found.run.network.classes)
  }

  /** Whether training can go on: from the last checkpoint, or from the start where there is none yet. */
  canContinue(summary: RunSummary): boolean {
    const { run } = summary
    const isUnfinished = run.state !== 'finished' && run.imported === undefined
    return isUnfinished && !this.isInTraining(summary)
  }

  /** Whether a finished run may be given more epochs. */
  canTrainLonger(summary: RunSummary): boolean {
    const { run, checkpoints } = summary
    const isTrained = run.state === 'finished' && run.imported === undefined
    return isTrained && checkpoints.length > 0 && !this.isInTraining(summary)
  }

  /** Reads the list again. */
  async refresh(): Promise<void> {
    this.#isLoading = true
    try {
      const { runs, broken } = await callMain('runs.list', {})
      this.#runs = runs
      this.#broken = broken
      this.#error = null
      this.#isLoaded = true
      await this.#forgetContinued()
    } catch (error) {
      this.#error = toErrorInfo(error)
    } finally {
      this.#isLoading = false
    }
  }

  /** All metrics of a run, from its file. @throws LabError */
  curves(folder: string): Promise<RunCurves> {
    return callMain('runs.curves', { folder })
  }

  /** Gives a run another name. @throws LabError while it trains */
  async rename(folder: string, name: string): Promise<void> {
    await callMain('runs.rename', { folder, name })
    await this.refresh()
  }

  /** Sets a run's group and tags. @throws LabError */
  async label(folder: string, labels: RunLabels): Promise<void> {
    await callMain('runs.label', { folder, labels })
    await this.refresh()
  }

  /** Moves a run to the system's trash. @throws LabError while it trains */
  async trash(folder: string): Promise<void> {
    await callMain('runs.trash', { folder })
    await this.refresh()
  }

  /** The export or import that is going on; null: none. */
  get transfer(): RunTransfer | null {
    return this.#transfer
  }

  /** What the last export or import came to, in words; '' for nothing. */
  get transferred(): string {
    return this.#transferred
  }

  /** Asks where and writes a run there as one file. */
  async export(folder: string): Promise<void> {
    await this.#move(async () => {
      const file = await callMain('runs.export', { folder })
      return file === null ? '' : `The run is in ${file}.`
    })
  }

  /** Asks for the file of an exported run and makes a new run of it. */
  async import(): Promise<void> {
    await this.#move(async () => {
      const folder = await callMain('runs.import', {})
      if (folder === null) return ''
      await this.refresh()
      return `The run was imported into ${folder}.`
    })
  }

  cancelTransfer(): void {
    void callMain('runs.cancelTransfer', {})
  }

  dismissTransferred(): void {
    this.#transferred = ''
    this.#transferError = null
  }

  /** Why the last export or import failed. */
  get transferError(): ErrorInfo | null {
    return this.#transferError
  }

  /** Reads what was dismissed before and follows main; returns what stops following. */
  connect(): () => void {
    void callMain('settings.get', {}).then(({ dismissedRuns }) => (this.#dismissed = dismissedRuns))
    return onMainEvent('transfer', (transfer) => (this.#transfer = transfer))
  }

  #listAnnounced(): RunSummary[] {
    const dismissed = this.#dismissed
    if (dismissed === null) return []
    const lastGood = this.#recent.find(endedWell)?.activeAt ?? ''
    return this.#interrupted.filter(
      ({ folder, activeAt }) => !dismissed.includes(folder) && activeAt > lastGood,
    )
  }

  /** A run that is no longer interrupted is told of again if it should be cut off once more. */
  async #forgetContinued(): Promise<void> {
    const dismissed = this.#dismissed
    const left = dismissed?.filter((folder) =>
      this.#interrupted.some((run) => run.folder === folder),
    )
    if (left && left.length < (dismissed?.length ?? 0)) await this.#keepDismissed(left)
  }

  async #keepDismissed(dismissedRuns: readonly string[]): Promise<void> {
    this.#dismissed = dismissedRuns
    await callMain('settings.set', { dismissedRuns: [...dismissedRuns] })
  }

  async #move(make: () => Promise<string>): Promise<void> {
    this.dismissTransferred()
    try {
      this.#transferred = await make()
    } catch (error) {
      const info = toErrorInfo(error)
      if (info.code === 'cancelled') this.#transferred = info.message
      else this.#transferError = info
    }
  }

  /** Shows a run's folder in the system's file manager. */
  async reveal(folder: string): Promise<void> {
    await callMain('shell.reveal', { path: folder })
  }
}

/** Whether a run came to the end that was wanted; one from a file was not trained here. */
function endedWell({ run }: RunSummary): boolean {
  return (run.state === 'finished' || run.state === 'stopped') && run.imported === undefined
}
