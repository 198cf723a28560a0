import { basename } from 'node:path'
import { LabError } from '../../../shared/contract'
import type { Preprocessing } from '../../../shared/spec'
import {
  blocksOf,
  nameNetwork,
  scaleWidth,
  type NetworkEdit,
  type NetworkSpec,
} from '../../../shared/vgg'
import { createProgressMeter } from '../work/progress-meter'
import type { WorkOptions } from '../data/types'
import type { HostTensor } from '../network/types'
import { findInOnnx } from './find-in-onnx'
import { findInSafetensors } from './find-in-safetensors'
import type { FoundNetwork } from './found-network'
import {
  KNOWN_PREPROCESSING,
  describePreprocessing,
  type PreprocessingName,
} from './known-preprocessing'
import { mapConvolution, mapDense, type MappedLayer } from './map-layer'
import { readOwnFile } from './own-file'
import { recogniseNetwork, type RecognisedNetwork } from './recognise'

/** What an import did and did not use, to show. */
export interface ImportReport {
  /** Absolute path. */
  readonly file: string
  readonly format: 'onnx' | 'safetensors'
  /** false: the convolutions alone, since the fully connected layers are no VGG's. */
  readonly hasHead: boolean
  /** Side of the file's input, in pixels; null where it does not tell. */
  readonly fileInputSize: number | null
  /** How pictures are prepared, in words, and how that is known. */
  readonly preprocessing: string
  /** Each layer with what it is called in the file. */
  readonly mapped: readonly { readonly layer: string; readonly source: string }[]
  /** Names in the file that no layer uses. */
  readonly unmapped: readonly string[]
  /** What else there is to know, a line each. */
  readonly notes: readonly string[]
}

/** Weights of somebody else's file, in the lab's names and layouts. */
export interface ImportedWeights {
  /** Without a head only the convolutions' tensors. */
  readonly weights: ReadonlyMap<string, HostTensor>
  /** Without a head its fc6 and fc7 have one unit and it has one class. */
  readonly network: NetworkSpec
  readonly preprocessing: Preprocessing
  readonly classNames: readonly string[]
  readonly report: ImportReport
}

/** How a file is read. */
export interface ImportOptions extends WorkOptions {
  /** Overrules what the file says or is assumed of it. */
  readonly preprocessing?: PreprocessingName
}

/** Extensions of the files that can be read. */
export const WEIGHTS_EXTENSIONS = ['.onnx', '.safetensors'] as const

/** The one class of a network without a classifier. */
export const NO_CLASSIFIER = 'no classifier'

/**
 * Reads weights of the lab's or somebody else's file: finds the layers, recognises the configuration,
 * maps layouts, folds batch normalisation and checks every number.
 * @throws LabError `unsupported` for a network that is no VGG, `unreadable` for a damaged file,
 *   `cancelled` when the signal fires.
 */
export async function importWeights(
  path: string,
  options: ImportOptions = {},
): Promise<ImportedWeights> {
  const format = findFormat(path)
  const own = format === 'safetensors' ? await readOwnFile(path, options) : null
  if (own !== null) return overrulePreprocessing(own, options.preprocessing)
  const found = await (format === 'onnx' ? findInOnnx(path) : findInSafetensors(path))
  const recognised = recogniseNetwork(found, path)
  const network = specify(recognised)
  const { weights, mapped } = await mapLayers(found, recognised, path, options)
  const { preprocessing, preprocessingReason: reason } = found
  const imported: ImportedWeights = {
    weights,
    network,
    preprocessing: {
      ...preprocessing,
      inputSize: network.inputSize,
      resize: 'smallest-side-then-centre-crop',
    },
    classNames: nameClasses(found, recognised),
    report: {
      file: path,
      format,
      hasHead: recognised.head !== null,
      fileInputSize: found.inputSize,
      preprocessing: reason,
      mapped,
      unmapped: listUnmapped(found, recognised),
      notes: [describeHead(recognised), ...found.notes],
    },
  }
  return overrulePreprocessing(imported, options.preprocessing)
}

function findFormat(path: string): ImportReport['format'] {
  const lower = path.toLowerCase()
  if (lower.endsWith('.onnx')) return 'onnx'
  if (lower.endsWith('.safetensors')) return 'safetensors'
  throw new LabError(
    'unsupported',
    `Expected a file of weights ending in ${WEIGHTS_EXTENSIONS.join(' or ')}; got ${basename(path)}.`,
    'Export the weights as ONNX or safetensors.',
  )
}

/** Tensors by the lab's names, and which of the file's layers each came from. */
async function mapLayers(
  found: FoundNetwork,
  { configuration, head }: RecognisedNetwork,
  path: string,
  options: WorkOptions,
): Promise<{ weights: Map<string, HostTensor>; mapped: { layer: string; source: string }[] }> {
  const weights = new Map<string, HostTensor>()
  const mapped: { layer: string; source: string }[] = []
  const dense = head === null ? [] : found.dense
  const meter = createProgressMeter(
    'Reading weights',
    found.convolutions.length + dense.length,
    options,
  )
  const take = (layer: string, source: string, { weight, bias }: MappedLayer): void => {
    weights.set(`${layer}.weight`, weight)
    weights.set(`${layer}.bias`, bias)
    mapped.push({ layer, source })
    meter.advance()
  }
  const names = blocksOf({ configuration }).flatMap(({ kernels }, block) =>
    kernels.map((_, index) => `conv${block + 1}_${index + 1}`),
  )
  for (const [index, convolution] of found.convolutions.entries()) {
    take(names[index] ?? '', convolution.name, await mapConvolution(convolution, path))
  }
  const channels = found.convolutions[found.convolutions.length - 1]?.outputs ?? 0
  for (const [index, layer] of dense.entries()) {
    const isFlattened = index === 0 && found.flattened === 'CHW' && layer.layout !== 'OIHW'
    const map = isFlattened ? { side: Math.sqrt(layer.inputs / channels), channels } : null
    take(`fc${6 + index}`, layer.name, await mapDense(layer, map, path))
  }
  meter.finish()
  return { weights, mapped }
}

function specify({ configuration, width, inputSize, head }: RecognisedNetwork): NetworkSpec {
  const kernels = blocksOf({ configuration }).map((block) => block.kernels)
  const spec = { configuration, inputSize, width, classes: head?.classes ?? 1 }
  if (head === null) {
    const edit: NetworkEdit = {
      ...{ name: `${configuration}, convolutions alone`, kernels, fullyConnectedUnits: [1, 1] },
    }
    return { ...spec, edit }
  }
  const [first, second] = head.units
  if (first === 4096 && second === 4096) return spec
  const name = `${configuration}, ${scaleWidth(first, width)} and ${scaleWidth(second, width)} units`
  return { ...spec, edit: { name, kernels, fullyConnectedUnits: [first, second] } }
}

function nameClasses({ classNames }: FoundNetwork, { head }: RecognisedNetwork): readonly string[] {
  if (head === null) return [NO_CLASSIFIER]
  if (classNames?.length === head.classes) return classNames
  return Array.from({ length: head.classes }, (_, index) => `class ${index}`)
}

function listUnmapped(found: FoundNetwork, { head }: RecognisedNetwork): string[] {
  return [...(head === null ? found.dense.map(({ name }) => name) : []), ...found.unused]
}

function describeHead({ headFault }: RecognisedNetwork): string {
  return headFault === null
    ? 'The classes have numbers: the file names none.'
    : `The convolutions alone are used: ${headFault}.`
}

function overrulePreprocessing(
  imported: ImportedWeights,
  name: PreprocessingName | undefined,
): ImportedWeights {
  if (name === undefined) return imported
  const known = KNOWN_PREPROCESSING[name]
  return {
    ...imported,
    preprocessing: { ...imported.preprocessing, ...known },
    report: {
      ...imported.report,
      preprocessing: `${describePreprocessing(known)}, as it was asked for`,
    },
  }
}

/** What was imported, in a line: "D, width 1, 224 px, 1000 classes". */
export function describeImported({ network, report }: ImportedWeights): string {
  const { configuration, width, inputSize, classes } = network
  const name = report.hasHead ? nameNetwork(network) : configuration
  const what = report.hasHead ? `${classes} classes` : 'convolutions alone'
  return `${name}, width ${width}, ${inputSize} px, ${what}`
}
