import { LabError } from '../../../shared/contract'
import { checkNetworkSpec, type Preprocessing } from '../../../shared/spec'
import { describeNetwork, type NetworkSpec } from '../../../shared/vgg'
import { createProgressMeter, type WorkOptions } from '../work/progress-meter'
import { openSafetensors, type OpenSafetensors } from '../formats/safetensors'
import { listParameters } from '../network/parameters'
import type { HostTensor } from '../tensors/host-tensor'
import type { ImportedWeights } from './imported-weights'
import { describePreprocessing } from './known-preprocessing'

/**
 * Reads a safetensors file that the lab wrote, by its metadata; null for a file of another program.
 * @throws LabError `unreadable` when metadata and tensors do not agree.
 */
export async function readOwnFile(
  path: string,
  options: WorkOptions,
): Promise<ImportedWeights | null> {
  const file = await openSafetensors(path)
  if (file.metadata.format !== 'vgg-lab') return null
  const network = readJson(file, 'network')
  const preprocessing = readJson(file, 'preprocessing')
  const classNames = readJson(file, 'class_names')
  if (
    !isSpec(network) ||
    !isPreprocessing(preprocessing, network) ||
    !isNames(classNames, network)
  ) {
    throw new LabError(
      'unreadable',
      `Expected network, preprocessing and class names in the metadata of ${path}; they are missing or inconsistent.`,
      'Copy the file again from a checkpoint of the run.',
    )
  }
  const parameters = listParameters(describeNetwork(network))
  const meter = createProgressMeter('Reading weights', parameters.length, options)
  const weights = new Map<string, HostTensor>()
  for (const { name, shape } of parameters) {
    const tensor = file.tensors.get(name)
    if (tensor?.shape.join() !== shape.join()) {
      throw new LabError(
        'unreadable',
        `Expected ${name} of shape ${shape.join('x')} in ${path}; got ${tensor?.shape.join('x') ?? 'none'}.`,
        'Copy the file again from a checkpoint of the run.',
      )
    }
    weights.set(name, { shape, data: await tensor.read() })
    meter.advance()
  }
  meter.finish()
  return {
    weights,
    network,
    preprocessing,
    classNames,
    report: {
      file: path,
      format: 'safetensors',
      hasHead: true,
      fileInputSize: network.inputSize,
      preprocessing: `${describePreprocessing(preprocessing)}, as the file says`,
      mapped: parameters.map(({ name }) => ({ layer: name, source: name })),
      unmapped: [...file.tensors.keys()].filter((name) => !weights.has(name)),
      notes: [],
    },
  }
}

function readJson({ metadata }: OpenSafetensors, key: string): unknown {
  try {
    return JSON.parse(metadata[key] ?? 'null') as unknown
  } catch {
    return null
  }
}

function isSpec(value: unknown): value is NetworkSpec {
  return (
    typeof value === 'object' &&
    value !== null &&
    checkNetworkSpec(value as NetworkSpec).length === 0
  )
}

function isPreprocessing(value: unknown, network: NetworkSpec): value is Preprocessing {
  if (typeof value !== 'object' || value === null) return false
  const { channelOrder, scale, mean, deviation, inputSize } = value as Partial<Preprocessing>
  const isTriple = (list: unknown): boolean =>
    Array.isArray(list) && list.length === 3 && list.every((item) => Number.isFinite(item))
  return (
    (channelOrder === 'RGB' || channelOrder === 'BGR') &&
    Number.isFinite(scale) &&
    isTriple(mean) &&
    isTriple(deviation) &&
    deviation?.includes(0) === false &&
    inputSize === network.inputSize
  )
}

function isNames(value: unknown, { classes }: NetworkSpec): value is string[] {
  return (
    Array.isArray(value) &&
    value.length === classes &&
    value.every((name) => typeof name === 'string')
  )
}
