import { LabError } from '../../../shared/contract/errors'
import { itemAt, present } from '../../../shared/present'
import type { Precision, Preprocessing } from '../../../shared/spec'
import { INPUT, type Network, type SessionCall } from '../../../shared/vgg'
import type { CallGuard } from './call-guard'
import { listSummaryFetches, readChannelSummary } from './channel-summary'
import { checkPictureBatch, checkPrepared } from './check-batch'
import { cutInput, cutOutput, joinTensors } from './cut-batch'
import { listGlanceFetches, readGlance } from './glance'
import { FED, PLAIN, SCALED, type PassNodes } from './nodes'
import { askInStrips, checkPlanes, cutPlanes } from './planes'
import { feedPictures, feedPlanes, feedPrepared } from './preprocess'
import type { Feeds, GraphSession } from './saved-model'
import { feedLayerOutput, feedScales, multiplyScales } from './scaled-pass'
import { checkUnderScores, feedScore, scoreLayer } from './score-feed'
import type {
  AskedNetwork,
  ChannelMean,
  ChannelScales,
  ChannelSummary,
  LayerOutput,
  LayerWeights,
  NetworkGlance,
  ObjectiveGradient,
  OutputKernel,
  ScoreGradient,
  Tap,
  Unit,
} from './asked-network'
import type { HostTensor, NamedTensors } from '../tensors/host-tensor'
import type { InputBatch, PictureBatch, PlaneBatch } from '../tensors/batches'
import { checkUnit, feedChannelMean, feedUnit } from './unit-feed'
import type { WeightStore } from './weight-store'

/** What questions need of a network in its session. */
export interface AskedParts {
  readonly session: GraphSession
  readonly network: Network
  readonly precision: Precision
  readonly weights: WeightStore
  readonly preprocessing: () => Preprocessing
  readonly guard: CallGuard
}

/**
 * Turns questions into feeds and fetches of the graph: of its plain pass, or of the scaled one. What is
 * asked of more pictures than memory has room for goes in several session calls.
 */
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
    return this.#askOne({ kind: 'forward' }, batch, (part) =>
      this.#run(this.#feedInput(part), [this.#nodes.probabilities]),
    )
  }

  tap(batch: InputBatch, taps: readonly Tap[]): HostTensor[] {
    for (const { layer } of taps) this.#requireLayer(layer)
    const fetched = taps.map(({ layer }) => layer)
    return this.#ask({ kind: 'forward', fetched }, batch, (part) =>
      this.#run(
        this.#feedInput(part),
        taps.map((tap) => this.#nodes.tap(tap)),
      ),
    )
  }

  tapFrom(from: LayerOutput, taps: readonly Tap[]): HostTensor[] {
    for (const { layer } of taps) this.#requireLayer(layer)
    this.#parts.weights.requireAll()
    const feeds = feedLayerOutput(this.network, from, taps)
    const fetches = taps.map((tap) => SCALED.tap(tap))
    const call = {
      kind: 'forward',
      from: from.layer,
      fetched: taps.map(({ layer }) => layer),
    } as const
    const count = itemAt(from.tensor.shape, 0)
    const size = this.#parts.guard.limit(call, count)
    // Only the scaled pass has such a way in; its factors are ones unless they are fed.
    if (size >= count) return this.#run({ ...feeds, ...this.#factors }, fetches)
    const parts = [...cutOutput(from, size)].map((part) =>
      this.#run({ ...feedLayerOutput(this.network, part, taps), ...this.#factors }, fetches),
    )
    return joinTensors(parts)
  }

  tapPlanes(batch: PlaneBatch, layer: string, stage: Tap['stage'] = 'output'): HostTensor {
    const { guard, weights, preprocessing } = this.#parts
    const own = checkPlanes(this.network, batch, layer)
    weights.requireAll()
    const ask = (part: PlaneBatch): HostTensor => {
      const feeds = { ...feedPlanes(part, preprocessing()), ...this.#factors }
      return present(this.#run(feeds, [this.#nodes.tap({ layer, stage })])[0])
    }
    const { count, height, width } = batch
    const size = guard.countFitting({ kind: 'maps', layer, height, width }, count)
    if (size >= count) return ask(batch)
    const parts = [...cutPlanes(batch, Math.max(1, size))]
    const tensors = parts.map((part) => (size > 0 ? ask(part) : askInStrips(guard, part, own, ask)))
    return present(joinTensors(tensors.map((tensor) => [tensor]))[0])
  }

  summariseChannels(batch: InputBatch, layer: string): ChannelSummary {
    checkUnit(this.network, { layer, row: 0, column: 0, channel: null })
    const fetches = listSummaryFetches(layer, this.#nodes)
    const summaries = this.#ask({ kind: 'forward' }, batch, (part) =>
      this.#run(this.#feedInput(part), fetches),
    )
    return readChannelSummary(summaries)
  }

  glance(batch: InputBatch, taps: readonly Tap[]): NetworkGlance {
    if (batch.count !== 1) {
      throw new LabError('internal', `Expected one picture to glance at, got ${batch.count}.`)
    }
    for (const { layer } of taps) this.#requireLayer(layer)
    const reduced = listGlanceFetches(this.network, this.#nodes)
    const fetches = [...reduced, ...taps.map((tap) => this.#nodes.tap(tap))]
    const fetched = taps.map(({ layer }) => layer)
    this.#parts.guard.require({ kind: 'forward', fetched, keepsAll: true }, batch.count)
    const tensors = this.#run(this.#feedInput(batch), fetches)
    return {
      layers: readGlance(this.network, tensors.slice(0, reduced.length)),
      taps: tensors.slice(reduced.length),
    }
  }

  gradient(batch: InputBatch, classIndex: number, layer: string, guided = false): HostTensor {
    return this.#askOne({ kind: 'gradient' }, batch, (part) =>
      this.#run(this.#feedScore(part, classIndex, layer), [this.#nodes.gradient(layer, guided)]),
    )
  }

  gradientAndOutput(
    batch: InputBatch,
    classIndex: number,
    layer: string,
    guided = false,
  ): ScoreGradient {
    const [gradient, output, scores] = this.#ask({ kind: 'gradient' }, batch, (part) =>
      this.#run(this.#feedScore(part, classIndex, layer), [
        this.#nodes.gradient(layer, guided),
        this.#nodes.tap({ layer, stage: 'output' }),
        this.#nodes.tap({ layer: scoreLayer(this.network), stage: 'output' }),
      ]),
    )
    if (gradient === undefined || output === undefined || scores === undefined)
      throw new LabError('internal', `TensorFlow returned no gradient of ${layer}.`)
    return { gradient, output, scores }
  }

  unitGradient(batch: PictureBatch, unit: Unit): HostTensor {
    const call = { kind: 'gradient', of: unit.layer } as const
    return this.#askOne(call, batch, (part) => {
      const feeds = {
        ...this.#feedInput(part),
        [this.#nodes.unitGradient(unit.layer)]: feedUnit(this.network, unit, part.count),
      }
      return this.#run(feeds, [this.#nodes.gradient(INPUT, false)])
    })
  }

  objectiveGradient(batch: InputBatch, objective: Unit | ChannelMean): ObjectiveGradient {
    const { layer } = objective
    let score = 0
    const gradient = this.#askOne({ kind: 'gradient', of: layer }, batch, (part) => {
      const feeds = {
        ...this.#feedInput(part),
        [this.#nodes.unitGradient(layer)]:
          'row' in objective
            ? feedUnit(this.network, objective, part.count)
            : feedChannelMean(this.network, objective, part.count),
      }
      const fetches = [this.#nodes.unitScore(layer), this.#nodes.gradient(INPUT, false)]
      const [own, ...gradients] = this.#run(feeds, fetches)
      score += present(own?.data[0])
      return gradients
    })
    return { score, gradient }
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

  /** Asks of as many pictures at a time as memory has room for. */
  #ask(
    call: SessionCall,
    batch: InputBatch,
    ask: (part: InputBatch) => HostTensor[],
  ): HostTensor[] {
    this.#checkInput(batch)
    const size = this.#parts.guard.limit(call, batch.count)
    return size >= batch.count ? ask(batch) : joinTensors([...cutInput(batch, size)].map(ask))
  }

  #askOne(
    call: SessionCall,
    batch: InputBatch,
    ask: (part: InputBatch) => HostTensor[],
  ): HostTensor {
    const [tensor] = this.#ask(call, batch, ask)
    if (tensor === undefined)
      throw new LabError('internal', 'TensorFlow returned nothing for a request.')
    return tensor
  }

  #checkInput(batch: InputBatch): void {
    const { spec } = this.network
    if ('values' in batch) checkPrepared(batch, spec)
    else checkPictureBatch(batch, spec)
    this.#parts.weights.requireAll()
  }

  #feedInput(batch: InputBatch): Feeds {
    this.#checkInput(batch)
    const pictures =
      'values' in batch
        ? feedPrepared(batch, this.network.spec.inputSize)
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
