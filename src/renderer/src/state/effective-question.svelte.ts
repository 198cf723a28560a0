import type { EffectiveField, ErrorInfo, ModelRef, ModelSummary } from '../../../shared/contract'
import { describeNetwork, type Network } from '../../../shared/vgg'
import { callEngine } from '../lib/engine/bridge'
import { areaOf, findFieldBox, type FieldBox } from '../lib/network/field-box'
import type { UnitPlace } from '../lib/links/architecture-place'
import type { DataState } from './data-state.svelte'
import { Question } from './question.svelte'
import { measureEffectiveField, type EffectiveNumbers } from '../lib/network/effective-numbers'

/** Where the pictures come from. */
export type FieldPictures = 'dataset' | 'opened'

/** What of the section the question starts from. */
export interface ShownUnit {
  readonly network: Network
  readonly layer: string
  readonly unit: UnitPlace
}

/** An answer with what it was asked for. */
export interface MeasuredField {
  readonly field: EffectiveField
  readonly box: FieldBox
  readonly numbers: EffectiveNumbers
  /** In words: "run digits, epoch-0007 (best)". */
  readonly model: string
  /** Training goes on: the weights are those of the moment. */
  readonly isTraining: boolean
}

/** A unit of a loaded network, and how its effective field is measured. */
export class EffectiveQuestion {
  readonly #data: DataState
  readonly #shown: () => ShownUnit
  readonly #summary = new Question<ModelSummary>()
  readonly #answer = new Question<MeasuredField>()
  #model = $state.raw<ModelRef | null>(null)
  /** Pictures of the data set to average over, as typed. */
  count = $state(16)
  source = $state<FieldPictures>('dataset')
  /** Whether one channel is measured, `channel`, or all together. */
  channels = $state<'all' | 'one'>('all')
  channel = $state(0)

  readonly #network = $derived(
    this.#summary.value === null ? null : describeNetwork(this.#summary.value.network),
  )
  readonly #unit = $derived.by((): UnitPlace | null => {
    const { layer, unit, network } = this.#shown()
    const own = this.#network?.layers.find(({ name }) => name === layer)
    const shown = network.layers.find(({ name }) => name === layer)
    if (own === undefined || shown === undefined) return null
    // The same place in the picture, where the planes differ in size.
    const place = (at: number, from: number, to: number): number =>
      Math.min(to - 1, Math.floor(((at + 0.5) / from) * to))
    return {
      row: place(unit.row, shown.output[0], own.output[0]),
      column: place(unit.column, shown.output[1], own.output[1]),
    }
  })
  readonly #isSameNetwork = $derived.by(
    () => this.#network !== null && hasSameFields(this.#network, this.#shown().network),
  )

  /** @param shown - the chosen unit, followed as it changes */
  constructor(data: DataState, shown: () => ShownUnit) {
    this.#data = data
    this.#shown = shown
  }

  get model(): ModelRef | null {
    return this.#model
  }

  get summary(): ModelSummary | null {
    return this.#summary.value
  }

  /** The loaded network; null until it is known. */
  get network(): Network | null {
    return this.#network
  }

  /** Whether the loaded network has the fields of the one that is shown. */
  get isSameNetwork(): boolean {
    return this.#isSameNetwork
  }

  /** The unit that is asked, in the loaded network's plane; null where it has no such layer. */
  get unit(): UnitPlace | null {
    return this.#unit
  }

  /** Channels of the layer in the loaded network; 0 where it has none. */
  get channelCount(): number {
    const { layer } = this.#shown()
    return this.#network?.layers.find(({ name }) => name === layer)?.output[2] ?? 0
  }

  get answer(): MeasuredField | null {
    return this.#answer.value
  }

  get isMeasuring(): boolean {
    return this.#answer.isBusy
  }

  get progress() {
    return this.#answer.progress
  }

  get error(): ErrorInfo | null {
    return this.#answer.error ?? this.#summary.error
  }

  /** Chooses the weights to ask. */
  async chooseModel(model: ModelRef | null): Promise<void> {
    this.#model = model
    this.#answer.clear()
    this.#summary.clear()
    await this.describe()
  }

  /** Asks what the chosen weights are: a run's best checkpoint is another by and by. */
  async describe(): Promise<void> {
    const model = this.#model
    if (model === null) return
    await this.#summary.ask((options) => callEngine('model.describe', { model }, options))
  }

  /**
   * Measures the unit; the newest question wins.
   * @param opened - absolute path of the opened picture, for that source
   */
  async measure(opened: string | null): Promise<void> {
    const { layer } = this.#shown()
    const [model, network, unit, summary] = [this.#model, this.#network, this.#unit, this.summary]
    if (model === null || network === null || unit === null || summary === null) return
    const { source, count } = this
    const channel = this.channels === 'one' ? this.channel : null
    await this.#answer.ask(async (options) => {
      const images =
        source === 'opened' && opened !== null ? [opened] : await this.#listPictures(count)
      const field = await callEngine(
        'inspect.effectiveField',
        { model, images, layer, ...unit, channel },
        options,
      )
      const box = findFieldBox(network, layer, unit.row, unit.column)
      const numbers = measureEffectiveField(field, box)
      const isTraining = model.kind === 'training'
      return { field, box, numbers, model: summary.title, isTraining }
    })
  }

  cancel(): void {
    this.#answer.cancel()
  }

  dismissError(): void {
    this.#answer.dismissError()
    this.#summary.dismissError()
  }

  async #listPictures(count: number): Promise<string[]> {
    const { pictures } = await this.#data.pictures({ classIndex: null }, 0, count)
    return pictures.map((picture) => this.#data.pathOf(picture))
  }
}

/** Whether two networks have layers of the same names and geometry, regardless of width. */
function hasSameFields(a: Network, b: Network): boolean {
  const tell = ({ layers, spec }: Network): string =>
    JSON.stringify([
      spec.inputSize,
      ...layers.map(({ name, window: { kernel, stride } }) => [name, kernel, stride]),
    ])
  return tell(a) === tell(b)
}

/** "95% within 61 px of 132 (46%)", the areas compared; null without mass. */
export function describeHeld({
  numbers,
  box,
}: Pick<MeasuredField, 'numbers' | 'box'>): string | null {
  if (numbers.heldSidePx === null) return null
  const side = box.full.width
  const share = numbers.heldSidePx ** 2 / areaOf(box.full)
  return `95% within ${numbers.heldSidePx} px of ${side}: ${(share * 100).toFixed(0)}% of the area`
}
