import type { TrainingStatus } from '../../../shared/contract'
import { middleScale, type Preprocessing, type RunFile } from '../../../shared/spec'
import type { FitOptions } from '../data/types'
import type { AskedNetwork, ChannelScales } from '../network/asked-network'

/** A network that can be asked, with what its answers mean. */
export interface AskedModel {
  readonly network: AskedNetwork
  /** What its channels are multiplied by; empty for the network as it is. */
  readonly scales: ChannelScales
  readonly classNames: readonly string[]
  readonly preprocessing: Preprocessing
  /** How a test picture becomes the input: its smallest side Q is the middle of the training scale. */
  readonly fit: FitOptions
  /** In words: "run digits, epoch-0007". */
  readonly title: string
  /** Training step of the weights, where they are in training. */
  readonly step: number | null
  readonly runFolder: string
  /** Name of the weights' checkpoint; null for those in training. */
  readonly checkpoint: string | null
  /** Names the weights, and what is scaled: while it is the same, so are they. */
  readonly weights: string
}

/** The run in training, as far as questions need it. */
export interface RunInTraining {
  readonly runFolder: string
  /** null until it is written. */
  readonly run: RunFile | null
  /** null while it is being prepared, and after the end. */
  readonly network: AskedNetwork | null
  readonly step: number
  status(): Pick<TrainingStatus, 'phase'>
}

/** The network in training between two steps; null when there is none (yet, or any more). */
export function askTraining(handle: RunInTraining): AskedModel | null {
  const { network, run, runFolder, step } = handle
  if (network === null || run === null) return null
  const title = `run ${run.name}, in training`
  return describeModel(run, network, {
    title,
    step,
    runFolder,
    checkpoint: null,
    weights: `${runFolder}\nstep ${step}`,
  })
}

/** What the answers of a network mean that was trained by that run. */
export function describeModel(
  run: RunFile,
  network: AskedNetwork,
  source: Pick<AskedModel, 'title' | 'step' | 'runFolder' | 'checkpoint' | 'weights'>,
): AskedModel {
  return {
    ...source,
    network,
    scales: new Map(),
    classNames: run.classNames,
    preprocessing: run.preprocessing,
    fit: { inputSize: run.preprocessing.inputSize, smallestSide: middleScale(run.settings.scale) },
  }
}
