import { stat } from 'node:fs/promises'
import { LabError } from '../../../shared/contract'
import type { Preprocessing, TrainingSettings } from '../../../shared/spec'
import type { CompiledNetwork, HostTensor, NamedTensors } from '../network/types'
import { chooseCheckpoint, readWeights, readWeightsFile, type WeightsFile } from './checkpoint'

/** Section 3.1: A's first four convolutions, by their names in the deeper nets, and the FC layers. */
const PRE_INIT_LAYERS = ['conv1_1', 'conv2_1', 'conv3_1', 'conv3_2', 'fc6', 'fc7', 'fc8'] as const

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
    const { copied, lines } = mapPreInitialisation(network, weights)
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

/** Which layers the pre-initialisation copies, by name where the shapes agree, and a line for each. */
export function mapPreInitialisation(
  network: CompiledNetwork,
  from: NamedTensors,
): { copied: Map<string, HostTensor>; lines: string[] } {
  const copied = new Map<string, HostTensor>()
  const lines: string[] = []
  for (const name of PRE_INIT_LAYERS) {
    const layer = network.network.layers.find((candidate) => candidate.name === name)
    const weight = from.get(`${name}.weight`)
    const bias = from.get(`${name}.bias`)
    if (!layer?.weightShape) {
      lines.push(`  ${name}: not in this network`)
    } else if (weight === undefined || bias === undefined) {
      lines.push(`  ${name}: not in the other run, drawn anew`)
    } else if (!isSameShape(weight.shape, layer.weightShape)) {
      lines.push(
        `  ${name}: shapes differ (${weight.shape.join('x')} there, ${layer.weightShape.join('x')} here), drawn anew`,
      )
    } else {
      copied.set(`${name}.weight`, weight)
      copied.set(`${name}.bias`, bias)
      lines.push(`  ${name}: copied (${weight.shape.join('x')})`)
    }
  }
  return { copied, lines }
}

/** All weights must be there in the network's shapes; fc8 alone may be of other classes. */
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
        'Choose the configuration, input size and width that the weights were trained with.',
      )
    }
  }
  return { copied, redrawn }
}

function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, index) => size === b[index])
}
