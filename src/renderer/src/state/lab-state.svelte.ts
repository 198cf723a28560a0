import { createContext } from 'svelte'
import type { AppInfo, MainEvents, PageName } from '../../../shared/contract'
import { isListPath, type RunSummary } from '../../../shared/spec'
import { callMain, connectBridge, onEngineEvent, onMainEvent } from '../lib/engine/bridge'
import { epochClock, redrawClock } from '../lib/clock/redraw-clock'
import { AppearanceState } from './appearance-state.svelte'
import { ArchitectureState } from './architecture-state.svelte'
import { ArithmeticState } from './arithmetic-state.svelte'
import { AugmentationState } from './augmentation-state.svelte'
import { CompareState } from './compare-state.svelte'
import { ConvolutionState } from './convolution-state.svelte'
import { CorrectionsState } from './corrections-state.svelte'
import { DataState } from './data-state.svelte'
import { EngineSession } from './engine-session.svelte'
import { EvaluateState } from './evaluate-state.svelte'
import { FeatureExportState } from './feature-export.svelte'
import { FeaturesState } from './features-state.svelte'
import { FieldsState } from './fields-state.svelte'
import { InspectedData } from './inspected-data.svelte'
import { InspectState } from './inspect-state.svelte'
import { LastSessionState } from './last-session.svelte'
import { LiveState } from './live-state.svelte'
import { MaximiseState } from './maximise-state.svelte'
import { QueueState } from './queue-state.svelte'
import { RunsState } from './runs-state.svelte'
import { SurveyState } from './survey-state.svelte'
import { TrainingState, type ContinueChanges, type PictureFolder } from './training-state.svelte'
import { WhatIfState } from './what-if-state.svelte'
import { WeightsState } from './weights-state.svelte'
import { WhyState } from './why-state.svelte'

/** All of the window's state: made once in App.svelte and passed by context. */
export class LabState {
  #info = $state.raw<AppInfo | null>(null)
  #view = $state<PageName | null>(null)
  #areKeysShown = $state(false)
  #areSettingsShown = $state(false)

  readonly appearance = new AppearanceState()
  readonly architecture = new ArchitectureState()
  readonly engine = new EngineSession()
  readonly training = new TrainingState(() => this.#info)
  readonly queue = new QueueState(this.training, () => this.engine.isReady)
  readonly data = new DataState(
    () => this.training.form.settings,
    () => this.#info,
    // Another folder's validation pictures are of other classes.
    () => this.training.form.set('validationFolder', null),
  )
  readonly corrections = new CorrectionsState()
  readonly augmentation = new AugmentationState(this.data, () => this.training.form.settings)
  readonly fields = new FieldsState(this.architecture, this.data)
  readonly convolution = new ConvolutionState(this.data, () => this.architecture.place.layer)
  readonly inspect: InspectState = new InspectState(() => this.whatIf.applied)
  readonly inspected: InspectedData = new InspectedData(this)
  readonly whatIf: WhatIfState = new WhatIfState(
    this.inspect,
    this.inspected,
    () => this.inspected.runFolder ?? '',
  )
  readonly arithmetic = new ArithmeticState()
  readonly compare = new CompareState(this.inspect, this.inspected, this.whatIf)
  readonly why = new WhyState(this.inspect)
  readonly features = new FeaturesState(this.inspect, this.inspected)
  readonly live = new LiveState(this.inspect)
  readonly survey = new SurveyState()
  readonly maximise = new MaximiseState()
  readonly weights = new WeightsState(() => this.#info)
  readonly runs = new RunsState(() =>
    this.training.isActive ? this.training.status.runFolder : null,
  )
  readonly evaluate = new EvaluateState(() => this.runs.runs)
  readonly featureExport = new FeatureExportState(() => this.runs.runs)
  readonly lastSession: LastSessionState = new LastSessionState(this)

  /** Facts about the program; null until main has told them. */
  get info(): AppInfo | null {
    return this.#info
  }

  /** What is shown: the start page or a view; null until it is known where the lab was left. */
  get view(): PageName | null {
    return this.#view
  }
  set view(view: PageName | null) {
    this.#view = view
  }

  /** Whether the list of keys is shown. */
  get areKeysShown(): boolean {
    return this.#areKeysShown
  }
  set areKeysShown(areShown: boolean) {
    this.#areKeysShown = areShown
  }

  /** Whether the settings are shown. */
  get areSettingsShown(): boolean {
    return this.#areSettingsShown
  }
  set areSettingsShown(areShown: boolean) {
    this.#areSettingsShown = areShown
  }

  /** Takes up all connections, on mount; returns what ends them. */
  connect(): () => void {
    const stops = [
      onMainEvent('command', (command) => void this.#obey(command)),
      onMainEvent('engine', (state) => {
        if (state.state === 'gone') this.training.markInterrupted(state.reason)
        if (state.state === 'gone') void this.runs.refresh()
        if (state.state === 'ready') void this.#greetEngine()
      }),
      onEngineEvent('status', ({ phase }) => {
        // What ended an earlier run is no news once a later one has ended as it should.
        if (phase === 'finished') this.engine.dismissInterruption()
      }),
      redrawClock.connect(document),
      epochClock.connect(document),
      this.appearance.connect(),
      this.engine.connect(),
      this.training.connect(),
      this.data.connect(),
      this.inspect.connect(),
      this.live.connect(),
      this.whatIf.connect(),
      this.runs.connect(),
    ]
    this.architecture.connect()
    void callMain('app.info', {}).then((info) => {
      this.#info = info
    })
    void this.runs.refresh()
    connectBridge()
    void this.training.refresh().catch(() => undefined)
    void this.queue.load()
    void this.lastSession.restore()
    return () => stops.forEach((stop) => stop())
  }

  /** Goes on with a run, from the list or after the engine died, and shows it. */
  async continueRun(folder: string, changes: ContinueChanges = {}): Promise<void> {
    this.engine.dismissInterruption()
    this.#view = 'Train'
    await this.training.continueRun(folder, changes)
    await this.runs.refresh()
  }

  /** Puts the settings of a run into the Train form, and shows it. */
  useSettings({ run }: RunSummary): void {
    this.training.form.reuse(run, this.data.dataset?.source ?? null)
    this.#view = 'Train'
  }

  /** Sets up an evaluation of a run, and shows it. */
  evaluateRun(run: RunSummary, checkpoint: string | null = null): void {
    this.evaluate.setUp(run, checkpoint)
    this.#view = 'Evaluate'
  }

  /** Opens the data of the run whose settings were taken over, with its folder of validation pictures. */
  async openReusedData(): Promise<void> {
    const { form } = this.training
    const { reused } = form
    if (reused === null || !(await this.data.open(reused.dataFolder))) return
    form.set('validationFolder', reused.validationFolder)
  }

  /** Asks where the pictures of a run are now, goes on with it there, and shows it. */
  async continueElsewhere(folder: string, kind: PictureFolder): Promise<void> {
    const run = this.runs.runs.find((one) => one.folder === folder)?.run
    const before = kind === 'dataFolder' ? run?.dataFolder : run?.settings.validationFolder
    const pictures = kind === 'dataFolder' ? 'pictures' : 'validation pictures'
    const place = isListPath(before ?? '')
      ? await callMain('dialog.openList', {})
      : await callMain('dialog.openFolder', {
          title: `Choose where the ${pictures}${run ? ` of ${run.name}` : ''} are now`,
        })
    if (place === null) return
    this.#view = 'Train'
    await this.training.continueElsewhere(folder, kind, place)
    await this.runs.refresh()
  }

  /**
   * Imports somebody else's weights and opens them in Inspect.
   * @param path - absolute; left out, the person is asked for a file
   */
  async importWeights(path?: string): Promise<void> {
    const file = path ?? (await this.weights.chooseFile())
    if (file === null) return
    const imported = await this.weights.import(file)
    if (imported === null) return
    await this.runs.refresh()
    this.#view = 'Inspect'
    await this.inspected.choose({ kind: 'run', folder: imported.runFolder, checkpoint: null })
  }

  /** A fresh engine has no data set, no run and no model loaded. */
  async #greetEngine(): Promise<void> {
    const folder = this.data.dataset?.source
    if (folder !== undefined) await this.data.open(folder)
    await this.inspected.reconnect()
    await this.inspect.reconnect()
  }

  async #obey(command: MainEvents['command']): Promise<void> {
    switch (command.name) {
      case 'show-view':
        this.#view = command.view
        break
      case 'show-keys':
        this.#areKeysShown = true
        break
      case 'show-settings':
        this.#areSettingsShown = true
        break
      case 'open-folder':
        this.#view = 'Data'
        await (command.path === undefined ? this.data.chooseFolder() : this.data.open(command.path))
        break
      case 'open-image':
        this.#view = 'Inspect'
        await (command.path === undefined
          ? this.inspect.openImage()
          : this.inspect.chooseImage(command.path))
        break
      case 'import-weights':
        await this.importWeights()
        break
    }
  }
}

/** `setLab` in App.svelte, `getLab` in every component below it. */
export const [getLab, setLab] = createContext<LabState>()
