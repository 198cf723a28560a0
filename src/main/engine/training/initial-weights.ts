import { stat } from 'node:fs/promises'
import { LabError } from '../../../shared/contract'
import type { Preprocessing, TrainingSettings } from '../../../shared/spec'
import { mapPreInitialisation, nameNetwork, type LayerMapping } from '../../../shared/vgg'
import type { CompiledNetwork, HostTensor, NamedTensors } from '../network/types'
import { importWeights } from '../weights/import-weights'
import { chooseCheckpoint, readWeights, type WeightsFile } from './checkpoint'

/** What a run begins with. */
export interface InitialWeights {
  /** A line for each thing that was done, to show. */
  readonly notes: readonly string[]
}

/** Weights to start from and what they were trained with, read before the network is made. */
export interface GivenWeights {
  readonly file: WeightsFile
  readonly source: string
  /** What there is to know of them, a line each. */
  readonly notes: readonly string[]
}

/**
 * Reads the weights that `--weights` names: a run folder (its best checkpoint), or a file of the lab's
 * or somebody else's, see `importWeights`.
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
    const file = await readWeights(path, checkpoint)
    return { file, source: `${checkpoint} of ${path}`, notes: [] }
  }
  const { weights, network, preprocessing, classNames, report } = await importWeights(path)
  return {
    file: { weights, network, preprocessing, classNames },
    source: path,
    notes: [
      `Pictures are prepared as the weights expect: ${report.preprocessing}.`,
      ...report.notes,
    ],
  }
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
    notes.push(`Weights from ${given.source}.`, ...given.notes, ...redrawn)
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
 * All convolutions must be there in the network's shapes, and no layer's that it has not. The fully
 * connected layers are used up to the first that is missing or of another shape (other classes, another
 * input size, no classifier): what comes after a new layer has nothing to go on from.
 */
function matchGivenWeights(
  network: CompiledNetwork,
  given: GivenWeights,
): { copied: Map<string, HostTensor>; redrawn: string[] } {
  const copied = new Map<string, HostTensor>()
  const redrawn: string[] = []
  for (const { name, kind, weightShape } of network.network.layers) {
    if (weightShape === null) continue
    const weight = given.file.weights.get(`${name}.weight`)
    const bias = given.file.weights.get(`${name}.bias`)
    const fits =
      weight !== undefined && bias !== undefined && isSameShape(weight.shape, weightShape)
    const came = weight === undefined ? 'none' : weight.shape.join('x')
    if (fits && redrawn.length === 0) {
      copied.set(`${name}.weight`, weight)
      copied.set(`${name}.bias`, bias)
    } else if (kind === 'convolution') {
      throw new LabError(
        'bad-input',
        `Expected ${name}.weight of shape ${weightShape.join('x')} in ${given.source}; got ${came}.`,
        `${describeGiven(given)}${SAME_NETWORK}`,
      )
    } else {
      const why = fits ? 'after a new layer' : `${came} there, ${weightShape.join('x')} here`
      redrawn.push(`  ${name} is drawn anew (${why}).`)
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
      `${describeGiven(given)}${SAME_NETWORK}`,
    )
  }
  return { copied, redrawn }
}

const SAME_NETWORK =
  'Choose the network and width that the weights were trained with; --pre-init copies what fits.'

function describeGiven({ file: { network } }: GivenWeights): string {
  return network === null
    ? ''
    : `The weights are of ${network.configuration}, width ${network.width}. `
}

function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, index) => size === b[index])
}
