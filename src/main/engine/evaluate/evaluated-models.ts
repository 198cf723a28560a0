import { basename } from 'node:path'
import { LabError } from '../../../shared/contract'
import type { EvaluatedModel, EvaluationSpec } from '../../../shared/contract/evaluate'
import { describeTrainingScale } from '../../../shared/evaluation/paper-tables'
import { describeProtocol, type Protocol } from '../../../shared/evaluation/protocol'
import { findName } from '../../../shared/same-name'
import type { RunFile } from '../../../shared/spec'
import { describeNetwork, nameNetwork, titleNetwork, type Network } from '../../../shared/vgg'
import { chooseCheckpoint, identifyWeights } from '../runs/checkpoint-folders'
import { readRun, requireClassifier } from '../runs/run-folder'

/** A network by its checkpoint. */
export interface CheckpointModel {
  readonly described: EvaluatedModel
  readonly network: Network
  readonly classNames: readonly string[]
  /** Names its weights: size and time of their file. */
  readonly weights: string
}

/** A network that is evaluated. */
export interface ResolvedModel extends CheckpointModel {
  /** For each class of the first network, the index of the same one among its own. */
  readonly order: readonly number[]
}

/**
 * Finds the checkpoints of an evaluation, without loading them.
 * @throws LabError as `readRun` and `chooseCheckpoint`; `unsupported` for a network without a classifier;
 *   `bad-input` where the networks have not the same classes
 */
export async function resolveModels(models: EvaluationSpec['models']): Promise<ResolvedModel[]> {
  const resolved: ResolvedModel[] = []
  for (const { folder, checkpoint } of models) {
    const run = await readRun(folder)
    requireClassifier(run, folder)
    const found = await findCheckpoint(run, folder, checkpoint)
    const [first] = resolved
    const order = matchClasses(first?.classNames ?? run.classNames, run, folder)
    resolved.push({ ...found, order })
  }
  return resolved
}

/**
 * Finds the checkpoint of a network whose class scores are not asked for, without loading it.
 * @throws LabError as `readRun` and `chooseCheckpoint`
 */
export async function resolveFeatureModel(
  model: EvaluationSpec['models'][number],
): Promise<CheckpointModel> {
  return findCheckpoint(await readRun(model.folder), model.folder, model.checkpoint)
}

async function findCheckpoint(
  run: RunFile,
  folder: string,
  asked: string | null,
): Promise<CheckpointModel> {
  const checkpoint = await chooseCheckpoint(folder, asked)
  return {
    described: describeModel(run, folder, checkpoint),
    network: describeNetwork(run.network),
    classNames: run.classNames,
    weights: await identifyWeights(folder, checkpoint),
  }
}

/** "D, S=256, Q=384, dense + flip"; of several networks "D + E, S=256, ...". */
export function describeEvaluation(models: readonly EvaluatedModel[], protocol: Protocol): string {
  const names = models.map(({ configuration }) => configuration).join(' + ')
  const scales = new Set(models.map(({ trainingScale }) => describeTrainingScale(trainingScale)))
  return `${names}, S=${[...scales].join(' and ')}, ${describeProtocol(protocol)}`
}

function describeModel(run: RunFile, runFolder: string, checkpoint: string): EvaluatedModel {
  const { network, settings, name } = run
  return {
    runFolder,
    runName: name || basename(runFolder),
    checkpoint,
    network: titleNetwork(network),
    configuration: nameNetwork(network),
    width: network.width,
    inputSize: network.inputSize,
    trainingScale: settings.scale,
  }
}

function matchClasses(wanted: readonly string[], run: RunFile, runFolder: string): number[] {
  const own = run.classNames
  const order = wanted.map((name) => findName(own, name))
  const missing = wanted.find((_, index) => order[index] === -1)
  const extra = own.find((name) => findName(wanted, name) === -1)
  if (missing === undefined && extra === undefined) return order
  const fault =
    missing === undefined ? `it also has ${String(extra)}` : `it has no class ${missing}`
  throw new LabError(
    'bad-input',
    `Expected networks of the same classes, to average their outputs; of run ${run.name || basename(runFolder)} ${fault}.`,
    'Choose runs that were trained on the same classes.',
  )
}
