import type { MemoryReport } from '../../../shared/contract'
import type { Initialisation, Precision, Preprocessing } from '../../../shared/spec'
import type { NetworkSpec } from '../../../shared/vgg'
import type { LabelledBatch } from '../tensors/batches'
import type { NamedTensors, WeightRows } from '../tensors/host-tensor'
import type { AskedNetwork } from './asked-network'
import type { ChannelPeaks, SignalSums, TensorStatistics } from './layer-sums'
import type { TensorKind } from './parameters'

/** What a step of training is made with; all of it is fed, so a change needs no new graph. */
export interface StepSettings {
  readonly learningRate: number
  readonly momentum: number
  /** L2 decay on weights, not on biases; torch.optim.SGD's meaning: gradient + decay * weight. */
  readonly weightDecay: number
  /** Probability that a unit of fc6 or fc7 is dropped. */
  readonly dropout: number
  /** Keys the random numbers with `step`: the same two give the same dropout masks. */
  readonly seed: number
  readonly step: number
}

/** Sums over a batch, so that batches of any size add up exactly. */
export interface BatchScore {
  readonly count: number
  /** Sum of the cross entropies, in nats. */
  readonly lossSum: number
  /** Pictures whose class is the first, or among the first five, of the scores. */
  readonly top1: number
  readonly top5: number
}

/** What a call of accumulation reports beside its score; the gradients are the same to the bit. */
export interface TrainingWatch {
  /**
   * Multiplies the gradient; 1 where left out. With 1 / the pictures of a batch, `apply(1)` then makes
   * the same step as `train`, to the bit.
   */
  readonly gradientScale?: number
  readonly onSignals?: (signals: readonly SignalSums[]) => void
  /** Of the layers that have a ReLU. */
  readonly onPeaks?: (peaks: readonly ChannelPeaks[]) => void
}

/** What a network is compiled for. */
export interface CompileOptions {
  readonly spec: NetworkSpec
  readonly precision: Precision
  /** false leaves out velocity, accumulators and every backward signature of training. */
  readonly trainable: boolean
  /** Layers whose weights no update touches. */
  readonly frozen?: readonly string[]
  /** Share of the learning rate that a layer has; 1 where it is left out. */
  readonly layerRates?: ReadonlyMap<string, number>
  /** Memory that is free for a call; that of the process where it is left out. */
  readonly readMemory?: () => MemoryReport
}

/** A VGG compiled to one TensorFlow graph with its weights. */
export interface CompiledNetwork extends AskedNetwork {
  readonly trainable: boolean

  /** Draws all weights, biases 0, velocity 0; the same seed gives the same weights. */
  initialise(scheme: Initialisation, seed: number): void
  /**
   * RGB in 0..255 as it is until this is called.
   * @throws LabError `bad-input` for another input size than the network's.
   */
  setPreprocessing(preprocessing: Preprocessing): void

  /** One whole step on a batch: forward, backward, update. The score is of before the update. */
  train(batch: LabelledBatch, settings: StepSettings): BatchScore
  /** Adds the gradient of a micro-batch's loss sum to the accumulators; `microBatch` keys dropout. */
  accumulate(
    batch: LabelledBatch,
    settings: StepSettings,
    microBatch: number,
    watch?: TrainingWatch,
  ): BatchScore
  /** Updates from the accumulated gradient divided by `count` pictures, and clears it. */
  apply(count: number, settings: StepSettings): void
  /** Forgets what was accumulated: a step that was given up. */
  clearAccumulated(): void
  /** Most pictures of one part of a batch that memory has room for now; 0 where it has for none. */
  countFittingParts(): number

  evaluate(batch: LabelledBatch): BatchScore

  /**
   * Statistics of the layers' weights, of momentum's velocity, or of the gradient as it is accumulated.
   * Changes nothing; frozen layers have no velocity and no gradient.
   */
  measureTensors(kind: TensorKind): TensorStatistics[]

  /** @throws LabError when a name is unknown or a shape differs; nothing is changed then. */
  setWeights(weights: NamedTensors): void
  /** The network refuses to be asked until each weight is set again; its memory stays. */
  forgetWeights(): void
  /**
   * Sets some rows of weights in the memory that these have. Those of a weight are given from the first to
   * the last; until then the network refuses to be asked.
   * @throws LabError when a name is unknown or a shape differs; nothing is changed then.
   */
  setWeightRows(part: readonly WeightRows[]): void
  /** Momentum's velocity, under the weights' names; frozen layers have none. */
  getVelocity(): NamedTensors
  setVelocity(velocity: NamedTensors): void

  dispose(): void
}
