import { stat } from 'node:fs/promises'
import { LabError } from '../../../shared/contract'
import type { Preprocessing, TrainingSettings } from '../../../shared/spec'
import { mapPreInitialisation, nameNetwork, type LayerMapping } from '../../../shared/vgg'
import type { CompiledNetwork, HostTensor, NamedTensors } from '../network/types'
import { chooseCheckpoint, readWeights, readWeightsFile, type WeightsFile } from './checkpoint'

/** What a run begins with. */
export interface InitialWeights {
  /** A line for each thing that was done, to show. */
  readonly notes: readonly string[]
}

/** Weights to start from and what they were trained with, read before the network is made. */
export interface GivenWeights {
  readonly file: WeightsFile
  readonly source: string
}

/**
 * Reads the weights that `--weights` names: a run folder (its best checkpoint) or a safetensors file
 * of the lab's own.
 * @throws LabError `not-found`, `unreadable`, `unsupported`
 */
export async function readGivenWeights(path: string): Promise<GivenWeights> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => {
      throw new LabError(
        'not-found',
        `Expected a run folder or a weights file; there is nothing at ${path}.`,
        'Check the path.',
      )
    },
  )
  if (isFolder) {
    const checkpoint = await chooseCheckpoint(path, null)
    return { file: await readWeights(path, checkpoint), source: `${checkpoint} of ${path}` }
  }
  if (!path.endsWith('.safetensors')) {
    throw new LabError(
      'unsupported',
      `Expected a run folder or a .safetensors file of the lab; got ${path}.`,
      'Other formats are not read yet.',
    )
  }
  return { file: await readWeightsFile(path), source: path }
}

/** Given weights bring their preprocessing: they are never run with another's. */
export function adoptPreprocessing(given: GivenWeights, inputSize: number): Preprocessing | null {
  const { preprocessing } = given.file
  return preprocessing === null ? null : { ...preprocessing, inputSize }
}

/**
 * Sets the weights a run begins with: drawn by the scheme; then, over them, the layers of a
 * pre-initialisation or of given weights.
 * @throws LabError `bad-input` when given weights are of another network.
 */
export async function setInitialWeights(
  network: CompiledNetwork,
  settings: TrainingSettings,
  given: GivenWeights | null,
): Promise<InitialWeights> {
  const notes: string[] = []
  network.initialise(settings.initialisation, settings.seed)
  if (settings.preInit !== null) {
    const checkpoint = await chooseCheckpoint(settings.preInit, null)
    const { weights } = await readWeights(settings.preInit, checkpoint)
    const { copied, lines } = preInitialise(network, weights)
    network.setWeights(copied)
    notes.push(`Pre-initialised from ${checkpoint} of ${settings.preInit}:`, ...lines)
  }
  if (given !== null) {
    const { copied, redrawn } = matchGivenWeights(network, given)
    network.setWeights(copied)
    notes.push(
      `Weights from ${given.source}${redrawn ? '; fc8 is drawn anew for other classes' : ''}.`,
    )
  }
  return { notes }
}

/** What the pre-initialisation copies, by name where the shapes agree, and a line for each layer. */
export function preInitialise(
  network: CompiledNetwork,
  from: NamedTensors,
): { copied: Map<string, HostTensor>; lines: string[] } {
  const copied = new Map<string, HostTensor>()
  const shapeOf = (layer: string): readonly number[] | null =>
    from.has(`${layer}.bias`) ? (from.get(`${layer}.weight`)?.shape ?? null) : null
  const lines = mapPreInitialisation(network.network, shapeOf).flatMap((mapping) => {
    if (mapping.outcome === 'copied') {
      for (const name of [`${mapping.layer}.weight`, `${mapping.layer}.bias`]) {
        const tensor = from.get(name)
        if (tensor !== undefined) copied.set(name, tensor)
      }
    }
    return mapping.outcome === 'drawn' ? [] : [`  ${mapping.layer}: ${describeOutcome(mapping)}`]
  })
  return { copied, lines }
}

function describeOutcome({ outcome, shape, sourceShape }: LayerMapping): string {
  const here = shape.join('x')
  if (outcome === 'copied') return `copied (${here})`
  if (outcome === 'missing') return 'not in the other run, drawn anew'
  return `shapes differ (${sourceShape?.join('x') ?? 'none'} there, ${here} here), drawn anew`
}

/**
 * All weights must be there in the network's shapes, and no layer's that it has not; fc8 alone may be
 * of other classes.
 */
function matchGivenWeights(
  network: CompiledNetwork,
  given: GivenWeights,
): { copied: Map<string, HostTensor>; redrawn: boolean } {
  const copied = new Map<string, HostTensor>()
  let redrawn = false
  for (const layer of network.network.layers) {
    if (layer.weightShape === null) continue
    const weight = given.file.weights.get(`${layer.name}.weight`)
    const bias = given.file.weights.get(`${layer.name}.bias`)
    const fits =
      weight !== undefined && bias !== undefined && isSameShape(weight.shape, layer.weightShape)
    if (fits) {
      copied.set(`${layer.name}.weight`, weight)
      copied.set(`${layer.name}.bias`, bias)
    } else if (layer.name === 'fc8' && weight !== undefined) {
      redrawn = true
    } else {
      const came = weight === undefined ? 'none' : weight.shape.join('x')
      throw new LabError(
        'bad-input',
        `Expected ${layer.name}.weight of shape ${layer.weightShape.join('x')} in ${given.source}; got ${came}.`,
        SAME_NETWORK,
      )
    }
  }
  const known = new Set(network.network.layers.map(({ name }) => `${name}.weight`))
  const stranger = [...given.file.weights.keys()].find(
    (name) => name.endsWith('.weight') && !known.has(name),
  )
  if (stranger !== undefined) {
    throw new LabError(
      'bad-input',
      `Expected the layers of ${nameNetwork(network.network.spec)} in ${given.source}; got ${stranger} as well.`,
      SAME_NETWORK,
    )
  }
  return { copied, redrawn }
}

const SAME_NETWORK =
  'Choose the network, input size and width that the weights were trained with; --pre-init copies what fits.'

function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, index) => size === b[index])
}
