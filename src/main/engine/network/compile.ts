import { INPUT, type Layer, type Network } from '../../../shared/vgg'
import type { Precision } from '../../../shared/spec'
import { emitChannelSummary } from './channel-summary'
import { emitGlance } from './glance'
import { attribute, GraphWriter, type ElementType, type NodeOutput } from './graph-writer'
import { emitInitialisation, zeros } from './initialise'
import { crossEntropy, softmax } from './layers/softmax'
import type { DropoutFeeds } from './layers/dropout'
import type { Emitter } from './layers/layer-graph'
import { FED, FETCHED } from './nodes'
import { cast, elementwise, floatConstant, integerConstant, placeholder, reshape, sum } from './ops'
import { listParameters, type Parameter } from './parameters'
import { emitBackward, emitForward, type Pass } from './pass'
import { emitPreprocessing } from './preprocess'
import { emitRowAccess } from './row-access'
import { emitKernelGather } from './kernel-gather'
import { emitScaledPass } from './scaled-pass'
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
  emitProbabilities(graph, network, inference)
  emitTaps(emitter, pictures, inference)
  emitGlance(emitter, inference)
  emitScoreGradients(emitter, network, inference)

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
  emitScaledPass(emitter, network, input)
  emitKernelGather(graph, parameters)
  return graph
}

function emitProbabilities(graph: GraphWriter, network: Network, pass: Pass): void {
  const layer = network.layers[network.layers.length - 1]
  if (layer === undefined) throw new Error('A network without layers cannot be compiled.')
  const { classes, inputSize } = network.spec
  const tensors = { input: pass.scores, weight: null, bias: null }
  const output = softmax.forward({ graph, type: 'float32' }, layer, tensors)
  const probabilities = expose(graph, output, FETCHED.probabilities)
  expose(graph, output, FETCHED.tap({ layer: layer.name, stage: 'output' }))
  expose(graph, output, FETCHED.tap({ layer: layer.name, stage: 'pre-relu' }))
  graph.signature(
    SIGNATURE,
    { pixels: { node: FED.pixels, type: 'int32', shape: [-1, (inputSize * inputSize * 3) / 4] } },
    { probabilities: { node: probabilities, type: 'float32', shape: [-1, classes] } },
  )
}

/** Every layer's output, before and after its ReLU, with its channels' summary; the preprocessed input. */
function emitTaps({ graph, type }: Emitter, pictures: NodeOutput, pass: Pass): void {
  for (const { layer, tensors, activation } of pass.layers) {
    const stages = { 'pre-relu': tensors.output, output: activation } as const
    for (const stage of ['pre-relu', 'output'] as const) {
      const output = cast(graph, stages[stage], type, 'float32')
      expose(graph, output, FETCHED.tap({ layer: layer.name, stage }))
      if (stage === 'output') emitChannelSummary(graph, layer, output)
    }
  }
  expose(graph, pictures, FETCHED.tap({ layer: INPUT, stage: 'output' }))
  expose(graph, pictures, FETCHED.tap({ layer: INPUT, stage: 'pre-relu' }))
}

/**
 * Gradients of a score with respect to every layer and the input, plain and guided. The plain one
 * can be entered at every layer, for the gradient of a unit that is no score.
 */
function emitScoreGradients(emitter: Emitter, network: Network, pass: Pass): void {
  const { graph, type } = emitter
  const shape = [-1, network.spec.classes]
  const asked = placeholder(graph, FED.scoreGradient, 'float32', shape)
  const scoreGradient = cast(graph, asked, 'float32', type)
  const outputs = new Map(pass.layers.map(({ layer, tensors }) => [layer, tensors.output]))
  const enter = (layer: Layer, gradient: NodeOutput): NodeOutput => {
    const { name } = layer
    const entry = expose(graph, cast(graph, gradient, type, 'float32'), FED.unitGradient(name))
    const output = outputs.get(layer)
    if (output !== undefined) {
      const parts = [cast(graph, output, type, 'float32'), entry]
      const product = elementwise(graph, 'Mul', parts, 'float32')
      const flat = reshape(graph, product, integerConstant(graph, [-1]), 'float32')
      expose(graph, sum(graph, flat, [0], 'float32'), FETCHED.unitScore(name))
    }
    return cast(graph, entry, 'float32', type)
  }
  for (const guided of [false, true]) {
    const { activations } = graph.within(guided ? 'guided-gradient' : 'gradient', () =>
      emitBackward(emitter, pass, {
        scoreGradient,
        learns: () => false,
        toInput: true,
        guided,
        ...(guided ? {} : { enter }),
      }),
    )
    for (const [name, gradient] of activations) {
      expose(graph, cast(graph, gradient, type, 'float32'), FETCHED.gradient(name, guided))
    }
  }
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
function emitVelocity(graph: GraphWriter, parameters: readonly Parameter[]): void {
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
  { shape }: Parameter,
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
