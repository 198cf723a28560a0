import type { TensorKind } from './parameters'
import type { Tap } from './asked-network'

/** Names of the graph's nodes that a session feeds or fetches: what both of its sides must know. */

/** Nodes that are fed. */
export const FED = {
  /** int32 `[N, ceil(H * W * 3 / 4)]`: RGB bytes, four to a number; each picture starts a new one. */
  pixels: 'feed/pixels',
  /** int32 `[0 or 1]`: the axis along which the channels are reversed, for BGR. */
  reversedAxes: 'feed/reversed-axes',
  /** float32 `[3]` */
  channelFactor: 'feed/channel-factor',
  /** float32 `[N or 1, 1, 1, 3]` */
  channelOffset: 'feed/channel-offset',
  /**
   * float32 `[N, H, W, 3]`: the preprocessed pictures. Not a placeholder but the last node of the
   * preprocessing: fed, it stands for the bytes and all that is made of them.
   */
  input: 'feed/input',
  /** int32 `[N]` */
  labels: 'feed/labels',
  /** float32 `[N, classes]`: gradient of the asked score with respect to all scores. */
  scoreGradient: 'feed/score-gradient',
  /**
   * float32 `[C]`: factor of each channel of a layer's output in the pass of `scaled-pass.ts`. A
   * constant of ones; fed, it is what is fed.
   */
  channelScale: (layer: string): string => `feed/channel-scale/${layer}`,
  /**
   * float32, shaped as a layer's output, after its ReLU and before its channels are scaled, in that
   * pass: fed, it stands for all that lies below it.
   */
  layerOutput: (layer: string): string => `feed/layer-output/${layer}`,
  /** int32 `[1]`: whose weights `FETCHED.kernel` gives. */
  outputChannel: 'feed/output-channel',
  /** float32 scalar: multiplies the gradient of the batch's loss sum. */
  gradientScale: 'feed/gradient-scale',
  learningRate: 'feed/learning-rate',
  momentum: 'feed/momentum',
  /** float32 scalar: the negative weight decay, times the pictures that a gradient is the sum of. */
  decayRate: 'feed/decay-rate',
  /** float32 scalar: 1 / the pictures that were accumulated. */
  accumulatedScale: 'feed/accumulated-scale',
  dropoutRate: 'feed/dropout-rate',
  dropoutKeptScale: 'feed/dropout-kept-scale',
  dropoutKey: (layer: string): string => `feed/dropout-key/${layer}`,
  /** float32 scalar: standard deviation, or half the width, of a weight's first values. */
  spread: (parameter: string): string => `feed/spread/${parameter}`,
  seed: 'feed/seed',
  value: (parameter: string): string => `feed/value/${parameter}`,
  velocity: (parameter: string): string => `feed/velocity/${parameter}`,
  /** float32: some rows of a parameter along its first axis; int32 `[n]`: which they are. */
  rows: (parameter: string): string => `feed/rows/${parameter}`,
  rowPlaces: (parameter: string): string => `feed/row-places/${parameter}`,
} as const

/** Nodes that are fetched; those that only do something give a scalar. */
export const FETCHED = {
  /** float32 `[3]`: loss sum, top-1 and top-5 counts. */
  evaluationScore: 'fetch/evaluation-score',
  trainingScore: 'fetch/training-score',
  trained: 'fetch/trained',
  /** Gradients take the accumulators' place, or are added to them. */
  accumulatedFirst: 'fetch/accumulated-first',
  accumulatedNext: 'fetch/accumulated-next',
  applied: 'fetch/applied',
  cleared: 'fetch/cleared',
  initialised: (distribution: 'Uniform' | 'Normal'): string => `fetch/initialised/${distribution}`,
  velocityZeroed: 'fetch/velocity-zeroed',
  value: (parameter: string): string => `fetch/value/${parameter}`,
  velocity: (parameter: string): string => `fetch/velocity/${parameter}`,
  /** float32, the weights of one output channel: `[k, k, C, 1]`, or `[in, 1]`. */
  kernel: (layer: string): string => `fetch/kernel/${layer}`,
  valueSet: (parameter: string): string => `fetch/value-set/${parameter}`,
  rowsSet: (parameter: string): string => `fetch/rows-set/${parameter}`,
  /** The parameter is given memory of its own, with zeros. */
  allocated: (parameter: string): string => `fetch/allocated/${parameter}`,
  velocitySet: (parameter: string): string => `fetch/velocity-set/${parameter}`,
  /** float32 `[2]`, see `statistics.ts`: of a layer of the training pass. */
  signalSums: (layer: string, of: 'pre-relu' | 'output' | 'gradient'): string =>
    `fetch/signal-sums/${of}/${layer}`,
  /** float32 `[C]`: largest activation of each channel over the batch. */
  peaks: (layer: string): string => `fetch/peaks/${layer}`,
  /** float32 `[2]`, and a sample of the tensor at equal strides. */
  tensorSums: (kind: TensorKind, parameter: string): string =>
    `fetch/tensor-sums/${kind}/${parameter}`,
  tensorSample: (kind: TensorKind, parameter: string): string =>
    `fetch/tensor-sample/${kind}/${parameter}`,
} as const

/** Nodes of a pass that a picture is asked in: fed where they say so, else fetched. */
function namePass(pass: string) {
  return {
    /** float32 `[N, classes]` */
    probabilities: `${pass}/probabilities`,
    tap: ({ layer, stage }: Tap): string => `${pass}/tap/${layer}/${stage}`,
    /** float32 `[1, units]` of a layer of one unit a channel, see `glance.ts`. */
    units: (layer: string): string => `${pass}/glance/units/${layer}`,
    /** float32 `[3, 1, C]`: each channel's maximum, mean and share above zero. */
    channelNumbers: (layer: string): string => `${pass}/glance/numbers/${layer}`,
    /** float32 `[k]`: channels of the largest maxima, and `[1, h, w, k]`: their maps, averaged down. */
    strongest: (layer: string): string => `${pass}/glance/strongest/${layer}`,
    thumbnails: (layer: string): string => `${pass}/glance/thumbnails/${layer}`,
    gradient: (layer: string, guided: boolean): string =>
      `${pass}/${guided ? 'guided-gradient' : 'gradient'}/${layer}`,
    /**
     * float32, shaped as a layer's output: gradient with respect to it before its ReLU. A node of the
     * backward pass: fed, it stands for all that lies above it.
     */
    unitGradient: (layer: string): string => `${pass}/unit-gradient/${layer}`,
    /** float32 scalar: the layer's output before its ReLU times what `unitGradient` is fed, summed. */
    unitScore: (layer: string): string => `${pass}/unit-score/${layer}`,
    /** `[N, C]` of each picture: largest activation of a channel, its row-major place (int32), the mean. */
    channelPeaks: (layer: string): string => `${pass}/channel-peaks/${layer}`,
    channelPlaces: (layer: string): string => `${pass}/channel-places/${layer}`,
    channelMeans: (layer: string): string => `${pass}/channel-means/${layer}`,
  }
}

export type PassNodes = ReturnType<typeof namePass>

/** The network as it is. */
export const PLAIN = namePass('asked')
/** The network with its channels scaled, see `scaled-pass.ts`. */
export const SCALED = namePass('asked-scaled')
