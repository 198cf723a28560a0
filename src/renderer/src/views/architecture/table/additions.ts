import {
  hasFilters,
  CONFIGURATION_NAMES,
  describeNetwork,
  type ConfigurationName,
  type Layer,
  type LayerKind,
  type NetworkChoice,
} from '../../../../../shared/vgg'
import { listWords } from '../../../lib/words/list-words'
import { pairLayers, type LayerPair } from './pair-layers'

/** What a column has over the one that it grows from. */
export interface Additions {
  readonly from: ConfigurationName
  readonly added: readonly Layer[]
  /** Convolutions with another kernel than there. */
  readonly changed: readonly { readonly layer: Layer; readonly before: Layer }[]
}

/** Sizes do not matter for what is added. */
const SIZES = { inputSize: 224, classes: 1000, width: 1 } as const

function compare(column: NetworkChoice, base: NetworkChoice): readonly LayerPair[] {
  return pairLayers(
    describeNetwork({ ...SIZES, ...base }).layers,
    describeNetwork({ ...SIZES, ...column }).layers,
  )
}

/**
 * What a column of Table 1 adds (the paper prints it bold): to the nearest column on its left of
 * which it keeps all layers, so B grows from A and not from A-LRN. null for A.
 */
export function findAdditions(configuration: ConfigurationName): Additions | null {
  const before = CONFIGURATION_NAMES.slice(0, CONFIGURATION_NAMES.indexOf(configuration))
  for (const from of [...before].reverse()) {
    const pairs = compare({ configuration }, { configuration: from })
    if (pairs.every(({ second }) => second !== null)) return { from, ...sortOut(pairs) }
  }
  return null
}

/** What an edited network has over its configuration. */
export function findEditAdditions({ configuration, edit }: NetworkChoice): Additions {
  const column = { configuration, ...(edit && { edit }) }
  return { from: configuration, ...sortOut(compare(column, { configuration })) }
}

function sortOut(pairs: readonly LayerPair[]): Omit<Additions, 'from'> {
  const added: Layer[] = []
  const changed: { layer: Layer; before: Layer }[] = []
  for (const { first, second } of pairs) {
    if (second === null) continue
    if (first === null) added.push(second)
    else if (isChanged(first, second)) changed.push({ layer: second, before: first })
  }
  return { added, changed }
}

/** By itself: that a layer sees or takes more because of those below it is no change of its own. */
function isChanged(before: Layer, after: Layer): boolean {
  return (
    (hasFilters(after) && before.window.kernel !== after.window.kernel) ||
    before.output[2] !== after.output[2]
  )
}

/** "B adds conv1_2 and conv2_2 (3×3) to A.", counted from the table. */
export function describeAdditions(configuration: ConfigurationName): string {
  const additions = findAdditions(configuration)
  if (additions === null) {
    return `${configuration} is the shallowest column: the others grow from it.`
  }
  const { from, added, changed } = additions
  const parts = (Object.keys(ADDED_WORDS) as LayerKind[]).flatMap((of) => {
    const layers = added.filter(({ kind }) => kind === of)
    return layers.length === 0 ? [] : `adds ${ADDED_WORDS[of](layers)} to ${from}`
  })
  if (changed.length > 0) {
    const layers = changed.map(({ layer }) => layer)
    const before = listKernels(changed.map((change) => change.before))
    parts.push(`makes ${listNames(layers)} ${listKernels(layers)} where ${from} has ${before}`)
  }
  return `${configuration} ${parts.join('; ')}.`
}

/** The layers of a kind that a column adds, in words. */
const ADDED_WORDS: Readonly<Record<LayerKind, (layers: readonly Layer[]) => string>> = {
  convolution: (layers) => `${listNames(layers)} (${listKernels(layers)})`,
  lrn: (layers) => `LRN after ${listWords(layers.map(({ name }) => name.replace('lrn', 'conv')))}`,
  pooling: listNames,
  'fully-connected': listNames,
  softmax: listNames,
}

function listNames(layers: readonly Layer[]): string {
  return listWords(layers.map(({ name }) => name))
}

function listKernels(layers: readonly Layer[]): string {
  const kernels = layers.map(({ window }) => `${window.kernel}×${window.kernel}`)
  return listWords([...new Set(kernels)])
}
