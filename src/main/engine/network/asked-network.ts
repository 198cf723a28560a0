import type { Precision } from '../../../shared/spec'
import type { Network } from '../../../shared/vgg'
import type { InputBatch, PictureBatch, PlaneBatch } from '../tensors/batches'
import type { HostTensor, NamedTensors } from '../tensors/host-tensor'

/** One output of one layer: `pre-relu` differs from `output` only where a ReLU follows. */
export interface Tap {
  readonly layer: string
  readonly stage: 'pre-relu' | 'output'
}

/** What one layer makes of one picture, in a few numbers and small maps. */
export interface LayerValues {
  readonly layer: string
  /** `[C]` each: the largest and the mean value of a channel, and its share of units above zero. */
  readonly max: Float32Array
  readonly mean: Float32Array
  readonly active: Float32Array
  /** The channels of the largest maxima, the largest first; none where a channel is one unit. */
  readonly strongest: readonly MapValues[]
}

/** A channel's map; a large one is averaged down. */
export interface MapValues {
  readonly channel: number
  readonly height: number
  readonly width: number
  /** `[height, width]` */
  readonly values: Float32Array
}

/** A whole network at one picture. */
export interface NetworkGlance {
  /** Of all layers, the lowest first; the last one's units are the probabilities. */
  readonly layers: readonly LayerValues[]
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
   * @throws LabError `bad-input` for an unknown layer, or the soft-max.
   */
  summariseChannels(batch: InputBatch, layer: string): ChannelSummary
  /**
   * Outputs of a pass that starts from a layer's output, before its channels are scaled: only what lies
   * above it is run, so that many questions about one layer cost no more than that.
   * @throws LabError `bad-input` for an unknown layer, an output of another shape, or a tap that
   *   does not lie above the layer.
   */
  tapFrom(from: LayerOutput, taps: readonly Tap[]): HostTensor[]
  /**
   * A layer's maps over pictures of any size from 32 px, `[N, h, w, C]`: each pool takes the floor
   * (section 3.2). A picture that does not fit into memory is run in overlapping strips, which give the
   * same but for the order of sums.
   * @param stage - `output` where left out
   * @throws LabError `bad-input` for a layer without maps or pictures of another size than they say,
   *   `out-of-memory` where not even a strip fits.
   */
  tapPlanes(batch: PlaneBatch, layer: string, stage?: Tap['stage']): HostTensor
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
   * @throws LabError `bad-input` for an unknown layer or unit, or the soft-max.
   */
  unitGradient(batch: PictureBatch, unit: Unit): HostTensor
  /**
   * One unit, or the mean of a channel, before the ReLU, with its gradient with respect to the
   * preprocessed input. Only the layers up to it are run.
   * @throws LabError `bad-input` for an unknown layer, unit or channel, or the soft-max.
   */
  objectiveGradient(batch: InputBatch, objective: Unit | ChannelMean): ObjectiveGradient

  /**
   * The same network with channels scaled, for all questions: each layer's output is multiplied by its
   * factors, forward and backward. It shares the weights, which it reports unscaled, and lives as long
   * as this one. Factors of a scaled network are multiplied.
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
