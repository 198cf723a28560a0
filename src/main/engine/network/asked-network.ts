import { LabError } from '../../../shared/contract/errors'
import type { Precision, Preprocessing } from '../../../shared/spec'
import { INPUT, type Network } from '../../../shared/vgg'
import { listSummaryFetches, readChannelSummary } from './channel-summary'
import { checkPictures, checkPrepared } from './check-batch'
import { listGlanceFetches, readGlance } from './glance'
import { FED, PLAIN, SCALED, type PassNodes } from './nodes'
import { feedPictures, feedPrepared } from './preprocess'
import type { Feeds, GraphSession } from './saved-model'
import { feedLayerOutput, feedScales, multiplyScales } from './scaled-pass'
import { checkUnderScores, feedScore, scoreLayer } from './score-feed'
import type {
  AskedNetwork,
  ChannelMean,
  ChannelScales,
  ChannelSummary,
  HostTensor,
  InputBatch,
  LayerOutput,
  LayerWeights,
  NamedTensors,
  NetworkGlance,
  ObjectiveGradient,
  OutputKernel,
  PictureBatch,
  ScoreGradient,
  Tap,
  Unit,
} from './types'
import { checkUnit, feedChannelMean, feedUnit } from './unit-feed'
import type { WeightStore } from './weight-store'

/** What questions need of a network in its session. */
export interface AskedParts {
  readonly session: GraphSession
  readonly network: Network
  readonly precision: Precision
  readonly weights: WeightStore
  readonly preprocessing: () => Preprocessing
}

/** Turns questions into feeds and fetches of the graph: of its plain pass, or of the scaled one. */
export class AskedGraph implements AskedNetwork {
  readonly network: Network
  readonly precision: Precision
  readonly #parts: AskedParts
  readonly #scales: ChannelScales
  readonly #nodes: PassNodes
  /** Factors that go with every question. */
  readonly #factors: Feeds

  /** @param scales - empty for the network as it is */
  constructor(parts: AskedParts, scales: ChannelScales = new Map()) {
    this.network = parts.network
    this.precision = parts.precision
    this.#parts = parts
    this.#scales = scales
    this.#nodes = scales.size === 0 ? PLAIN : SCALED
    this.#factors = feedScales(parts.network, scales)
  }

  withScales(scales: ChannelScales): AskedNetwork {
    if (scales.size === 0) return this
    return new AskedGraph(this.#parts, multiplyScales(this.#scales, scales))
  }

  infer(batch: InputBatch): HostTensor {
    return this.#fetchOne(this.#feedInput(batch), this.#nodes.probabilities)
  }

  tap(batch: InputBatch, taps: readonly Tap[]): HostTensor[] {
    for (const { layer } of taps) this.#requireLayer(layer)
    return this.#run(
      this.#feedInput(batch),
      taps.map((tap) => this.#nodes.tap(tap)),
    )
  }

  tapFrom(from: LayerOutput, taps: readonly Tap[]): HostTensor[] {
    for (const { layer } of taps) this.#requireLayer(layer)
    this.#parts.weights.requireAll()
    // Only the scaled pass has such a way in; its factors are ones unless they are fed.
    return this.#run(
      { ...feedLayerOutput(this.network, from, taps), ...this.#factors },
      taps.map((tap) => SCALED.tap(tap)),
    )
  }

  summariseChannels(batch: InputBatch, layer: string): ChannelSummary {
    checkUnit(this.network, { layer, row: 0, column: 0, channel: null })
    const fetches = listSummaryFetches(layer, this.#nodes)
    return readChannelSummary(this.#run(this.#feedInput(batch), fetches))
  }

  glance(batch: InputBatch, taps: readonly Tap[]): NetworkGlance {
    if (batch.count !== 1) {
      throw new LabError('internal', `Expected one picture to glance at, got ${batch.count}.`)
    }
    for (const { layer } of taps) this.#requireLayer(layer)
    const reduced = listGlanceFetches(this.network, this.#nodes)
    const fetches = [...reduced, ...taps.map((tap) => this.#nodes.tap(tap))]
    const tensors = this.#run(this.#feedInput(batch), fetches)
    return {
      layers: readGlance(this.network, tensors.slice(0, reduced.length)),
      taps: tensors.slice(reduced.length),
    }
  }

  gradient(batch: InputBatch, classIndex: number, layer: string, guided = false): HostTensor {
    const feeds = this.#feedScore(batch, classIndex, layer)
    return this.#fetchOne(feeds, this.#nodes.gradient(layer, guided))
  }

  gradientAndOutput(
    batch: InputBatch,
    classIndex: number,
    layer: string,
    guided = false,
  ): ScoreGradient {
    const feeds = this.#feedScore(batch, classIndex, layer)
    const [gradient, output, scores] = this.#run(feeds, [
      this.#nodes.gradient(layer, guided),
      this.#nodes.tap({ layer, stage: 'output' }),
      this.#nodes.tap({ layer: scoreLayer(this.network), stage: 'output' }),
    ])
    if (gradient === undefined || output === undefined || scores === undefined)
      throw new LabError('internal', `TensorFlow gave no gradient of ${layer}.`)
    return { gradient, output, scores }
  }

  unitGradient(batch: PictureBatch, unit: Unit): HostTensor {
    const feeds = {
      ...this.#feedInput(batch),
      [this.#nodes.unitGradient(unit.layer)]: feedUnit(this.network, unit, batch.count),
    }
    return this.#fetchOne(feeds, this.#nodes.gradient(INPUT, false))
  }

  objectiveGradient(batch: InputBatch, objective: Unit | ChannelMean): ObjectiveGradient {
    const { layer } = objective
    const feeds = {
      ...this.#feedInput(batch),
      [this.#nodes.unitGradient(layer)]:
        'row' in objective
          ? feedUnit(this.network, objective, batch.count)
          : feedChannelMean(this.network, objective, batch.count),
    }
    const [score, gradient] = this.#run(feeds, [
      this.#nodes.unitScore(layer),
      this.#nodes.gradient(INPUT, false),
    ])
    if (gradient === undefined)
      throw new LabError('internal', `TensorFlow gave no gradient of ${layer}.`)
    return { score: score?.data[0] ?? NaN, gradient }
  }

  getWeights(): NamedTensors {
    return this.#parts.weights.get()
  }

  getLayerWeights(layer: string): LayerWeights {
    this.#requireLayer(layer)
    return this.#parts.weights.getLayer(layer)
  }

  getKernel(layer: string, channel: number): OutputKernel {
    return this.#parts.weights.getKernel(layer, channel)
  }

  #run(feeds: Feeds, fetches: readonly string[]): HostTensor[] {
    return this.#parts.session.run(feeds, fetches)
  }

  #fetchOne(feeds: Feeds, fetch: string): HostTensor {
    const [tensor] = this.#run(feeds, [fetch])
    if (tensor === undefined)
      throw new LabError('internal', `TensorFlow gave nothing for ${fetch}.`)
    return tensor
  }

  #feedInput(batch: InputBatch): Feeds {
    const { spec } = this.network
    if ('values' in batch) checkPrepared(batch, spec)
    else checkPictures(batch, spec)
    this.#parts.weights.requireAll()
    const pictures =
      'values' in batch
        ? feedPrepared(batch, spec.inputSize)
        : feedPictures(batch, this.#parts.preprocessing())
    return { ...pictures, ...this.#factors }
  }

  #feedScore(batch: InputBatch, classIndex: number, layer: string): Feeds {
    this.#requireLayer(layer)
    checkUnderScores(this.network, layer)
    return {
      ...this.#feedInput(batch),
      [FED.scoreGradient]: feedScore(this.network, classIndex, batch.count),
    }
  }

  #requireLayer(name: string): void {
    const names = [INPUT, ...this.network.layers.map((layer) => layer.name)]
    if (names.includes(name)) return
    throw new LabError(
      'bad-input',
      `Expected a layer of this network, got "${name}".`,
      `Choose one of ${names.join(', ')}.`,
    )
  }
}
