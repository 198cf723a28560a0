import { INPUT_CHANNELS, type Layer, type Network } from '../../../shared/vgg'
import type { Precision } from '../../../shared/spec'
import { emitAskedPass } from './asked-pass'
import { attribute, GraphWriter, type ElementType, type NodeOutput } from './graph-writer'
import { emitInitialisation, zeros } from './initialise'
import { crossEntropy } from './layers/softmax'
import type { DropoutFeeds } from './layers/dropout'
import type { Emitter } from './layers/layer-graph'
import { FED, FETCHED, PLAIN, SCALED } from './nodes'
import { cast, elementwise, floatConstant, placeholder } from './ops'
import { listParameters, type NetworkParameter } from './parameters'
import { emitBackward, emitForward } from './pass'
import { countPacked, emitPreprocessing } from './preprocess'
import { emitRowAccess } from './row-access'
import { emitKernelGather } from './kernel-gather'
import { emitScaledForward } from './scaled-pass'
import { emitScore } from './score'
import { emitSignals, emitTensorStatistics } from './statistics'
import { emitTraining, velocityOf } from './update'
import { assignVariable, declareVariable, fence, readVariable } from './variables'

/** What a graph is written for. */
export interface GraphRequest {
  readonly network: Network
  readonly precision: Precision
  readonly trainable: boolean
  /** Names of the layers that no update touches. */
  readonly frozen: ReadonlySet<string>
  /** Share of the learning rate that a layer has; 1 where it is left out. */
  readonly layerRates: ReadonlyMap<string, number>
}

/** The one signature of the folder that the graph is loaded from. */
export const SIGNATURE = 'infer'

/**
 * Writes the whole network as one TensorFlow graph: forward, backward, update, and the ways in and
 * out. Its entry points are the nodes of `nodes.ts`; a call runs only what its fetches need.
 */
export function writeGraph({
  network,
  precision,
  trainable,
  frozen,
  layerRates,
}: GraphRequest): GraphWriter {
  const graph = new GraphWriter()
  const type: ElementType = precision
  const emitter: Emitter = { graph, type }
  const parameters = listParameters(network)

  for (const { name, shape } of parameters) declareVariable(graph, name, shape)
  emitInitialisation(graph, parameters)
  for (const parameter of parameters) {
    emitAccess(graph, parameter, parameter.name, {
      fed: FED.value(parameter.name),
      set: FETCHED.valueSet(parameter.name),
      value: FETCHED.value(parameter.name),
    })
  }

  emitRowAccess(graph, parameters)

  const pictures = emitPreprocessing(graph, network.spec.inputSize)
  const input = cast(graph, pictures, 'float32', type)
  const labels = placeholder(graph, FED.labels, 'int32', [-1])
  const inference = graph.within('infer', () => emitForward(emitter, network, input, null))
  const inferenceLoss = crossEntropy(graph, inference.scores, labels)
  emitScore(graph, FETCHED.evaluationScore, {
    scores: inference.scores,
    labels,
    lossSum: inferenceLoss.lossSum,
    classes: network.spec.classes,
  })
  const scoreGradient = placeholder(graph, FED.scoreGradient, 'float32', [-1, network.spec.classes])
  const asked = { network, pictures, scoreGradient }
  emitAskedPass(emitter, asked, inference, PLAIN)
  describeSignature(graph, network)

  if (trainable) {
    for (const parameter of parameters) {
      if (parameter.role === 'bias') continue
      const value = readVariable(graph, parameter.name)
      emitTensorStatistics(graph, 'value', parameter, value)
    }
    const learns = (layer: Layer): boolean => layer.weightShape !== null && !frozen.has(layer.name)
    emitVelocity(
      graph,
      parameters.filter(({ layer }) => learns(layer)),
    )
    emitTrainingStep(emitter, network, input, labels, { learns, layerRates })
  }
  graph.within('scaled', () => {
    const scaled = emitScaledForward(emitter, network, input)
    emitAskedPass(emitter, asked, scaled, SCALED)
  })
  emitKernelGather(graph, parameters)
  return graph
}

/** The signature that the graph is loaded by. */
function describeSignature(graph: GraphWriter, { spec: { classes, inputSize } }: Network): void {
  graph.signature(
    SIGNATURE,
    {
      pixels: {
        node: FED.pixels,
        type: 'int32',
        shape: [-1, countPacked(inputSize * inputSize * INPUT_CHANNELS)],
      },
    },
    { probabilities: { node: PLAIN.probabilities, type: 'float32', shape: [-1, classes] } },
  )
}

function emitTrainingStep(
  emitter: Emitter,
  network: Network,
  input: NodeOutput,
  labels: NodeOutput,
  {
    learns,
    layerRates,
  }: { learns: (layer: Layer) => boolean; layerRates: ReadonlyMap<string, number> },
): void {
  const { graph, type } = emitter
  const scalar = (name: string): NodeOutput => placeholder(graph, name, 'float32', [])
  const rate = scalar(FED.dropoutRate)
  const keptScale = scalar(FED.dropoutKeptScale)
  // [N, 1], or [1, 1] for all pictures alike.
  const gradientScale = placeholder(graph, FED.gradientScale, 'float32', [-1, 1])
  const dropoutFor = ({ name }: Layer): DropoutFeeds => {
    const key = placeholder(graph, FED.dropoutKey(name), 'int32', [2])
    return { rate, keptScale, key }
  }
  const pass = graph.within('train', () => emitForward(emitter, network, input, dropoutFor))
  const loss = crossEntropy(graph, pass.scores, labels)
  const scaled = elementwise(graph, 'Mul', [loss.scoreGradient, gradientScale], 'float32')
  const gradients = graph.within('backward', () =>
    emitBackward(emitter, pass, {
      scoreGradient: cast(graph, scaled, 'float32', type),
      learns,
      toInput: false,
    }),
  )
  emitSignals(emitter, pass, gradients)
  emitScore(graph, FETCHED.trainingScore, {
    scores: pass.scores,
    labels,
    lossSum: loss.lossSum,
    classes: network.spec.classes,
  })
  const learningRate = scalar(FED.learningRate)
  emitTraining(emitter, gradients, {
    learningRateOf: ({ name }) => {
      const share = layerRates.get(name) ?? 1
      if (share === 1) return learningRate
      return elementwise(graph, 'Mul', [learningRate, floatConstant(graph, share)], 'float32')
    },
    momentum: scalar(FED.momentum),
    decayRate: scalar(FED.decayRate),
    accumulatedScale: scalar(FED.accumulatedScale),
  })
}

/** The velocities' variables: zeroed together, set and read one by one. */
function emitVelocity(graph: GraphWriter, parameters: readonly NetworkParameter[]): void {
  const zeroed = parameters.map((parameter) => {
    const variable = declareVariable(graph, velocityOf(parameter), parameter.shape)
    emitAccess(graph, parameter, variable, {
      fed: FED.velocity(parameter.name),
      set: FETCHED.velocitySet(parameter.name),
      value: FETCHED.velocity(parameter.name),
    })
    if (parameter.role === 'weight') {
      emitTensorStatistics(graph, 'velocity', parameter, readVariable(graph, variable))
    }
    return assignVariable(graph, variable, zeros(graph, parameter.shape))
  })
  fence(graph, FETCHED.velocityZeroed, zeroed)
}

/** A variable's way in and out. */
function emitAccess(
  graph: GraphWriter,
  { shape }: NetworkParameter,
  variable: NodeOutput,
  names: { readonly fed: string; readonly set: string; readonly value: string },
): void {
  const fed = placeholder(graph, names.fed, 'float32', shape)
  // Without the copy the variable would share its memory with the tensor that was fed.
  const copy = elementwise(graph, 'DeepCopy', [fed], 'float32')
  fence(graph, names.set, [assignVariable(graph, variable, copy)])
  expose(graph, readVariable(graph, variable), names.value)
}

function expose(graph: GraphWriter, output: NodeOutput, name: string): NodeOutput {
  return graph.node('Identity', [output], { T: attribute.type('float32') }, { name })
}
