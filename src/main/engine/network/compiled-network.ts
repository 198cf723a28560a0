import { INPUT, type Layer, type Network } from '../../../shared/vgg'
import { LabError } from '../../../shared/contract/errors'
import {
  paperPreprocessing,
  type Initialisation,
  type Precision,
  type Preprocessing,
} from '../../../shared/spec'
import { listSummaryFetches, readChannelSummary } from './channel-summary'
import {
  checkLabelled,
  checkPictures,
  checkPrepared,
  checkPreprocessing,
  checkStep,
} from './check-batch'
import { chooseDraw } from './initialise'
import { listGlanceFetches, readGlance } from './glance'
import { FED, FETCHED, type TensorKind } from './nodes'
import { listParameters, type Parameter } from './parameters'
import { feedPictures, feedPrepared } from './preprocess'
import { dropoutKey, hashNumbers } from './random-keys'
import { floatFeed, type Feed, type Feeds, type GraphSession } from './saved-model'
import { readScore } from './score'
import { checkUnderScores, feedScore, scoreLayer } from './score-feed'
import { SignalFetches, listTensorFetches, readTensorStatistics } from './statistics'
import { feedLayerOutput, feedScales } from './scaled-pass'
import { checkUnit, feedChannelMean, feedUnit } from './unit-feed'
import { nameTensors, setTensors, type TensorAccess } from './tensor-access'
import { WeightStore } from './weight-store'
import type {
  BatchScore,
  ChannelMean,
  ChannelScales,
  ChannelSummary,
  CompiledNetwork,
  HostTensor,
  InputBatch,
  LabelledBatch,
  LayerOutput,
  LayerWeights,
  NamedTensors,
  NetworkGlance,
  ObjectiveGradient,
  OutputKernel,
  PictureBatch,
  ScoreGradient,
  StepSettings,
  Tap,
  TensorStatistics,
  TrainingWatch,
  Unit,
  WeightRows,
} from './types'

/** What a {@link GraphNetwork} is made from. */
export interface GraphNetworkParts {
  readonly session: GraphSession
  readonly network: Network
  readonly precision: Precision
  readonly trainable: boolean
  readonly frozen: ReadonlySet<string>
}

/** The network in its session: turns each call into feeds and fetches of the graph. */
export class GraphNetwork implements CompiledNetwork {
  readonly network: Network
  readonly precision: Precision
  readonly trainable: boolean
  readonly #session: GraphSession
  readonly #parameters: readonly Parameter[]
  readonly #learning: readonly Parameter[]
  readonly #dropoutLayers: readonly Layer[]
  readonly #signals: SignalFetches
  readonly #weights: WeightStore
  #preprocessing: Preprocessing
  #hasVelocity = false
  #accumulated = 0

  constructor({ session, network, precision, trainable, frozen }: GraphNetworkParts) {
    this.network = network
    this.precision = precision
    this.trainable = trainable
    this.#session = session
    this.#parameters = listParameters(network)
    this.#weights = new WeightStore(session, this.#parameters)
    this.#learning = this.#parameters.filter(({ layer }) => trainable && !frozen.has(layer.name))
    this.#dropoutLayers = network.layers.filter((layer) => layer.dropout)
    this.#signals = new SignalFetches(
      network,
      ({ name, weightShape }) => weightShape !== null && !frozen.has(name),
    )
    this.#preprocessing = paperPreprocessing([0, 0, 0], network.spec.inputSize)
  }

  initialise(scheme: Initialisation, seed: number): void {
    const feeds: Record<string, Feeds[string]> = {
      [FED.seed]: { shape: [], data: Int32Array.of(hashNumbers(seed)) },
    }
    let distribution: 'Uniform' | 'Normal' = 'Normal'
    for (const { name, role, shape } of this.#parameters) {
      if (role === 'bias') continue
      const draw = chooseDraw(scheme, shape)
      distribution = draw.distribution
      feeds[FED.spread(name)] = floatFeed(draw.spread)
    }
    this.#session.run(feeds, [FETCHED.initialised(distribution)])
    this.#weights.note(this.#parameters.map(({ name }) => name))
    if (this.#hasVelocity) this.#session.run({}, [FETCHED.velocityZeroed])
    if (this.trainable) this.clearAccumulated()
  }

  setPreprocessing(preprocessing: Preprocessing): void {
    checkPreprocessing(preprocessing, this.network.spec)
    this.#preprocessing = preprocessing
  }

  train(batch: LabelledBatch, settings: StepSettings): BatchScore {
    this.#prepareStep(settings, batch)
    if (this.#accumulated > 0) {
      throw new LabError(
        'internal',
        'Expected the accumulated gradient to be applied or cleared before a whole step.',
      )
    }
    const feeds = {
      ...this.#feedTraining(batch, settings, 0),
      ...this.#feedUpdate(settings, 1),
      [FED.gradientScale]: feedGradientScale(batch, 1 / batch.count),
    }
    return this.#score(feeds, batch, [FETCHED.trainingScore, FETCHED.trained])
  }

  accumulate(
    batch: LabelledBatch,
    settings: StepSettings,
    microBatch: number,
    { gradientScale = 1, onSignals, onPeaks }: TrainingWatch = {},
  ): BatchScore {
    this.#prepareStep(settings, batch)
    const feeds = {
      ...this.#feedTraining(batch, settings, microBatch),
      [FED.gradientScale]: feedGradientScale(batch, gradientScale),
    }
    const taken = this.#accumulated === 0 ? FETCHED.accumulatedFirst : FETCHED.accumulatedNext
    const signals = onSignals === undefined ? [] : this.#signals.names
    const peaked = this.network.layers.filter(({ relu }) => relu && onPeaks !== undefined)
    const [score, , ...watched] = this.#session.run(feeds, [
      FETCHED.trainingScore,
      taken,
      ...signals,
      ...peaked.map(({ name }) => FETCHED.peaks(name)),
    ])
    this.#accumulated += batch.count
    onSignals?.(this.#signals.read(watched, batch.count))
    onPeaks?.(
      peaked.map(({ name: layer }, index) => ({
        layer,
        peaks: watched[signals.length + index]?.data ?? new Float32Array(),
      })),
    )
    return readScore(score?.data ?? new Float32Array(), batch.count)
  }

  measureTensors(kind: TensorKind): TensorStatistics[] {
    this.#weights.requireAll()
    this.#requireVelocity()
    if (kind === 'gradient' && this.#accumulated === 0) {
      throw new LabError('internal', 'Expected an accumulated gradient to measure, got none.')
    }
    const parameters = (kind === 'value' ? this.#parameters : this.#learning).filter(
      ({ role }) => role === 'weight',
    )
    const tensors = this.#session.run({}, listTensorFetches(kind, parameters))
    return readTensorStatistics(parameters, tensors)
  }

  apply(count: number, settings: StepSettings): void {
    this.#prepareStep(settings)
    if (this.#accumulated === 0 || !(count > 0)) {
      const got = `${this.#accumulated} accumulated pictures and a count of ${count}`
      throw new LabError('internal', `Expected an accumulated gradient to apply, got ${got}.`)
    }
    const feeds = {
      ...this.#feedUpdate(settings, count),
      [FED.accumulatedScale]: floatFeed(1 / count),
    }
    this.#session.run(feeds, [FETCHED.applied])
    this.#accumulated = 0
  }

  clearAccumulated(): void {
    this.#requireTrainable()
    if (this.#accumulated > 0) this.#session.run({}, [FETCHED.cleared])
    this.#accumulated = 0
  }

  evaluate(batch: LabelledBatch): BatchScore {
    checkLabelled(batch, this.network.spec)
    this.#weights.requireAll()
    return this.#score(this.#feedLabelled(batch), batch, [FETCHED.evaluationScore])
  }

  infer(batch: InputBatch): HostTensor {
    return this.#fetchOne(this.#feedInput(batch), FETCHED.probabilities)
  }

  tap(batch: InputBatch, taps: readonly Tap[]): HostTensor[] {
    for (const { layer } of taps) this.#requireLayer(layer)
    return this.#session.run(
      this.#feedInput(batch),
      taps.map((tap) => FETCHED.tap(tap)),
    )
  }

  summariseChannels(batch: InputBatch, layer: string): ChannelSummary {
    checkUnit(this.network, { layer, row: 0, column: 0, channel: null })
    const fetches = listSummaryFetches(layer)
    return readChannelSummary(this.#session.run(this.#feedInput(batch), fetches))
  }

  tapScaled(
    from: InputBatch | LayerOutput,
    scales: ChannelScales,
    taps: readonly Tap[],
  ): HostTensor[] {
    for (const { layer } of taps) this.#requireLayer(layer)
    this.#weights.requireAll()
    const source =
      'layer' in from ? feedLayerOutput(this.network, from, taps) : this.#feedInput(from)
    return this.#session.run(
      { ...source, ...feedScales(this.network, scales) },
      taps.map((tap) => FETCHED.scaledTap(tap)),
    )
  }

  glance(batch: InputBatch, taps: readonly Tap[]): NetworkGlance {
    if (batch.count !== 1) {
      throw new LabError('internal', `Expected one picture to glance at, got ${batch.count}.`)
    }
    for (const { layer } of taps) this.#requireLayer(layer)
    const reduced = listGlanceFetches(this.network)
    const fetches = [...reduced, ...taps.map((tap) => FETCHED.tap(tap))]
    const tensors = this.#session.run(this.#feedInput(batch), fetches)
    return {
      layers: readGlance(this.network, tensors.slice(0, reduced.length)),
      taps: tensors.slice(reduced.length),
    }
  }

  gradient(batch: InputBatch, classIndex: number, layer: string, guided = false): HostTensor {
    const feeds = this.#feedScore(batch, classIndex, layer)
    return this.#fetchOne(feeds, FETCHED.gradient(layer, guided))
  }

  gradientAndOutput(
    batch: InputBatch,
    classIndex: number,
    layer: string,
    guided = false,
  ): ScoreGradient {
    const feeds = this.#feedScore(batch, classIndex, layer)
    const [gradient, output, scores] = this.#session.run(feeds, [
      FETCHED.gradient(layer, guided),
      FETCHED.tap({ layer, stage: 'output' }),
      FETCHED.tap({ layer: scoreLayer(this.network), stage: 'output' }),
    ])
    if (gradient === undefined || output === undefined || scores === undefined)
      throw new LabError('internal', `TensorFlow gave no gradient of ${layer}.`)
    return { gradient, output, scores }
  }

  unitGradient(batch: PictureBatch, unit: Unit): HostTensor {
    const feeds = {
      ...this.#feedPictures(batch),
      [FED.unitGradient(unit.layer)]: feedUnit(this.network, unit, batch.count),
    }
    return this.#fetchOne(feeds, FETCHED.gradient(INPUT, false))
  }

  objectiveGradient(batch: InputBatch, objective: Unit | ChannelMean): ObjectiveGradient {
    const { layer } = objective
    const feeds = {
      ...this.#feedInput(batch),
      [FED.unitGradient(layer)]:
        'row' in objective
          ? feedUnit(this.network, objective, batch.count)
          : feedChannelMean(this.network, objective, batch.count),
    }
    const [score, gradient] = this.#session.run(feeds, [
      FETCHED.unitScore(layer),
      FETCHED.gradient(INPUT, false),
    ])
    if (gradient === undefined)
      throw new LabError('internal', `TensorFlow gave no gradient of ${layer}.`)
    return { score: score?.data[0] ?? NaN, gradient }
  }

  getWeights(): NamedTensors {
    return this.#weights.get()
  }

  getLayerWeights(layer: string): LayerWeights {
    this.#requireLayer(layer)
    return this.#weights.getLayer(layer)
  }

  getKernel(layer: string, channel: number): OutputKernel {
    return this.#weights.getKernel(layer, channel)
  }

  setWeights(weights: NamedTensors): void {
    this.#weights.set(weights)
  }

  forgetWeights(): void {
    this.#weights.forget()
  }

  setWeightRows(part: readonly WeightRows[]): void {
    this.#weights.setRows(part)
  }

  getVelocity(): NamedTensors {
    this.#requireVelocity()
    const fetches = this.#learning.map(({ name }) => FETCHED.velocity(name))
    return nameTensors(this.#learning, this.#session.run({}, fetches))
  }

  setVelocity(velocity: NamedTensors): void {
    this.#requireVelocity()
    setTensors(this.#session, this.#learning, velocity, VELOCITIES)
  }

  dispose(): void {
    this.#session.dispose()
  }

  #score(feeds: Feeds, batch: LabelledBatch, fetches: readonly string[]): BatchScore {
    const [score] = this.#session.run(feeds, fetches)
    return readScore(score?.data ?? new Float32Array(), batch.count)
  }

  #fetchOne(feeds: Feeds, fetch: string): HostTensor {
    const [tensor] = this.#session.run(feeds, [fetch])
    if (tensor === undefined)
      throw new LabError('internal', `TensorFlow gave nothing for ${fetch}.`)
    return tensor
  }

  #prepareStep(settings: StepSettings, batch?: LabelledBatch): void {
    checkStep(settings)
    if (batch !== undefined) checkLabelled(batch, this.network.spec)
    this.#weights.requireAll()
    this.#requireVelocity()
  }

  #feedPictures(batch: PictureBatch): Feeds {
    checkPictures(batch, this.network.spec)
    this.#weights.requireAll()
    return feedPictures(batch, this.#preprocessing)
  }

  #feedInput(batch: InputBatch): Feeds {
    if (!('values' in batch)) return this.#feedPictures(batch)
    checkPrepared(batch, this.network.spec)
    this.#weights.requireAll()
    return feedPrepared(batch, this.network.spec.inputSize)
  }

  #feedScore(batch: InputBatch, classIndex: number, layer: string): Feeds {
    this.#requireLayer(layer)
    checkUnderScores(this.network, layer)
    return {
      ...this.#feedInput(batch),
      [FED.scoreGradient]: feedScore(this.network, classIndex, batch.count),
    }
  }

  #feedLabelled(batch: LabelledBatch): Feeds {
    const labels = { shape: [batch.count], data: batch.labels }
    return { ...this.#feedPictures(batch), [FED.labels]: labels }
  }

  #feedTraining(batch: LabelledBatch, settings: StepSettings, microBatch: number): Feeds {
    const { dropout, seed, step } = settings
    const keys = this.#dropoutLayers.map(({ name }) => [
      FED.dropoutKey(name),
      { shape: [2], data: dropoutKey(seed, step, microBatch, name) },
    ])
    return {
      ...this.#feedLabelled(batch),
      ...(Object.fromEntries(keys) as Feeds),
      [FED.dropoutRate]: floatFeed(dropout),
      [FED.dropoutKeptScale]: floatFeed(1 / (1 - dropout)),
    }
  }

  #feedUpdate({ learningRate, momentum, weightDecay }: StepSettings, count: number): Feeds {
    return {
      [FED.learningRate]: floatFeed(learningRate),
      [FED.momentum]: floatFeed(momentum),
      [FED.decayRate]: floatFeed(-weightDecay * count),
    }
  }

  #requireTrainable(): void {
    if (this.trainable) return
    throw new LabError('internal', 'Expected a network compiled for training, got one that is not.')
  }

  /** Velocities are made at the first need, so that a network that only infers never pays for them. */
  #requireVelocity(): void {
    this.#requireTrainable()
    if (this.#hasVelocity) return
    this.#session.run({}, [FETCHED.velocityZeroed])
    this.#hasVelocity = true
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

function feedGradientScale({ lossWeights }: LabelledBatch, scale: number): Feed {
  if (lossWeights === undefined) return { shape: [1, 1], data: Float32Array.of(scale) }
  const data = lossWeights.map((weight) => weight * scale)
  return { shape: [data.length, 1], data }
}

const VELOCITIES: TensorAccess = { what: 'velocity', fed: FED.velocity, set: FETCHED.velocitySet }
