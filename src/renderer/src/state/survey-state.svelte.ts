import type {
  ErrorInfo,
  LayerSurvey,
  ModelRef,
  Progress,
  SelectivityMeasure,
  UnitSurvey,
} from '../../../shared/contract'
import { callEngine } from '../lib/engine/bridge'
import { Question } from './question.svelte'

/** A layer of a network, and the open data set by its source. */
export interface LayerTarget {
  readonly model: ModelRef
  readonly folder: string
  readonly layer: string
}

/** A channel of it. */
export interface SurveyTarget extends LayerTarget {
  readonly channel: number
}

/** What can be asked of a unit. */
export const UNIT_SECTIONS = [
  { value: 'data', label: 'Data set' },
  { value: 'maximise', label: 'Maximise' },
  { value: 'filters', label: 'Filters' },
] as const

export type UnitSection = (typeof UNIT_SECTIONS)[number]['value']

/** Least time between two looks at what a survey has found so far. */
const LOOK_INTERVAL_MS = 1000

/** What the channels of the chosen layer make of the data set. */
export class SurveyState {
  readonly #job = new Question<LayerSurvey>()
  readonly #layer = new Question<LayerSurvey | null>()
  readonly #unit = new Question<UnitSurvey | null>()
  #target = $state.raw<SurveyTarget | null>(null)
  #jobTarget = $state.raw<SurveyTarget | null>(null)
  #lookedMs = 0
  /** What of the unit is shown. */
  section = $state<UnitSection>('data')
  /** Pictures to be counted at most, as typed. */
  limit = $state(1000)
  /** What of a picture the classes are compared by. */
  measure = $state<SelectivityMeasure>('peaks')

  /** The layer's channels as far as they are known; null before the first picture. */
  get layer(): LayerSurvey | null {
    return this.#layer.value
  }

  /** The chosen channel as far as it is known. */
  get unit(): UnitSurvey | null {
    return this.#unit.value
  }

  /** Class selectivity of a layer's channels; null where it is not the one looked at, or not searched. */
  selectivityOf(layer: string): Float32Array | null {
    const known = this.#layer.value
    return known?.layer === layer ? known.selectivity[this.measure].index : null
  }

  /** Whether pictures are being shown to a layer now; it may be another than the one looked at. */
  get isRunning(): boolean {
    return this.#job.isBusy
  }

  /** The layer that pictures are being shown to. */
  get runningLayer(): string | null {
    return this.isRunning ? (this.#jobTarget?.layer ?? null) : null
  }

  get progress(): Progress | null {
    return this.#job.progress
  }

  get isLooking(): boolean {
    return this.#layer.isBusy || this.#unit.isBusy
  }

  get error(): ErrorInfo | null {
    return this.#job.error ?? this.#layer.error ?? this.#unit.error
  }

  /** Looks at a channel; what is known of it is asked for. */
  async follow(target: SurveyTarget | null): Promise<void> {
    const before = this.#target
    this.#target = target
    const isSameLayer = target !== null && before !== null && keyOf(target) === keyOf(before)
    if (!isSameLayer) {
      this.#layer.clear()
      this.#unit.clear()
    }
    if (target !== null) await this.#look(!isSameLayer)
  }

  /** Looks at a layer alone; what is known of its channels is asked for. */
  async followLayer(layer: LayerTarget | null): Promise<void> {
    const before = this.#target
    const isSameLayer = layer !== null && before !== null && keyOf(layer) === keyOf(before)
    if (isSameLayer) return
    this.#layer.clear()
    this.#unit.clear()
    this.#target = layer === null ? null : { ...layer, channel: 0 }
    if (layer !== null) {
      await this.#layer.ask((options) => callEngine('survey.layer', layer, options))
    }
  }

  /** Shows pictures to the layer, until `limit` are counted; goes on where it was paused. */
  async run(): Promise<void> {
    const target = this.#target
    if (target === null) return
    this.#jobTarget = target
    const { model, folder, layer } = target
    const { limit } = this
    await this.#job.ask(({ signal, onProgress }) =>
      callEngine(
        'survey.run',
        { model, folder, layer, limit },
        {
          signal,
          onProgress: (progress) => {
            onProgress?.(progress)
            this.#lookOnTheWay()
          },
        },
      ),
    )
    await this.#look(true)
  }

  /** What was counted stays; {@link run} goes on from there. */
  pause(): void {
    this.#job.cancel()
  }

  dismissError(): void {
    this.#job.dismissError()
    this.#layer.dismissError()
    this.#unit.dismissError()
  }

  #lookOnTheWay(): void {
    const [job, target] = [this.#jobTarget, this.#target]
    if (job === null || target === null || keyOf(job) !== keyOf(target) || this.isLooking) return
    if (performance.now() - this.#lookedMs > LOOK_INTERVAL_MS) void this.#look(true)
  }

  /** @param isLayerToo - not only the channel */
  async #look(isLayerToo: boolean): Promise<void> {
    const target = this.#target
    if (target === null) return
    this.#lookedMs = performance.now()
    const { channel, ...layer } = target
    await Promise.all([
      isLayerToo
        ? this.#layer.ask((options) => callEngine('survey.layer', layer, options))
        : undefined,
      this.#unit.ask((options) => callEngine('survey.unit', { ...layer, channel }, options)),
    ])
  }
}

const keyOf = ({ model, folder, layer }: LayerTarget): string =>
  JSON.stringify([model, folder, layer])
