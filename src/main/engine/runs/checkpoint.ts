import { join } from 'node:path'
import { LabError } from '../../../shared/contract'
import { checkpointName, type Preprocessing } from '../../../shared/spec'
import type { NetworkSpec } from '../../../shared/vgg'
import {
  readRows,
  readSafetensors,
  writeSafetensors,
  type SafetensorsFile,
} from '../formats/safetensors'
import type { CompiledNetwork } from '../network/compiled-network'
import type { NamedTensors } from '../tensors/host-tensor'
import type { CheckpointState } from './checkpoint-state'
import {
  WEIGHTS,
  checkpointFolder,
  stepName,
  weightsFile,
  writeCheckpointFolder,
} from './checkpoint-folders'

/** What the weights of a checkpoint must never be parted from; in the safetensors' metadata. */
export interface WeightsIdentity {
  readonly network: NetworkSpec
  readonly preprocessing: Preprocessing
  readonly classNames: readonly string[]
}

/** Weights with what they were trained with; a field is null where the file does not tell. */
export interface WeightsFile {
  readonly weights: NamedTensors
  readonly network: NetworkSpec | null
  readonly preprocessing: Preprocessing | null
  readonly classNames: readonly string[] | null
}

/**
 * Writes a checkpoint beside the finished ones and renames it into place, so that a crash at any
 * byte leaves every finished one whole. Weights and velocity leave TensorFlow one after the other
 * and are written without another copy. One of the middle of an epoch is named after its step.
 * @throws LabError `diverged` when a weight is no number: such a checkpoint is none.
 */
export async function writeCheckpoint(
  runFolder: string,
  network: CompiledNetwork,
  identity: WeightsIdentity,
  state: CheckpointState,
): Promise<string> {
  const name = state.within === undefined ? checkpointName(state.epoch) : stepName(state.step)
  const weights = network.getWeights()
  checkWeights(weights, state.step)
  await writeCheckpointFolder(runFolder, name, {
    [WEIGHTS]: (file) => writeSafetensors(file, weights, describeWeights(identity)),
    'optimizer.safetensors': (file) =>
      writeSafetensors(file, network.getVelocity(), {
        format: 'vgg-lab-velocity',
        meaning: 'v = momentum v + gradient + decay weight; weight -= rate v',
      }),
    'state.json': (file) => file.writeFile(`${JSON.stringify(state, null, 2)}\n`, 'utf8'),
  })
  return name
}

/** The loss of the step that spoilt the weights is of before it, so only they tell. */
function checkWeights(weights: NamedTensors, step: number): void {
  for (const [name, { data }] of weights) {
    // A sum is no number as soon as one of its terms is none.
    let sum = 0
    for (const value of data) sum += value
    if (Number.isFinite(sum)) continue
    throw new LabError(
      'diverged',
      `Expected finite weights; ${name} is not finite after step ${step}: training diverged.`,
      'Try a lower learning rate, or glorot initialisation; the previous checkpoint is kept.',
    )
  }
}

function describeWeights(identity: WeightsIdentity): Record<string, string> {
  return {
    format: 'vgg-lab',
    network: JSON.stringify(identity.network),
    preprocessing: JSON.stringify(identity.preprocessing),
    class_names: JSON.stringify(identity.classNames),
    layout: 'convolutions HWIO, fully connected (in, out), features flattened as H, W, C',
  }
}

/**
 * Writes the one checkpoint of a run that was imported: weights without velocity or state, since there
 * is no training to go on with.
 */
export async function writeImportedCheckpoint(
  runFolder: string,
  weights: NamedTensors,
  identity: WeightsIdentity,
): Promise<string> {
  const name = checkpointName(0)
  await writeCheckpointFolder(runFolder, name, {
    [WEIGHTS]: (file) => writeSafetensors(file, weights, describeWeights(identity)),
  })
  return name
}

/** Weights of a checkpoint, with what they were trained with. */
export async function readCheckpointWeights(runFolder: string, name: string): Promise<WeightsFile> {
  return readWeightsFile(weightsFile(runFolder, name))
}

/**
 * Gives a network a checkpoint's weights, a part at a time with turns of the event loop between
 * them; nobody may ask the network meanwhile.
 * @returns the preprocessing that they were trained with; null where the file does not tell
 */
export async function loadWeights(
  runFolder: string,
  name: string,
  network: CompiledNetwork,
): Promise<Preprocessing | null> {
  network.forgetWeights()
  const path = weightsFile(runFolder, name)
  const metadata = await readRows(path, (part) => network.setWeightRows(part))
  return readMetadata(metadata, 'preprocessing') as Preprocessing | null
}

/** A weights file of the lab's own. */
async function readWeightsFile(path: string): Promise<WeightsFile> {
  const { tensors, metadata } = await readSafetensors(path)
  return {
    weights: tensors,
    network: readMetadata(metadata, 'network') as NetworkSpec | null,
    preprocessing: readMetadata(metadata, 'preprocessing') as Preprocessing | null,
    classNames: readMetadata(metadata, 'class_names') as string[] | null,
  }
}

function readMetadata(metadata: SafetensorsFile['metadata'], key: string): unknown {
  const text = metadata[key]
  if (text === undefined) return null
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

/** Velocity of a checkpoint. */
export async function readVelocity(runFolder: string, name: string): Promise<NamedTensors> {
  const path = join(checkpointFolder(runFolder, name), 'optimizer.safetensors')
  return (await readSafetensors(path)).tensors
}
