import type { MemoryReport } from '../../../shared/contract'
import type { Network, NetworkSpec } from '../../../shared/vgg'
import type { Initialisation, Precision, Preprocessing } from '../../../shared/spec'
import type { TensorKind } from './nodes'

/** Pictures as the graph takes them. Bytes stay bytes until they are inside the graph. */
export interface PictureBatch {
  /** Number of pictures, N. */
  readonly count: number
  /** `[N, H, W, 3]` RGB bytes, row by row; H and W are those of the network's input. */
  readonly pixels: Uint8Array
  /** `[N, 3]` added to the RGB values of each picture (section 3.1's colour shift), in 0..255 units. */
  readonly colourShift?: Float32Array
}

/** Pictures as the network's first layer takes them: what no byte can hold may be asked too. */
export interface PreparedBatch {
  /** Number of pictures, N. */
  readonly count: number
  /** `[N, H, W, 3]`, preprocessed, channels in the order that the weights expect. */
  readonly values: Float32Array
}

/** What a network can be asked about. */
export type InputBatch = PictureBatch | PreparedBatch

/** Pictures with their classes. */
export interface LabelledBatch extends PictureBatch {
  /** `[N]` class indices. */
  readonly labels: Int32Array
  /**
   * `[N]` what multiplies the gradient of each picture's loss, 1 where left out. The score stays that of
   * the pictures as they are.
   */
  readonly lossWeights?: Float32Array
}

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

/** One output of one layer: `pre-relu` differs from `output` only where a ReLU follows. */
export interface Tap {
  readonly layer: string
  readonly stage: 'pre-relu' | 'output'
}

/** What one layer makes of one picture, in a few numbers and small maps. */
export interface LayerGlance {
  readonly layer: string
  /** `[C]` each: the largest and the mean value of a channel, and its share of units above zero. */
  readonly max: Float32Array
  readonly mean: Float32Array
  readonly active: Float32Array
  /** The channels of the largest maxima, the largest first; none where a channel is one unit. */
  readonly strongest: readonly MapThumbnail[]
}

/** A channel's map; a large one is averaged down. */
export interface MapThumbnail {
  readonly channel: number
  readonly height: number
  readonly width: number
  /** `[height, width]` */
  readonly values: Float32Array
}

/** A whole network at one picture. */
export interface NetworkGlance {
  /** Of all layers, the lowest first; the last one's units are the probabilities. */
  readonly layers: readonly LayerGlance[]
  /** The asked outputs, in order. */
  readonly taps: readonly HostTensor[]
}

/** One unit of a layer: of a fully connected layer row and column are 0. */
export interface Unit {
  readonly layer: string
  readonly row: number
  readonly column: number
  /** null: the sum of all channels at that position. */
  readonly channel: number | null
}

/** The mean of one channel over its map; of a fully connected layer, its unit. */
export interface ChannelMean {
  readonly layer: string
  readonly channel: number
}

/** What a picture is changed for: a number before the ReLU, and which way it rises. */
export interface ObjectiveGradient {
  /** Sum over the pictures. */
  readonly score: number
  /** With respect to the preprocessed input, `[N, size, size, 3]`. */
  readonly gradient: HostTensor
}

/** A gradient of a class's score with what the same pass computed on its way up. */
export interface ScoreGradient {
  /** With respect to the layer's output, in its shape. */
  readonly gradient: HostTensor
  /** The layer's output; the preprocessed picture for `input`. */
  readonly output: HostTensor
  /** `[N, classes]`, before the soft-max. */
  readonly scores: HostTensor
}

/** What the channels of a layer make of each picture, after the ReLU; all `[N, C]`. */
export interface ChannelSummary {
  readonly peaks: Float32Array
  /** Where the peak is, the first of equal ones: row * width + column. */
  readonly places: Float32Array
  readonly means: Float32Array
}

/** Factors of the channels of layers' outputs, after the ReLU; a layer left out stays as it is. */
export type ChannelScales = ReadonlyMap<string, Float32Array>

/** A layer's output, after its ReLU, for some pictures: what a pass can go on from. */
export interface LayerOutput {
  readonly layer: string
  /** `[N, H, W, C]`, or `[N, units]` */
  readonly tensor: HostTensor
}

/** A layer's weights (HWIO, or `[in, out]`) and its biases. */
export interface LayerWeights {
  readonly weight: HostTensor
  readonly bias: HostTensor
}

/** What one output channel weighs its inputs with. */
export interface OutputKernel {
  /** `[k, k, C]` of a convolution, `[in]` of a fully connected layer. */
  readonly kernel: Float32Array
  readonly bias: number
}

/** A tensor that has left TensorFlow: NHWC or [N, units], float32. */
export interface HostTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** Weights by their names on disk: `conv1_1.weight` (HWIO), `fc6.weight` (in, out), `fc6.bias`. */
export type NamedTensors = ReadonlyMap<string, HostTensor>

/** Some rows of a weight along its first axis, as they follow each other from `first`. */
export interface WeightRows {
  readonly name: string
  readonly first: number
  readonly rows: HostTensor
}

/** Sums over the values of a tensor. */
export interface TensorSums {
  readonly count: number
  readonly sum: number
  readonly sumOfSquares: number
}

/** Sums over all units of a layer and all pictures of a call. */
export interface SignalSums {
  readonly layer: string
  readonly preRelu: TensorSums
  readonly output: TensorSums
  /** Of the gradient with respect to the layer's output; null below the lowest layer that learns. */
  readonly gradient: TensorSums | null
}

/** The largest activation of each channel over the pictures of a call: 0 where none was active. */
export interface ChannelPeaks {
  readonly layer: string
  readonly peaks: Float32Array
}

/** A layer's weights, or what belongs to them, in a few numbers. */
export interface TensorStatistics extends TensorSums {
  readonly layer: string
  /** Every so many values, spread over all channels. */
  readonly sample: Float32Array
}

/** What a call of accumulation tells beside its score; the gradients are the same to the bit. */
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
  /** What there is of memory when a call is to be made; the process' own where it is left out. */
  readonly readMemory?: () => MemoryReport
}

/**
 * A network that is asked about pictures. Every call blocks the thread for one session call; every tensor
 * it makes is disposed before it returns. A call whose pictures do not fit into memory together is made in
 * parts; one that can't be cut, or of which not even one picture fits, is refused with `out-of-memory`
 * before it is made, and nothing has changed then.
 */
export interface AskedNetwork {
  readonly network: Network
  readonly precision: Precision

  /** `[N, classes]` soft-max probabilities. */
  infer(batch: InputBatch): HostTensor
  /**
   * The asked outputs of one forward pass, in order; the layer `input` is the preprocessed picture.
   * Where channels are scaled, `output` is what the next layer gets; `pre-relu` is not scaled itself.
   */
  tap(batch: InputBatch, taps: readonly Tap[]): HostTensor[]
  /**
   * The channels of a layer in three numbers each, without reading its maps.
   * @throws LabError `bad-input` for a layer that there is not, or the soft-max.
   */
  summariseChannels(batch: InputBatch, layer: string): ChannelSummary
  /**
   * Outputs of a pass that starts from a layer's output, before its channels are scaled: only what lies
   * above it is run, so that many questions about one layer cost no more than that.
   * @throws LabError `bad-input` for a layer that there is not, an output of another shape, or a tap that
   *   does not lie above the layer.
   */
  tapFrom(from: LayerOutput, taps: readonly Tap[]): HostTensor[]
  /**
   * One forward pass over one picture: the prediction, each layer's numbers and strongest maps, and
   * the asked outputs.
   */
  glance(batch: InputBatch, taps: readonly Tap[]): NetworkGlance
  /**
   * Gradient of the sum over pictures of one class's score (before the soft-max) with respect to a
   * layer's output, or to the preprocessed input for `input`. `guided` is guided backpropagation.
   */
  gradient(batch: InputBatch, classIndex: number, layer: string, guided?: boolean): HostTensor
  /** `gradient` with the layer's output and all scores, in the same session call. */
  gradientAndOutput(
    batch: InputBatch,
    classIndex: number,
    layer: string,
    guided?: boolean,
  ): ScoreGradient
  /**
   * Gradient of one unit before its ReLU with respect to the preprocessed input,
   * `[N, size, size, 3]`, for each picture. Before the ReLU, since a unit that is not active would
   * have none after it. Only the layers below the unit are run.
   * @throws LabError `bad-input` for a layer or a unit that there is not, or the soft-max.
   */
  unitGradient(batch: PictureBatch, unit: Unit): HostTensor
  /**
   * One unit, or the mean of a channel, before the ReLU, with its gradient with respect to the
   * preprocessed input. Only the layers up to it are run.
   * @throws LabError `bad-input` for a layer, unit or channel that there is not, or the soft-max.
   */
  objectiveGradient(batch: InputBatch, objective: Unit | ChannelMean): ObjectiveGradient

  /**
   * The same network with channels scaled, for all questions: what is asked of it meets each layer's
   * output multiplied by its factors, on the way up and on the way back. It shares the weights, which
   * are told as they are, and lives as long as this one. Factors of a scaled network are multiplied.
   * @throws LabError `bad-input` for an unknown layer, the soft-max, or factors that are not as many as
   *   the channels.
   */
  withScales(scales: ChannelScales): AskedNetwork

  getWeights(): NamedTensors
  /**
   * The weights of one layer, without a copy of all others.
   * @throws LabError `bad-input` for a layer that has none.
   */
  getLayerWeights(layer: string): LayerWeights
  /**
   * The weights and the bias of one output channel: no other weight leaves TensorFlow.
   * @throws LabError `bad-input` for a layer that has none, or a channel that it has not.
   */
  getKernel(layer: string, channel: number): OutputKernel
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
