import { stat } from 'node:fs/promises'
import { LabError } from '../../../../shared/contract'
import type { Preprocessing, TrainingSettings } from '../../../../shared/spec'
import {
  mapGivenWeights,
  mapPreInitialisation,
  nameNetwork,
  type LayerMapping,
} from '../../../../shared/vgg'
import type { CompiledNetwork } from '../../network/compiled-network'
import type { HostTensor, NamedTensors } from '../../tensors/host-tensor'
import { importWeights } from '../../weights/import-weights'
import { readCheckpointWeights, type WeightsFile } from '../../runs/checkpoint'
import { chooseCheckpoint } from '../../runs/checkpoint-folders'

/** What a run begins with. */
export interface InitialWeights {
  /** A line for each thing that was done, to show. */
  readonly notes: readonly string[]
}

/** Weights to start from and what they were trained with, read before the network is made. */
export interface GivenWeights {
  readonly file: WeightsFile
  readonly source: string
  /** Notes about them, a line each. */
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
    const file = await readCheckpointWeights(path, checkpoint)
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
    const { weights } = await readCheckpointWeights(settings.preInit, checkpoint)
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
  const mappings = mapPreInitialisation(network.network, findShapes(from))
  const lines = mappings.flatMap((mapping) => {
    if (mapping.outcome === 'copied') copyLayer(mapping.layer, from, copied)
    return mapping.outcome === 'drawn' ? [] : [`  ${mapping.layer}: ${describeOutcome(mapping)}`]
  })
  return { copied, lines }
}

/** Shapes of the layers that have both weights and bias. */
function findShapes(from: NamedTensors): (layer: string) => readonly number[] | null {
  return (layer) =>
    from.has(`${layer}.bias`) ? (from.get(`${layer}.weight`)?.shape ?? null) : null
}

function copyLayer(layer: string, from: NamedTensors, to: Map<string, HostTensor>): void {
  for (const name of [`${layer}.weight`, `${layer}.bias`]) {
    const tensor = from.get(name)
    if (tensor !== undefined) to.set(name, tensor)
  }
}

function describeOutcome({ outcome, shape, sourceShape }: LayerMapping): string {
  const here = shape.join('x')
  if (outcome === 'copied') return `copied (${here})`
  if (outcome === 'missing') return 'not in the other run, randomly initialised'
  return `shapes differ (${sourceShape?.join('x') ?? 'none'} there, ${here} here), randomly initialised`
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
  for (const mapping of mapGivenWeights(network.network, findShapes(given.file.weights))) {
    const { layer, outcome, shape, sourceShape } = mapping
    if (outcome === 'copied') {
      copyLayer(layer, given.file.weights, copied)
      continue
    }
    const came = sourceShape?.join('x') ?? 'none'
    if (shape.length === 4) {
      throw new LabError(
        'bad-input',
        `Expected ${layer}.weight of shape ${shape.join('x')} in ${given.source}; got ${came}.`,
        `${describeGiven(given)}${SAME_NETWORK}`,
      )
    }
    const why =
      outcome === 'behind' ? 'after a new layer' : `${came} there, ${shape.join('x')} here`
    redrawn.push(`  ${layer} is randomly initialised (${why}).`)
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
  'Choose the network and width that the weights were trained with; --pre-init copies only what fits.'

function describeGiven({ file: { network } }: GivenWeights): string {
  return network === null
    ? ''
    : `The weights are of ${network.configuration}, width ${network.width}. `
}
