import type { ConvolutionFilter, ErrorInfo, ModelRef, ModelSummary } from '../../../shared/contract'
import { hasFilters, describeNetwork, type Layer } from '../../../shared/vgg'
import { callEngine } from '../lib/engine/bridge'
import type { ConvolutionCase } from '../../../shared/convolution'
import { Question } from './question.svelte'

/** An answer with what it was asked for. */
export interface FilterAtWork {
  readonly filter: ConvolutionFilter
  readonly work: ConvolutionCase
  /** In words: "run digits, epoch-0007 (best)". */
  readonly model: string
  readonly image: string
}

/** One output channel of a loaded network's convolution, at work on a picture. */
export class FilterQuestion {
  readonly #firstLayer: () => string
  readonly #summary = new Question<ModelSummary>()
  readonly #answer = new Question<FilterAtWork>()
  #model = $state.raw<ModelRef | null>(null)
  #image = $state<string | null>(null)
  #layer = $state('')
  #channel = $state(0)
  readonly #layers = $derived.by((): readonly Layer[] => {
    const network = this.#summary.value?.network
    if (network === undefined) return []
    return describeNetwork(network).layers.filter(hasFilters)
  })
  readonly #chosen = $derived(this.#layers.find(({ name }) => name === this.#layer) ?? null)

  /** @param firstLayer - the convolution to begin with, where the network has it */
  constructor(firstLayer: () => string) {
    this.#firstLayer = firstLayer
  }

  get model(): ModelRef | null {
    return this.#model
  }

  get summary(): ModelSummary | null {
    return this.#summary.value
  }

  /** The convolutions of the loaded network. */
  get layers(): readonly Layer[] {
    return this.#layers
  }

  /** The chosen convolution; null until the network is known. */
  get layer(): Layer | null {
    return this.#chosen
  }

  /** Output channels of the chosen convolution; 0 until it is known. */
  get channels(): number {
    return this.#chosen?.output[2] ?? 0
  }

  /** The chosen output channel, from 0. */
  get channel(): number {
    return this.#channel
  }

  /** The last answer stays until the next is there. */
  get answer(): FilterAtWork | null {
    return this.#answer.value
  }

  get isBusy(): boolean {
    return this.#summary.isBusy || this.#answer.isBusy
  }

  get error(): ErrorInfo | null {
    return this.#summary.error ?? this.#answer.error
  }

  dismissError(): void {
    this.#summary.dismissError()
    this.#answer.dismissError()
  }

  /** Chooses the weights to ask. */
  async chooseModel(model: ModelRef | null): Promise<void> {
    this.#model = model
    this.#answer.clear()
    if (model === null) {
      this.#summary.clear()
      return
    }
    if ((await this.describe()) === null) return
    if (this.#layer === '') this.#layer = this.#firstLayer()
    if (this.#chosen === null) this.#layer = this.#layers[0]?.name ?? ''
    this.#channel = Math.min(this.#channel, Math.max(0, this.channels - 1))
    await this.refresh()
  }

  /** Asks what the chosen weights are: a run's best checkpoint is another by and by. */
  async describe(): Promise<ModelSummary | null> {
    const model = this.#model
    if (model === null) return null
    return this.#summary.ask((options) => callEngine('model.describe', { model }, options))
  }

  async chooseLayer(layer: string): Promise<void> {
    this.#layer = layer
    this.#channel = Math.min(this.#channel, Math.max(0, this.channels - 1))
    await this.refresh()
  }

  /** @param channel - one that the layer has */
  async chooseChannel(channel: number): Promise<void> {
    this.#channel = channel
    await this.refresh()
  }

  /** @param image - absolute path; null while there is no file */
  async chooseImage(image: string | null): Promise<void> {
    if (this.#image === image) return
    this.#image = image
    if (image === null) this.#answer.clear()
    else await this.refresh()
  }

  /** Asks again: after an epoch, say. */
  async refresh(): Promise<void> {
    const [model, image, layer, summary] = [this.#model, this.#image, this.#chosen, this.summary]
    if (model === null || image === null || layer === null || summary === null) return
    const question = { model, image, layer: layer.name, channel: this.#channel }
    await this.#answer.ask(async (options) => {
      const filter = await callEngine('inspect.filter', question, options)
      return { filter, work: toCase(filter), model: summary.title, image }
    })
  }
}

function toCase({
  inputShape,
  input,
  kernelShape,
  kernel,
  bias,
}: ConvolutionFilter): ConvolutionCase {
  return { inputShape, input, kernelShape, kernel, bias }
}
