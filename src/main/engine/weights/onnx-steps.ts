import { present } from '../../../shared/present'
import type { OnnxNode } from '../formats/onnx'
import type { StoredTensor } from '../formats/stored-tensor'
import type { FoundScale } from './found-network'
import { makeNormalisation } from './batch-normalisation'
import type { OnnxValues } from './onnx-values'

/** One operation on the way from a network's input to its end. */
export type OnnxStep =
  | {
      readonly kind: 'convolution'
      readonly name: string
      readonly weight: StoredTensor
      readonly bias: StoredTensor | null
      readonly kernel: number
      /** `same` keeps the size of the map; a 1x1 kernel always does. */
      readonly padding: 'same' | 'none'
    }
  | {
      readonly kind: 'dense'
      readonly name: string
      readonly weight: StoredTensor
      readonly layout: 'in-out' | 'out-in'
      readonly bias: StoredTensor | null
    }
  | { readonly kind: 'scale'; readonly make: (channels: number) => FoundScale | null }
  | { readonly kind: 'transpose'; readonly order: readonly number[] }
  | { readonly kind: 'mean'; readonly what: string }
  | { readonly kind: 'relu' | 'pool' | 'lrn' | 'flatten' | 'softmax' | 'nothing' }
  /** Something that no VGG has, in words. */
  | { readonly kind: 'other'; readonly what: string }

const other = (what: string): OnnxStep => ({ kind: 'other', what })

/** What a node does to the value that comes in as `data`. */
export function readStep(node: OnnxNode, data: string, values: OnnxValues): OnnxStep {
  switch (node.op) {
    case 'Conv':
      return readConvolution(node, values)
    case 'Gemm':
      return readGemm(node, values)
    case 'MatMul': {
      const weight = node.inputs[0] === data ? values.find(node.inputs[1]) : null
      if (weight?.shape.length !== 2) return other('a MatMul without constant weights')
      return { kind: 'dense', name: nameOf(node), weight, layout: 'in-out', bias: null }
    }
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div':
      return readArithmetic(node, data, values)
    case 'BatchNormalization':
      return readNormalisation(node, values)
    case 'Relu':
      return { kind: 'relu' }
    case 'MaxPool':
      return readPool(node)
    case 'LRN':
      return { kind: 'lrn' }
    case 'Flatten':
    case 'Reshape':
    case 'Squeeze':
      return { kind: 'flatten' }
    case 'Transpose':
      return { kind: 'transpose', order: node.attributes.get('perm')?.integers ?? [] }
    case 'Softmax':
    case 'LogSoftmax':
      return { kind: 'softmax' }
    case 'GlobalAveragePool':
    case 'ReduceMean':
      return { kind: 'mean', what: `a ${node.op}` }
    case 'Identity':
    case 'Dropout':
      return { kind: 'nothing' }
    case 'AveragePool': {
      // torchvision's adaptive pool, where the map has its size already.
      const isNothing = listOf(node, 'kernel_shape').every((size) => size === 1)
      return isNothing ? { kind: 'nothing' } : other('an AveragePool')
    }
    default:
      return other(`the operation ${JSON.stringify(node.op.slice(0, 40))}`)
  }
}

function readConvolution(node: OnnxNode, values: OnnxValues): OnnxStep {
  const weight = values.find(node.inputs[1])
  if (weight === null) return other('a Conv without constant weights')
  const [outputs, , kernel, width] = weight.shape
  if (weight.shape.length !== 4 || kernel === undefined || kernel < 1 || kernel !== width)
    return other(`a Conv with weights of shape ${weight.shape.join('x')}`)
  const hasBias = (node.inputs[2] ?? '') !== ''
  const bias = hasBias ? values.find(node.inputs[2]) : null
  if (hasBias && (bias?.shape.length !== 1 || bias.shape[0] !== outputs))
    return other(`a Conv whose bias is not one value for each of its ${outputs} outputs`)
  const stride = listOf(node, 'strides').find((value) => value !== 1)
  if (stride !== undefined) return other(`a Conv with stride ${stride}`)
  if (listOf(node, 'dilations').some((value) => value !== 1)) return other('a dilated Conv')
  if ((node.attributes.get('group')?.integer ?? 1) !== 1) return other('a grouped Conv')
  const padding = readPadding(node, kernel)
  if (padding === null)
    return other(`a ${kernel}x${kernel} Conv padded by ${listOf(node, 'pads').join(' ')}`)
  return { kind: 'convolution', name: nameOf(node), weight, bias, kernel, padding }
}

function readPadding(node: OnnxNode, kernel: number): 'same' | 'none' | null {
  const auto = node.attributes.get('auto_pad')?.text ?? 'NOTSET'
  if (kernel === 1) return listOf(node, 'pads').every((pad) => pad === 0) ? 'same' : null
  if (auto === 'SAME_UPPER' || auto === 'SAME_LOWER') return kernel % 2 === 1 ? 'same' : null
  if (auto === 'VALID') return 'none'
  const pads = listOf(node, 'pads')
  if (pads.every((pad) => pad === 0)) return 'none'
  return pads.length === 4 && pads.every((pad) => pad === (kernel - 1) / 2) ? 'same' : null
}

function readGemm(node: OnnxNode, values: OnnxValues): OnnxStep {
  const { attributes, inputs } = node
  const weight = values.find(inputs[1])
  if (weight?.shape.length !== 2) return other('a Gemm without constant weights')
  const isPlain =
    (attributes.get('transA')?.integer ?? 0) === 0 &&
    (attributes.get('alpha')?.float ?? 1) === 1 &&
    (attributes.get('beta')?.float ?? 1) === 1
  if (!isPlain) return other('a Gemm with factors')
  const layout = attributes.get('transB')?.integer === 1 ? 'out-in' : 'in-out'
  const outputs = present(weight.shape[layout === 'out-in' ? 0 : 1])
  const hasBias = (inputs[2] ?? '') !== ''
  const bias = hasBias ? values.findChannels(inputs[2], outputs) : null
  if (hasBias && bias === null) return other('a Gemm without a constant bias')
  return { kind: 'dense', name: nameOf(node), weight, layout, bias }
}

/** One operand is a constant per channel (or one for all): a bias, a factor, a mean taken off. */
function readArithmetic(node: OnnxNode, data: string, values: OnnxValues): OnnxStep {
  const [left, right] = node.inputs
  const isLeft = left === data
  const { op } = node
  if (!isLeft && (op === 'Sub' || op === 'Div')) return other(`a ${op} from a constant`)
  return {
    kind: 'scale',
    make: (channels) => {
      const constant = values.findChannels(isLeft ? right : left, channels)
      return constant === null
        ? null
        : { name: nameOf(node), read: () => readOperand(op, constant) }
    },
  }
}

async function readOperand(
  op: string,
  constant: StoredTensor,
): Promise<{ factor: Float32Array; offset: Float32Array }> {
  const operand = await constant.read()
  const zeros = new Float32Array(operand.length)
  const ones = new Float32Array(operand.length).fill(1)
  switch (op) {
    case 'Add':
      return { factor: ones, offset: operand }
    case 'Sub':
      return { factor: ones, offset: operand.map((value) => -value) }
    case 'Mul':
      return { factor: operand, offset: zeros }
    default:
      return { factor: operand.map((value) => 1 / value), offset: zeros }
  }
}

function readNormalisation(node: OnnxNode, values: OnnxValues): OnnxStep {
  const epsilon = node.attributes.get('epsilon')?.float ?? 1e-5
  const [, ...names] = node.inputs
  return {
    kind: 'scale',
    make: (channels) => {
      const [gamma, beta, mean, variance] = names.map((name) => values.findChannels(name, channels))
      if (!gamma || !beta || !mean || !variance) return null
      return makeNormalisation(nameOf(node), { gamma, beta, mean, variance }, epsilon)
    },
  }
}

function readPool(node: OnnxNode): OnnxStep {
  const kernel = listOf(node, 'kernel_shape')
  const strides = listOf(node, 'strides')
  const isVgg =
    kernel.length === 2 &&
    strides.length === 2 &&
    [...kernel, ...strides].every((size) => size === 2) &&
    listOf(node, 'pads').every((pad) => pad === 0)
  return isVgg
    ? { kind: 'pool' }
    : other(`a MaxPool ${kernel.join('x')}, stride ${strides.join('x')}`)
}

function listOf(node: OnnxNode, name: string): readonly number[] {
  return node.attributes.get(name)?.integers ?? []
}

function nameOf({ name, outputs, op }: OnnxNode): string {
  return (name === '' ? (outputs[0] ?? op) : name).slice(0, 120)
}
