import { LabError } from '../../../shared/contract'
import { itemAt, present } from '../../../shared/present'
import { readOnnx, type OnnxFile, type OnnxNode } from '../formats/onnx'
import type {
  FoundConvolution,
  FoundDense,
  FoundNetwork,
  FoundPreprocessing,
  FoundScale,
} from './found-network'
import { KNOWN_PREPROCESSING, describePreprocessing } from './known-preprocessing'
import { readStep, type OnnxStep } from './onnx-steps'
import { OnnxValues } from './onnx-values'

const CHANNELS = 3
const BLOCKS = 5
/** From the file's NHWC to the NCHW that ONNX computes in, and back. */
const TO_NCHW = '0,3,1,2'
const TO_NHWC = '0,2,3,1'

/**
 * Finds the layers of an ONNX file by following its graph from the input, so that what is found is
 * what the file computes: not only its shapes but strides, paddings, pools and ReLUs are checked.
 * @throws LabError `not-found`, `unreadable`, or `unsupported` where the convolutions are no VGG's.
 */
export async function findInOnnx(path: string): Promise<FoundNetwork> {
  const file = await readOnnx(path)
  const values = new OnnxValues(file)
  const trunk = new Trunk(path)
  for (const step of followGraph(file, values, path)) {
    if (!trunk.take(step)) break
  }
  return trunk.finish(file, values)
}

/** The steps from the input on, until the end or a branch. */
function* followGraph(file: OnnxFile, values: OnnxValues, path: string): Generator<OnnxStep> {
  const pictures = file.inputs.filter(({ shape }) => shape.length === 4)
  const [input] = pictures
  if (input === undefined || pictures.length > 1) {
    throw refuse(path, `has ${pictures.length} four-dimensional inputs`)
  }
  const consumers = new Map<string, OnnxNode[]>()
  for (const node of file.nodes) {
    // Only the shape of a value: it is not used further.
    if (node.op === 'Shape') continue
    for (const name of new Set(node.inputs)) {
      const known = consumers.get(name)
      if (known === undefined) consumers.set(name, [node])
      else known.push(node)
    }
  }
  const seen = new Set<OnnxNode>()
  for (let name: string | undefined = input.name; name !== undefined;) {
    const [node, another]: readonly OnnxNode[] = consumers.get(name) ?? []
    if (node === undefined) return
    if (another !== undefined) {
      yield { kind: 'other', what: `a branch at ${JSON.stringify(name.slice(0, 60))}` }
      return
    }
    if (seen.has(node)) throw refuse(path, 'contains a cycle')
    seen.add(node)
    yield readStep(node, name, values)
    name = node.outputs[0]
  }
}

type Growing<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] }

/** Puts the steps together, layer by layer. */
class Trunk {
  readonly #convolutions: Growing<FoundConvolution>[] = []
  readonly #dense: Growing<FoundDense>[] = []
  /** The layer that scales are folded into: null after its ReLU. */
  #open: Growing<FoundConvolution> | Growing<FoundDense> | null = null
  #hasRelu = true
  #pools = 0
  #isFlat = false
  #isNhwc = false
  #isInputNhwc = false
  #headFault: string | null = null
  readonly #inputScales: FoundScale[] = []

  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** @returns false when the rest is of no use */
  take(step: OnnxStep): boolean {
    switch (step.kind) {
      case 'convolution':
        return this.#takeConvolution(step)
      case 'dense':
        return this.#takeDense(step)
      case 'scale':
        return this.#takeScale(step)
      case 'relu':
        this.#hasRelu = true
        this.#open = null
        return true
      case 'pool': {
        const below = this.#convolutions[this.#convolutions.length - 1]
        if (below === undefined || below.hasPool === true) return this.#give('a second pool')
        below.hasPool = true
        this.#pools++
        return true
      }
      case 'lrn': {
        const below = this.#convolutions[this.#convolutions.length - 1]
        if (below === undefined) return this.#give('an LRN')
        below.hasLrn = true
        return true
      }
      case 'transpose':
        return this.#takeTranspose(step.order)
      case 'flatten':
        if (this.#pools === 0) return this.#give('a reshape of the input')
        this.#isFlat = true
        return true
      case 'softmax':
        return false
      case 'mean':
        // Of the one position that a convolution as large as its map leaves (timm).
        return this.#dense[0]?.layout === 'OIHW' || this.#give(step.what)
      case 'nothing':
        return true
      case 'other':
        return this.#give(step.what)
    }
  }

  async finish(file: OnnxFile, values: OnnxValues): Promise<FoundNetwork> {
    const { preprocessing, reason } = await this.#findPreprocessing(file)
    if (!this.#hasRelu && this.#dense.length === 0)
      this.#refuseStep('a last convolution without ReLU')
    const isLrn = this.#convolutions.some(({ hasLrn }) => hasLrn)
    return {
      convolutions: this.#convolutions,
      dense: this.#dense,
      flattened: this.#isNhwc ? 'HWC' : 'CHW',
      headFault: this.#headFault,
      inputSize: this.#findInputSize(file),
      preprocessing,
      preprocessingReason: reason,
      classNames: null,
      unused: values.unused,
      notes: isLrn
        ? ["The file's LRN is treated as that of A-LRN: n=5, k=2, alpha=1e-4, beta=0.75."]
        : [],
    }
  }

  #takeConvolution(step: Extract<OnnxStep, { kind: 'convolution' }>): boolean {
    const [outputs, inputs] = [itemAt(step.weight.shape, 0), itemAt(step.weight.shape, 1)]
    if (!this.#hasRelu) return this.#give(`no ReLU before ${step.name}`)
    const { name, weight, bias, kernel } = step
    const isDense = step.padding === 'none' || this.#dense.length > 0
    if (isDense) {
      if (this.#dense.length > 0 && kernel !== 1) return this.#give(`a convolution ${name}`)
      const units = inputs * kernel * kernel
      this.#addDense({ name, inputs: units, outputs, layout: 'OIHW', weight, bias, scales: [] })
      return true
    }
    const found: Growing<FoundConvolution> = {
      ...{ name, kernel, inputs, outputs, layout: 'OIHW', weight, bias },
      ...{ scales: [], hasPool: false, hasLrn: false },
    }
    this.#convolutions.push(found)
    this.#open = found
    this.#hasRelu = false
    return true
  }

  #takeDense({ name, weight, layout, bias }: Extract<OnnxStep, { kind: 'dense' }>): boolean {
    const [first, second] = [itemAt(weight.shape, 0), itemAt(weight.shape, 1)]
    const [inputs, outputs] = layout === 'in-out' ? [first, second] : [second, first]
    if (!this.#hasRelu) return this.#give(`no ReLU before ${name}`)
    this.#addDense({ name, inputs, outputs, layout, weight, bias, scales: [] })
    return true
  }

  #addDense(found: Growing<FoundDense>): void {
    this.#dense.push(found)
    this.#open = found
    this.#hasRelu = false
  }

  #takeScale({ make }: Extract<OnnxStep, { kind: 'scale' }>): boolean {
    const isBegun = this.#convolutions.length > 0
    if (isBegun && this.#open === null) return this.#give('a factor or offset after a ReLU')
    const scale = make(this.#open?.outputs ?? CHANNELS)
    if (scale === null)
      return this.#give('arithmetic with something other than one value per channel')
    if (this.#open === null) this.#inputScales.push(scale)
    else this.#open.scales.push(scale)
    return true
  }

  #takeTranspose(order: readonly number[]): boolean {
    const way = order.join()
    if (this.#convolutions.length === 0 && way === TO_NCHW && !this.#isInputNhwc) {
      this.#isInputNhwc = true
      return true
    }
    if (this.#pools > 0 && way === (this.#isNhwc ? TO_NCHW : TO_NHWC) && !this.#isFlat) {
      this.#isNhwc = !this.#isNhwc
      return true
    }
    return this.#give(`a Transpose to ${way}`)
  }

  /** After the last pool it is the head's own matter; before it the file is no VGG. */
  #give(what: string): boolean {
    if (this.#pools < BLOCKS) this.#refuseStep(what)
    this.#headFault = `its classifier has ${what}`
    return false
  }

  #refuseStep(what: string): never {
    const place =
      this.#convolutions.length === 0
        ? 'before its first convolution'
        : `after ${this.#convolutions.length} of its convolutions`
    throw refuse(this.#path, `has ${what} ${place}`)
  }

  /** `y = factor x + offset` on the way to the first convolution is a mean and a deviation. */
  async #findPreprocessing(
    file: OnnxFile,
  ): Promise<{ preprocessing: FoundPreprocessing; reason: string }> {
    if (this.#inputScales.length > 0) {
      const factor = [1, 1, 1]
      const offset = [0, 0, 0]
      for (const scale of this.#inputScales) {
        const read = await scale.read()
        for (let channel = 0; channel < CHANNELS; channel++) {
          const by = present(read.factor[channel])
          factor[channel] = present(factor[channel]) * by
          offset[channel] = present(offset[channel]) * by + present(read.offset[channel])
        }
      }
      if (![...factor, ...offset].every(Number.isFinite) || factor.includes(0)) {
        throw refuse(this.#path, 'scales its input by something other than non-zero numbers')
      }
      const mean = (channel: number): number => -itemAt(offset, channel) / itemAt(factor, channel)
      const deviation = (channel: number): number => 1 / itemAt(factor, channel)
      const preprocessing: FoundPreprocessing = {
        ...{ channelOrder: 'RGB', scale: 1, mean: [mean(0), mean(1), mean(2)] },
        deviation: [deviation(0), deviation(1), deviation(2)],
      }
      return {
        preprocessing,
        reason: 'what the graph itself does to its input, assumed to be RGB in 0..255',
      }
    }
    const name = this.#isInputNhwc || /keras|tf2onnx/i.test(file.producer) ? 'caffe' : 'torchvision'
    const preprocessing = KNOWN_PREPROCESSING[name]
    const producer = file.producer.slice(0, 40) || 'another program'
    return {
      preprocessing,
      reason: `assumed (${describePreprocessing(preprocessing)}), as is usual for files by ${producer}`,
    }
  }

  #findInputSize({ inputs }: OnnxFile): number | null {
    const shape = inputs.find((input) => input.shape.length === 4)?.shape ?? []
    const [height, width] = this.#isInputNhwc ? shape.slice(1, 3) : shape.slice(2)
    return height !== undefined && height === width ? height : null
  }
}

function refuse(path: string, what: string): LabError {
  return new LabError(
    'unsupported',
    `Expected the convolutions of a VGG in ${path}; it ${what}.`,
    'Only plain VGG networks can be read: 3x3 and 1x1 convolutions with ReLUs between five max-pools.',
  )
}
