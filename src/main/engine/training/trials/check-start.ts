import {
  LabError,
  type LayerSignal,
  type StartCheck,
  type StartSignals,
} from '../../../../shared/contract'
import {
  INITIALISATIONS,
  type Initialisation,
  type TrainingSettings,
} from '../../../../shared/spec'
import { titleNetwork, type NetworkSpec } from '../../../../shared/vgg'
import { createProgressMeter, type WorkOptions } from '../../work/progress-meter'
import type { PictureSource } from '../../data/types'
import { cutLabelled } from '../../network/cut-batch'
import type { CompiledNetwork, StepSettings } from '../../network/compiled-network'
import type { LabelledBatch } from '../../tensors/batches'
import type { SignalSums, TensorStatistics } from '../../network/layer-sums'
import { addTensorSums, deviationOf } from '../steps/deviation'
import { setInitialWeights } from '../start/initial-weights'
import { judgeStart } from './judge-start'
import { ScoreSum } from '../steps/scores'
import { runTrial, type TrialRequest } from './trial'

const LABEL = 'Start check'
/** Pictures that are measured on, at most: the deviations rest on all units of each. */
const MAX_PICTURES = 16

/**
 * How signal and gradient go through the network before the first update: by the settings, and by
 * each initialisation alone, on the first training pictures as a run would see them, without dropout.
 * One forward and backward pass for each; nothing is updated and nothing written.
 * @throws LabError as for a run; `cancelled`
 */
export async function checkStart(
  request: TrialRequest,
  options: Required<WorkOptions>,
): Promise<StartCheck> {
  const { settings } = request
  return runTrial(LABEL, request, options, async (trial) => {
    const { network, source, run, mostPictures, breathe } = trial
    const batch = await takeBatch(source, Math.min(settings.batchSize, MAX_PICTURES))
    const size = Math.min(await trial.measureMicroBatch(batch.count), mostPictures)
    const starts = await compareStarts({ network, batch, size, breathe }, settings, options)
    return { network: describeSpec(run.network), pictures: batch.count, starts }
  })
}

/** The settings' own start comes first; where it is one of the four alone, it is marked there. */
async function compareStarts(
  pass: SignalPass,
  settings: TrainingSettings,
  options: Required<WorkOptions>,
): Promise<StartSignals[]> {
  const isDrawn = settings.preInit === null && settings.weights === null
  const starts: StartSignals[] = []
  const meter = createProgressMeter(LABEL, INITIALISATIONS.length + (isDrawn ? 0 : 1), options)
  meter.advance(0)
  const measure = async (
    initialisation: Initialisation | null,
    isChosen: boolean,
  ): Promise<void> => {
    const { layers, loss } = await measureSignals(pass)
    const { classes } = pass.network.network.spec
    const judged = judgeStart(layers, loss, classes)
    starts.push({ initialisation, isChosen, layers, loss, ...judged })
    meter.advance()
  }
  // The weights are already there as the settings ask.
  if (!isDrawn) await measure(null, true)
  for (const initialisation of INITIALISATIONS) {
    const drawn = { ...settings, initialisation, preInit: null, weights: null }
    await setInitialWeights(pass.network, drawn, null)
    await measure(initialisation, isDrawn && initialisation === settings.initialisation)
  }
  meter.finish()
  return starts
}

interface SignalPass {
  readonly network: CompiledNetwork
  readonly batch: LabelledBatch
  /** Pictures of one session call. */
  readonly size: number
  /** Awaited between calls; throws to give up. */
  readonly breathe: () => Promise<void>
}

const STILL: Omit<StepSettings, 'seed'> = {
  learningRate: 0,
  momentum: 0,
  weightDecay: 0,
  dropout: 0,
  step: 0,
}

/** One forward and backward pass with the weights as they are; the gradients are thrown away. */
async function measureSignals({
  network,
  batch,
  size,
  breathe,
}: SignalPass): Promise<{ layers: LayerSignal[]; loss: number }> {
  let signals: readonly SignalSums[] = []
  const score = new ScoreSum()
  const settings = { ...STILL, seed: 0 }
  let parts = 0
  try {
    for (const part of cutLabelled(batch, size)) {
      const onSignals = (more: readonly SignalSums[]): void => {
        signals = parts === 0 ? more : addSignals(signals, more)
      }
      score.add(network.accumulate(part, settings, parts, { onSignals }))
      parts += 1
      await breathe()
    }
    const weights = byLayer(network.measureTensors('value'))
    const gradients = byLayer(network.measureTensors('gradient'))
    const layers = signals.map(({ layer, preRelu, output, gradient }): LayerSignal => {
      const [weight, sum] = [weights.get(layer), gradients.get(layer)]
      return {
        layer,
        preRelu: deviationOf(preRelu),
        output: deviationOf(output),
        outputGradient: gradient && deviationOf(gradient),
        weight: weight ? deviationOf(weight) : null,
        weightGradient: sum ? deviationOf(sum) / batch.count : null,
      }
    })
    return { layers, loss: score.mean.loss }
  } finally {
    network.clearAccumulated()
  }
}

function addSignals(a: readonly SignalSums[], b: readonly SignalSums[]): SignalSums[] {
  return a.map((sums, index) => {
    const more = b[index]
    if (more === undefined) return sums
    return {
      layer: sums.layer,
      preRelu: addTensorSums(sums.preRelu, more.preRelu),
      output: addTensorSums(sums.output, more.output),
      gradient: sums.gradient && more.gradient && addTensorSums(sums.gradient, more.gradient),
    }
  })
}

const byLayer = (tensors: readonly TensorStatistics[]): Map<string, TensorStatistics> =>
  new Map(tensors.map((tensor) => [tensor.layer, tensor]))

async function takeBatch(source: PictureSource, count: number): Promise<LabelledBatch> {
  for await (const batch of source.trainingBatches(1, count)) if (batch.count > 0) return batch
  throw new LabError('unreadable', 'Expected training pictures that can be read; got none.')
}

function describeSpec(spec: NetworkSpec): string {
  return `${titleNetwork(spec)}, width ${spec.width}, ${spec.inputSize} px, ${spec.classes} classes`
}
