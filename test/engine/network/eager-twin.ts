import type * as Tfjs from '@tensorflow/tfjs-node-gpu'
import { tensorflow } from '../../../src/main/engine/tensorflow'
import type { NamedTensors } from '../../../src/main/engine/tensors/host-tensor'
import { LRN, type Layer, type Network } from '../../../src/shared/vgg'
import { pick } from './fixtures'

/**
 * The same network a second time, layer by layer in eager tfjs-layers: what the graph is checked
 * against. It lives in the tests alone.
 */
export class EagerTwin {
  readonly #tf = tensorflow()
  readonly #model: Tfjs.Sequential
  readonly #variables: Tfjs.Variable[] = []
  readonly #names: string[] = []

  constructor(network: Network, weights: NamedTensors) {
    const tf = this.#tf
    this.#model = tf.sequential()
    this.#model.add(tf.layers.inputLayer({ inputShape: [...(network.layers[0]?.input ?? [])] }))
    let isFlat = false
    for (const layer of network.layers) {
      if (layer.kind === 'softmax') continue
      if (layer.kind === 'fully-connected' && !isFlat) {
        this.#model.add(tf.layers.flatten())
        isFlat = true
      }
      const added = makeLayer(tf, layer)
      this.#model.add(added)
      if (layer.weightShape === null) continue
      const names = [`${layer.name}.weight`, `${layer.name}.bias`]
      const values = names.map((name) => {
        const { data, shape } = pick(weights, name)
        return tf.tensor(data, [...shape])
      })
      added.setWeights(values)
      for (const value of values) value.dispose()
      this.#names.push(...names)
      for (const weight of added.trainableWeights) {
        this.#variables.push((weight as unknown as { val: Tfjs.Variable }).val)
      }
    }
  }

  /** Class scores of preprocessed pictures. */
  scores(input: Tfjs.Tensor): Tfjs.Tensor {
    return this.#model.apply(input) as Tfjs.Tensor
  }

  /** Mean cross entropy and its gradient with respect to every parameter. */
  lossAndGradients(
    input: Tfjs.Tensor,
    labels: Int32Array,
    classes: number,
  ): { loss: number; gradients: Map<string, Float32Array> } {
    const tf = this.#tf
    const { value, grads } = tf.variableGrads(() => {
      const oneHot = tf.oneHot(tf.tensor1d(labels, 'int32'), classes)
      return tf.losses.softmaxCrossEntropy(oneHot, this.scores(input)).asScalar()
    }, this.#variables)
    const gradients = new Map(
      this.#variables.map((variable, index) => {
        const gradient = grads[variable.name]?.dataSync() as Float32Array
        return [this.#names[index] ?? '', gradient]
      }),
    )
    const loss = value.dataSync()[0] ?? Number.NaN
    tf.dispose([value, grads])
    return { loss, gradients }
  }

  /** Gradient of one class's score, summed over the pictures, with respect to the input. */
  inputGradient(input: Tfjs.Tensor, classIndex: number): Float32Array {
    const tf = this.#tf
    return tf.tidy(() => {
      const score = (x: Tfjs.Tensor): Tfjs.Tensor =>
        tf.sum(tf.slice(this.scores(x), [0, classIndex], [-1, 1]))
      return tf.grad(score)(input).dataSync() as Float32Array
    })
  }

  dispose(): void {
    this.#model.dispose()
  }
}

function makeLayer(tf: typeof Tfjs, layer: Layer): Tfjs.layers.Layer {
  const { layers } = tf
  const activation = layer.relu ? 'relu' : 'linear'
  const [, , channels] = layer.output
  switch (layer.kind) {
    case 'convolution':
      return layers.conv2d({
        filters: channels,
        kernelSize: layer.window.kernel,
        padding: 'same',
        activation,
      })
    case 'pooling':
      return layers.maxPooling2d({ poolSize: 2, strides: 2 })
    case 'fully-connected':
      return layers.dense({ units: channels, activation })
    case 'lrn':
      return makeLrn(tf)
    case 'softmax':
      throw new Error('The twin ends with the scores.')
  }
}

function makeLrn(tf: typeof Tfjs): Tfjs.layers.Layer {
  class Lrn extends tf.layers.Layer {
    static className = 'Lrn'
    override computeOutputShape(shape: Tfjs.Shape): Tfjs.Shape {
      return shape
    }
    override call(inputs: Tfjs.Tensor | Tfjs.Tensor[]): Tfjs.Tensor {
      const [input] = Array.isArray(inputs) ? inputs : [inputs]
      const radius = (LRN.n - 1) / 2
      return tf.localResponseNormalization(
        input as Tfjs.Tensor4D,
        radius,
        LRN.k,
        LRN.alpha,
        LRN.beta,
      )
    }
  }
  return new Lrn({})
}
