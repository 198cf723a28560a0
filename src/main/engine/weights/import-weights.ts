import { basename } from 'node:path'
import { LabError } from '../../../shared/contract'
import { itemAt, present } from '../../../shared/present'
import { WEIGHTS_EXTENSIONS, type WeightsFormat } from '../../../shared/spec'
import {
  blocksOf,
  describeConfiguration,
  titleNetwork,
  scaleWidth,
  type NetworkEdit,
  type NetworkSpec,
} from '../../../shared/vgg'
import { createProgressMeter, type WorkOptions } from '../work/progress-meter'
import type { HostTensor } from '../tensors/host-tensor'
import { findInOnnx } from './find-in-onnx'
import { findInSafetensors } from './find-in-safetensors'
import type { FoundNetwork } from './found-network'
import type { ImportedWeights } from './imported-weights'
import {
  KNOWN_PREPROCESSING,
  describePreprocessing,
  type PreprocessingName,
} from './known-preprocessing'
import { mapConvolution, mapDense, type MappedLayer } from './map-layer'
import { readOwnFile } from './own-file'
import { recogniseNetwork, type RecognisedNetwork } from './recognise'

/** How a file is read. */
export interface ImportOptions extends WorkOptions {
  /** Overrules what the file says or is assumed of it. */
  readonly preprocessing?: PreprocessingName
}

/** How the files of a format are read. */
interface FormatReader {
  /** Reads a file that the lab wrote; null for another's. Absent where the lab writes none. */
  readonly readOwn?: (path: string, options: WorkOptions) => Promise<ImportedWeights | null>
  /** Finds the layers of somebody else's file. */
  readonly find: (path: string) => Promise<FoundNetwork>
}

const READERS: Readonly<Record<WeightsFormat, FormatReader>> = {
  onnx: { find: findInOnnx },
  safetensors: { readOwn: readOwnFile, find: findInSafetensors },
}

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
  const { readOwn, find } = READERS[format]
  const own = readOwn === undefined ? null : await readOwn(path, options)
  if (own !== null) return overrulePreprocessing(own, options.preprocessing)
  const found = await find(path)
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

function findFormat(path: string): WeightsFormat {
  const lower = path.toLowerCase()
  const format = WEIGHTS_EXTENSIONS.find((extension) => lower.endsWith(`.${extension}`))
  if (format !== undefined) return format
  throw new LabError(
    'unsupported',
    `Expected a file of weights ending in ${WEIGHTS_EXTENSIONS.map((extension) => `.${extension}`).join(' or ')}; got ${basename(path)}.`,
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
    take(itemAt(names, index), convolution.name, await mapConvolution(convolution, path))
  }
  const channels = present(found.convolutions.at(-1)).outputs
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
      ...{ name: `${configuration}, convolutions only`, kernels, fullyConnectedUnits: [1, 1] },
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
    ? 'Classes are numbered: the file has no class names.'
    : `Only the convolutions are used: ${headFault}.`
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
      preprocessing: `${describePreprocessing(known)}, as requested`,
    },
  }
}

/** What was imported, in a line: "VGG-16 (D), width 1, 224 px, 1000 classes". */
export function describeImported({ network, report }: ImportedWeights): string {
  const { configuration, width, inputSize, classes } = network
  const name = report.hasHead ? titleNetwork(network) : describeConfiguration(configuration)
  const what = report.hasHead ? `${classes} classes` : 'convolutions only'
  return `${name}, width ${width}, ${inputSize} px, ${what}`
}
