import type { Layer, Network } from '../../../shared/vgg'
import { LabError } from '../../../shared/contract/errors'
import { itemAt, present } from '../../../shared/present'
import {
  chooseDraw,
  paperPreprocessing,
  type Initialisation,
  type Precision,
  type Preprocessing,
} from '../../../shared/spec'
import { AskedGraph } from './asked-graph'
import type { CallGuard } from './call-guard'
import { checkLabelled, checkPictureBatch, checkPreprocessing, checkStep } from './check-batch'
import { cutLabelled } from './cut-batch'
import { FED, FETCHED } from './nodes'
import { listParameters, type TensorKind, type NetworkParameter } from './parameters'
import { feedPictures } from './preprocess'
import { dropoutKey, hashNumbers } from './random-keys'
import { floatFeed, type Feed, type Feeds, type GraphSession } from './saved-model'
import { readScore } from './score'
import { SignalFetches, listTensorFetches, readTensorStatistics } from './statistics'
import { nameTensors, setTensors, type TensorAccess } from './tensor-access'
import { WeightStore } from './weight-store'
import type { BatchScore, CompiledNetwork, StepSettings, TrainingWatch } from './compiled-network'
import type { LabelledBatch, PictureBatch } from '../tensors/batches'
import type { NamedTensors, WeightRows } from '../tensors/host-tensor'
import type { TensorStatistics } from './layer-sums'

/** What a {@link GraphNetwork} is made from. */
export interface GraphNetworkParts {
  readonly session: GraphSession
  readonly network: Network
  readonly precision: Precision
  readonly trainable: boolean
  readonly frozen: ReadonlySet<string>
  readonly guard: CallGuard
}

/** The network in its session: questions, and what is done to its weights. */
export class GraphNetwork extends AskedGraph implements CompiledNetwork {
  readonly trainable: boolean
  readonly #session: GraphSession
  readonly #parameters: readonly NetworkParameter[]
  readonly #learning: readonly NetworkParameter[]
  readonly #dropoutLayers: readonly Layer[]
  readonly #signals: SignalFetches
  readonly #weights: WeightStore
  readonly #guard: CallGuard
  #preprocessing: Preprocessing
  #accumulated = 0

  constructor({ session, network, precision, trainable, frozen, guard }: GraphNetworkParts) {
    const parameters = listParameters(network)
    const weights = new WeightStore(session, parameters, () => (guard.hasWeights = true))
    const preprocessing = (): Preprocessing => this.#preprocessing
    super({ session, network, precision, weights, preprocessing, guard })
    this.#guard = guard
    this.trainable = trainable
    this.#session = session
    this.#parameters = parameters
    this.#weights = weights
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
    if (this.#guard.hasVelocity) this.#session.run({}, [FETCHED.velocityZeroed])
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
    this.#guard.require({ kind: 'step' }, batch.count)
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
    this.#guard.require({ kind: this.#accumulated > 0 ? 'later part' : 'first part' }, batch.count)
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
    this.#guard.hasGradients = true
    onSignals?.(this.#signals.read(watched, batch.count))
    onPeaks?.(
      peaked.map(({ name: layer }, index) => ({
        layer,
        peaks: itemAt(watched, signals.length + index).data,
      })),
    )
    return readScore(present(score).data, batch.count)
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
    this.#forgetAccumulated()
  }

  clearAccumulated(): void {
    this.#requireTrainable()
    if (this.#accumulated > 0) this.#session.run({}, [FETCHED.cleared])
    this.#forgetAccumulated()
  }

  countFittingParts(): number {
    return this.#guard.countFitting({ kind: 'later part' })
  }

  evaluate(batch: LabelledBatch): BatchScore {
    checkLabelled(batch, this.network.spec)
    this.#weights.requireAll()
    const size = this.#guard.limit({ kind: 'forward' }, batch.count)
    const sum = { count: 0, lossSum: 0, top1: 0, top5: 0 }
    for (const part of cutLabelled(batch, size)) {
      const score = this.#score(this.#feedLabelled(part), part, [FETCHED.evaluationScore])
      sum.count += score.count
      sum.lossSum += score.lossSum
      sum.top1 += score.top1
      sum.top5 += score.top5
    }
    return sum
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
    this.#guard.dispose()
    this.#session.dispose()
  }

  #forgetAccumulated(): void {
    this.#accumulated = 0
    this.#guard.hasGradients = false
  }

  #score(feeds: Feeds, batch: LabelledBatch, fetches: readonly string[]): BatchScore {
    const [score] = this.#session.run(feeds, fetches)
    return readScore(present(score).data, batch.count)
  }

  #prepareStep(settings: StepSettings, batch?: LabelledBatch): void {
    checkStep(settings)
    if (batch !== undefined) checkLabelled(batch, this.network.spec)
    this.#weights.requireAll()
    this.#requireVelocity()
  }

  #feedPictures(batch: PictureBatch): Feeds {
    checkPictureBatch(batch, this.network.spec)
    this.#weights.requireAll()
    return feedPictures(batch, this.#preprocessing)
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
    if (this.#guard.hasVelocity) return
    this.#session.run({}, [FETCHED.velocityZeroed])
    this.#guard.hasVelocity = true
  }
}

function feedGradientScale({ lossWeights }: LabelledBatch, scale: number): Feed {
  if (lossWeights === undefined) return { shape: [1, 1], data: Float32Array.of(scale) }
  const data = lossWeights.map((weight) => weight * scale)
  return { shape: [data.length, 1], data }
}

const VELOCITIES: TensorAccess = { what: 'velocity', fed: FED.velocity, set: FETCHED.velocitySet }
