import { isUnderScores } from '../../../shared/vgg'
import type {
  FeatureMap,
  FeatureMetric,
  FeatureQuestion,
  MapMethod,
  Neighbours,
} from '../../../shared/contract'
import { callEngine } from '../lib/engine/bridge'
import type { DataState } from './data-state.svelte'
import type { InspectState } from './inspect-state.svelte'
import { Question } from './question.svelte'

/** Pictures that are shown around one. */
export const NEAREST_COUNT = 24

/** An answer with what it was asked about. */
export interface AnsweredFeatures<T> {
  readonly value: T
  readonly layer: string
  readonly metric: FeatureMetric
  /** In words: "run digits, epoch-0007 (best)". */
  readonly model: string
  /** Absolute path of the picture that was shown then. */
  readonly image: string
}

/** A picture's place among those of the data set, by the features of a layer. */
export class FeaturesState {
  readonly #inspect: InspectState
  readonly #data: Pick<DataState, 'dataset'>
  readonly #nearest = new Question<AnsweredFeatures<Neighbours>>()
  readonly #map = new Question<AnsweredFeatures<FeatureMap> & { readonly method: MapMethod }>()
  #source = ''
  #layer = $state('fc7')
  metric = $state<FeatureMetric>('cosine')
  /** Pictures of the data set that are looked at; null for all. */
  limit = $state<number | null>(1000)
  method = $state<MapMethod>('umap')
  /** UMAP's `n_neighbors`, `min_dist` and seed. */
  neighbours = $state(15)
  minDist = $state(0.1)
  seed = $state(1)
  #selection = $state.raw<readonly number[]>([])

  constructor(inspect: InspectState, data: Pick<DataState, 'dataset'>) {
    this.#inspect = inspect
    this.#data = data
  }

  /** Layers that have features, the highest first. */
  readonly layers = $derived.by(() =>
    (this.#inspect.network?.layers ?? [])
      .filter(isUnderScores)
      .map(({ name, output: [height, width, channels] }) => ({
        name,
        dims: channels,
        isPooled: height * width > 1,
      }))
      .reverse(),
  )

  /** The layer whose features are compared; the highest one below the scores where it is missing. */
  get layer(): string {
    const names = this.layers.map(({ name }) => name)
    return names.includes(this.#layer) ? this.#layer : (names[1] ?? names[0] ?? '')
  }
  set layer(layer: string) {
    this.#layer = layer
  }

  get nearest(): Question<AnsweredFeatures<Neighbours>> {
    return this.#nearest
  }

  get map() {
    return this.#map
  }

  /** Points of the map that are selected, by their place in it. */
  get selection(): readonly number[] {
    return this.#selection
  }
  set selection(selection: readonly number[]) {
    this.#selection = selection
  }

  /** Forgets what was found among other pictures than those of this source. */
  leaveOther(source: string): void {
    if (source === this.#source) return
    this.#source = source
    this.#nearest.clear()
    this.#map.clear()
    this.#selection = []
  }

  /** Finds the pictures nearest to the one that is shown. */
  async findNearest(): Promise<void> {
    const question = this.#question()
    const { image, summary } = this.#inspect
    if (question === null || image === null || summary === null) return
    const { layer, metric } = question
    await this.#nearest.ask(async (options) => ({
      value: await callEngine(
        'features.neighbours',
        { ...question, image, count: NEAREST_COUNT },
        options,
      ),
      layer,
      metric,
      model: summary.title,
      image,
    }))
  }

  /** Makes the map again. */
  async makeMap(): Promise<void> {
    const question = this.#question()
    const { image, summary } = this.#inspect
    if (question === null || summary === null) return
    const { method, neighbours, minDist, seed } = this
    const { layer, metric } = question
    const made = await this.#map.ask(async (options) => ({
      value: await callEngine(
        'features.map',
        { ...question, method, neighbours, minDist, seed },
        options,
      ),
      layer,
      metric,
      method,
      model: summary.title,
      image: image ?? '',
    }))
    if (made !== null) this.#selection = []
  }

  #question(): FeatureQuestion | null {
    const { asked: model } = this.#inspect
    const folder = this.#data.dataset?.source
    if (model === null || folder === undefined || this.layer === '') return null
    const set = { folder, split: 'all', limit: this.limit } as const
    return { model, set, layer: this.layer, metric: this.metric }
  }
}
