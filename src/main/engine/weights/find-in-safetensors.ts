import { itemAt } from '../../../shared/present'
import { openSafetensors, type OpenSafetensors } from '../formats/safetensors'
import type { StoredTensor } from '../formats/stored-tensor'
import type { FoundConvolution, FoundDense, FoundNetwork } from './found-network'
import { KNOWN_PREPROCESSING, describePreprocessing } from './known-preprocessing'
import { makeNormalisation } from './batch-normalisation'

/** What the last part of a tensor's name says it is: PyTorch's words and Keras'. */
const ROLES: Readonly<Record<string, Role>> = {
  weight: 'weight',
  kernel: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  running_mean: 'mean',
  moving_mean: 'mean',
  running_var: 'variance',
  moving_variance: 'variance',
}
type Role = 'weight' | 'bias' | 'mean' | 'variance'
type Layer = { readonly name: string } & Readonly<Partial<Record<Role, StoredTensor>>>

/** PyTorch's default; the files do not tell it. */
const NORMALISATION_EPSILON = 1e-5
/** Parts of names that say that a convolution is a fully connected layer: timm's `pre_logits.fc1`. */
const DENSE_NAME = /(^|[./_])(pre_logits|head|classifier|fc\d?)([./_]|$)/

/**
 * Finds the layers of a safetensors file by the names and shapes of its tensors: those of the lab,
 * torchvision (`features.0.weight`, `classifier.6.weight`), timm (`pre_logits.fc1`, `head.fc`), Keras
 * (`block1_conv1/kernel`), and any that come in order. Batch normalisation is found by its statistics.
 * @throws LabError `not-found` or `unreadable`.
 */
export async function findInSafetensors(path: string): Promise<FoundNetwork> {
  const file = await openSafetensors(path)
  const layers = groupLayers(file)
  const used = new Set<StoredTensor>()
  const use = (layer: Layer): void => {
    for (const role of ['weight', 'bias', 'mean', 'variance'] as const) {
      const tensor = layer[role]
      if (tensor !== undefined) used.add(tensor)
    }
  }
  const isHwio = areKernelsHwio(layers)
  const convolutions: FoundConvolution[] = []
  const dense: FoundDense[] = []
  for (const layer of layers) {
    const rank = layer.weight?.shape.length
    if (layer.weight !== undefined && rank === 4 && !isDense(layer)) {
      convolutions.push(makeConvolution(layer.name, layer.weight, layer.bias, isHwio))
    } else if (layer.weight !== undefined && (rank === 4 || rank === 2)) {
      dense.push(makeDense(layer.name, layer.weight, layer.bias, isHwio))
    } else if (layer.mean !== undefined && layer.variance !== undefined) {
      const below = convolutions.pop()
      if (below === undefined) continue
      const { mean, variance, weight: gamma = null, bias: beta = null } = layer
      const scale = makeNormalisation(
        layer.name,
        { mean, variance, gamma, beta },
        NORMALISATION_EPSILON,
      )
      convolutions.push({ ...below, scales: [...below.scales, scale] })
    } else continue
    use(layer)
  }
  const hasNormalisation = convolutions.some(({ scales }) => scales.length > 0)
  return {
    convolutions,
    dense,
    flattened: isHwio ? 'HWC' : 'CHW',
    headFault: null,
    inputSize: null,
    ...guessPreprocessing(isHwio),
    classNames: null,
    unused: [...file.tensors.values()]
      .filter((tensor) => tensor.isFloat && !used.has(tensor))
      .map(({ name }) => name),
    notes: hasNormalisation
      ? [
          `Batch normalisation is folded with an epsilon of ${NORMALISATION_EPSILON}, PyTorch's default.`,
        ]
      : [],
  }
}

/** Tensors by the layer that their names tell, in the order of the layers. */
function groupLayers({ tensors }: OpenSafetensors): Layer[] {
  const layers = new Map<string, { name: string } & Partial<Record<Role, StoredTensor>>>()
  for (const tensor of tensors.values()) {
    const match = /^(.*?)[./]?([A-Za-z_]+)(?::0)?$/.exec(tensor.name)
    const role = ROLES[match?.[2] ?? '']
    if (match === null || role === undefined) continue
    const name = itemAt(match, 1)
    const layer = layers.get(name) ?? { name }
    layer[role] ??= tensor
    layers.set(name, layer)
  }
  return [...layers.values()].sort((a, b) => compareNames(rankName(a.name), rankName(b.name)))
}

/** timm's `head` comes after its `pre_logits`, though not by the alphabet. */
function rankName(name: string): string {
  return name.replace(/(^|[./])(head|predictions|logits)(?=[./]|$)/, '$1~$2')
}

const collator = new Intl.Collator('en', { numeric: true })

function compareNames(a: string, b: string): number {
  const isLate = (name: string): number => (name.includes('~') ? 1 : 0)
  return isLate(a) - isLate(b) || collator.compare(a, b)
}

/** By the first convolution, whose three inputs are red, green and blue. */
function areKernelsHwio(layers: readonly Layer[]): boolean {
  const first = layers.find(({ weight }) => weight?.shape.length === 4)
  const [a, b, c, d] = first?.weight?.shape ?? []
  const isHwio = c === 3 && a === b
  const isOihw = b === 3 && c === d
  // Three channels of 3x3 look the same in both: the name decides.
  if (isHwio && isOihw) return /kernel|conv1_1\.weight/.test(first?.weight?.name ?? '')
  return isHwio
}

function isDense({ name, weight }: Layer): boolean {
  return weight !== undefined && DENSE_NAME.test(name)
}

function makeConvolution(
  name: string,
  weight: StoredTensor,
  bias: StoredTensor | undefined,
  isHwio: boolean,
): FoundConvolution {
  const [a = 0, b = 0, c = 0, d = 0] = weight.shape
  const [kernel, width, inputs, outputs] = isHwio ? [a, b, c, d] : [c, d, b, a]
  return {
    ...{ name, inputs, outputs, weight },
    kernel: kernel === width ? kernel : 0,
    layout: isHwio ? 'HWIO' : 'OIHW',
    bias: bias ?? null,
    ...{ scales: [], hasPool: null, hasLrn: false },
  }
}

function makeDense(
  name: string,
  weight: StoredTensor,
  bias: StoredTensor | undefined,
  isHwio: boolean,
): FoundDense {
  const { shape } = weight
  const [first = 0, second = 0] = shape
  const rest = { name, weight, bias: bias ?? null, scales: [] }
  if (shape.length === 4) {
    const inputs = shape.slice(1).reduce((product, size) => product * size, 1)
    return { ...rest, inputs, outputs: first, layout: 'OIHW' }
  }
  return isHwio
    ? { ...rest, inputs: first, outputs: second, layout: 'in-out' }
    : { ...rest, inputs: second, outputs: first, layout: 'out-in' }
}

function guessPreprocessing(
  isHwio: boolean,
): Pick<FoundNetwork, 'preprocessing' | 'preprocessingReason'> {
  const preprocessing = KNOWN_PREPROCESSING[isHwio ? 'caffe' : 'torchvision']
  const whose = isHwio ? 'Keras' : 'torchvision and timm'
  return {
    preprocessing,
    preprocessingReason: `assumed (${describePreprocessing(preprocessing)}), as is usual for weights in the layout of ${whose}`,
  }
}
