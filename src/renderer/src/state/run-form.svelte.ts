import type {
  LastSession,
  MemoryReport,
  RangeTest,
  StartCheck,
  StepMeasure,
} from '../../../shared/contract'
import {
  applyPreset,
  changedKeys,
  checkSettings,
  defaultScale,
  defaultSettings,
  findPreset,
  type Preset,
  type PresetKey,
  type PresetName,
  type RunFile,
  type TrainingSettings,
} from '../../../shared/spec'
import type { NetworkSpec } from '../../../shared/vgg'
import { callEngine } from '../lib/engine/bridge'
import { paceKey } from '../lib/network/run-pace'
import { Question } from './question.svelte'

/** The run whose settings were taken over. */
export interface ReusedRun {
  readonly runName: string
  /** What it was trained on. */
  readonly dataFolder: string
  /** Its folder of validation pictures, which belongs to that data; null for none. */
  readonly validationFolder: string | null
}

/** What the next run is started with, and what can be asked of it before. */
export class RunForm {
  #settings = $state.raw<TrainingSettings>(defaultSettings())
  readonly #faults = $derived(checkSettings(this.#settings))
  #presetName = $state<PresetName>('small-data')
  readonly #preset = $derived(findPreset(this.#presetName))
  readonly #changed = $derived(changedKeys(this.#preset, this.#settings))
  #runName = $state('')
  #reused = $state.raw<ReusedRun | null>(null)
  #memory = $state.raw<MemoryReport | null>(null)
  #freeBytes = $state.raw<number | null>(null)
  /** The learning-rate range test that was asked for last. */
  readonly rangeTest = new Question<RangeTest>()
  /** The check of the start that was asked for last. */
  readonly startCheck = new Question<StartCheck>()
  /** The update that was timed last, with what it was timed for. */
  readonly stepMeasure = new Question<StepMeasure & { readonly key: string }>()

  /** Values of the form. */
  get settings(): TrainingSettings {
    return this.#settings
  }

  /** What is wrong with the form, one line a field; empty when a run can start. */
  get faults(): ReturnType<typeof checkSettings> {
    return this.#faults
  }

  /**
   * Changes one value of the form. The scale S follows the input size in the paper's ratio; a
   * configuration is one as in the paper, so an edit goes.
   */
  set<K extends keyof TrainingSettings>(key: K, value: TrainingSettings[K]): void {
    const { edit, ...settings } = this.#settings
    const isKept = edit !== undefined && key !== 'configuration'
    const next = { ...settings, ...(isKept && { edit }), [key]: value }
    this.#settings = key === 'inputSize' ? { ...next, scale: defaultScale(Number(value)) } : next
  }

  /** Takes over a network from elsewhere; its classes stay those of the folder. */
  setNetwork({ configuration, edit, inputSize, width }: NetworkSpec): void {
    this.set('configuration', configuration)
    this.set('inputSize', inputSize)
    this.set('width', width)
    if (edit !== undefined) this.set('edit', edit)
  }

  /** Puts the form back as it was kept. */
  restore({ preset, runName, settings }: LastSession['form']): void {
    this.#presetName = preset
    this.#runName = runName
    this.#settings = settings
  }

  /** The run whose settings were taken over last; null when there is nothing to say of it. */
  get reused(): ReusedRun | null {
    return this.#reused
  }

  /**
   * Takes over the settings of a run.
   * @param openData - the data that is open: a validation folder of other data is left out
   */
  reuse({ name, settings, dataFolder }: RunFile, openData: string | null): void {
    const { validationFolder } = settings
    const kept = dataFolder === openData ? validationFolder : null
    this.#settings = { ...settings, validationFolder: kept }
    this.#reused = { runName: name, dataFolder, validationFolder }
  }

  forgetReused(): void {
    this.#reused = null
  }

  /** Puts all values back to the default preset. */
  resetSettings(): void {
    this.#reused = null
    this.#presetName = 'small-data'
    this.#settings = defaultSettings()
  }

  /** The preset that was chosen last. */
  get preset(): Preset {
    return this.#preset
  }

  /** Settings of the preset that are other ones by now. */
  get changedFromPreset(): readonly PresetKey[] {
    return this.#changed
  }

  /** What the preset needs and has not; null when it has it. */
  get need(): Preset['needs'] {
    const { needs } = this.#preset
    return needs === null || this.#settings[needs] !== null ? null : needs
  }

  /** Puts the values of a preset into the form. */
  choosePreset(name: PresetName): void {
    this.#reused = null
    this.#presetName = name
    this.#settings = applyPreset(findPreset(name), this.#settings)
  }

  /** Name for the next run; '' lets the lab choose one. */
  get runName(): string {
    return this.#runName
  }
  set runName(name: string) {
    this.#runName = name
  }

  /** Memory for training; null until the engine has told it. */
  get memory(): MemoryReport | null {
    return this.#memory
  }

  /** Asks how much memory is free now. */
  async readMemory(): Promise<void> {
    this.#memory = await callEngine('device.memory', {}).catch(() => null)
  }

  /** Free space where runs are written, in bytes; null until it is told. */
  get freeBytes(): number | null {
    return this.#freeBytes
  }

  /** Asks how much space is free now. */
  async readDisk(runsFolder: string): Promise<void> {
    const disk = await callEngine('device.disk', { folder: runsFolder }).catch(() => null)
    this.#freeBytes = disk?.availableBytes ?? null
  }

  /** Times an update with the settings of the form. */
  async measureStep(classes: number): Promise<void> {
    const settings = this.#settings
    const key = paceKey(settings, classes)
    await this.stepMeasure.ask(async (options) => ({
      ...(await callEngine('training.measureStep', { settings, classes }, options)),
      key,
    }))
  }

  /** A learning-rate range test with the settings of the form. */
  async findRate(dataFolder: string): Promise<void> {
    const settings = this.#settings
    this.rangeTest.clear()
    await this.rangeTest.ask((options) =>
      callEngine('training.findRate', { dataFolder, settings }, options),
    )
  }

  /** Signal and gradient by layer before a run with the settings of the form. */
  async checkStart(dataFolder: string): Promise<void> {
    const settings = this.#settings
    this.startCheck.clear()
    await this.startCheck.ask((options) =>
      callEngine('training.checkStart', { dataFolder, settings }, options),
    )
  }
}
