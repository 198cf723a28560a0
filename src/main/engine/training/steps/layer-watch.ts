import { present } from '../../../../shared/present'
import { spreadValues, type LayerMeasure } from '../../../../shared/spec'
import type { BatchScore, CompiledNetwork, StepSettings } from '../../network/compiled-network'
import type { ChannelPeaks, TensorStatistics } from '../../network/layer-sums'
import type { LabelledBatch } from '../../tensors/batches'
import { deviationOf } from './deviation'

/**
 * Makes the updates of a run, and at intervals measures what its layers do: weights,
 * gradients, updates, dead channels. A measured update is the same to the bit: its gradient is kept
 * until it has been measured, otherwise it is applied as it is computed.
 */
export class LayerWatch {
  #gradients: TensorStatistics[] | null = null
  #pictures = 1
  #measured: LayerMeasure[] | null = null
  readonly #peaks = new Map<string, Float32Array>()

  readonly #network: CompiledNetwork
  readonly #every: number
  readonly #layerRates: ReadonlyMap<string, number>

  /**
   * @param every - updates from one that is measured to the next; the first is
   * @param layerRates - share of the learning rate that each layer has
   */
  constructor(network: CompiledNetwork, every: number, layerRates: ReadonlyMap<string, number>) {
    this.#network = network
    this.#every = every
    this.#layerRates = layerRates
  }

  /** A whole step on a batch, see `CompiledNetwork.train`. */
  train(batch: LabelledBatch, settings: StepSettings): BatchScore {
    if (!this.#isDue(settings)) return this.#network.train(batch, settings)
    const gradientScale = 1 / batch.count
    const onPeaks = this.#takePeaks
    const score = this.#network.accumulate(batch, settings, 0, { gradientScale, onPeaks })
    if (Number.isFinite(score.lossSum)) this.#update(1, settings)
    else this.#network.clearAccumulated()
    return score
  }

  /** See `CompiledNetwork.accumulate`. */
  accumulate(part: LabelledBatch, settings: StepSettings, microBatch: number): BatchScore {
    if (!this.#isDue(settings)) return this.#network.accumulate(part, settings, microBatch)
    return this.#network.accumulate(part, settings, microBatch, { onPeaks: this.#takePeaks })
  }

  /** See `CompiledNetwork.apply`. */
  apply(count: number, settings: StepSettings): void {
    if (this.#isDue(settings)) this.#update(count, settings)
    else this.#network.apply(count, settings)
  }

  /** What the last update's layers did, once; null where it was not measured. */
  take(): readonly LayerMeasure[] | null {
    const measured = this.#measured
    this.#measured = null
    return measured
  }

  #isDue({ step }: StepSettings): boolean {
    return (step - 1) % this.#every === 0
  }

  #update(count: number, settings: StepSettings): void {
    this.#gradients = this.#network.measureTensors('gradient')
    this.#pictures = count
    this.#network.apply(count, settings)
    this.#measured = this.#measure(settings.learningRate)
    this.#gradients = null
    this.#peaks.clear()
  }

  readonly #takePeaks = (layers: readonly ChannelPeaks[]): void => {
    for (const { layer, peaks } of layers) {
      const before = this.#peaks.get(layer)
      const joined = before ? peaks.map((peak, at) => Math.max(peak, present(before[at]))) : peaks
      this.#peaks.set(layer, joined)
    }
  }

  #measure(learningRate: number): LayerMeasure[] {
    const gradients = byLayer(this.#gradients ?? [])
    const velocities = byLayer(this.#network.measureTensors('velocity'))
    return this.#network.measureTensors('value').map((weight) => {
      const { layer } = weight
      const [gradient, velocity] = [gradients.get(layer), velocities.get(layer)]
      const rate = learningRate * (this.#layerRates.get(layer) ?? 1)
      const update = velocity ? spread(velocity, rate) : null
      const deviation = deviationOf(weight)
      const peaks = this.#peaks.get(layer)
      const shape = this.#network.network.layers.find(({ name }) => name === layer)?.output
      return {
        layer,
        weight: spreadValues(weight.sample, deviation),
        gradient: gradient ? spread(gradient, 1 / this.#pictures) : null,
        update,
        ratio: update === null || deviation === 0 ? null : update.deviation / deviation,
        dead: peaks ? peaks.reduce((dead, peak) => dead + (peak > 0 ? 0 : 1), 0) : null,
        channels: shape?.[2] ?? 0,
      }
    })
  }
}

const spread = (tensor: TensorStatistics, factor: number) =>
  spreadValues(tensor.sample, deviationOf(tensor) * factor, factor)

const byLayer = (tensors: readonly TensorStatistics[]): Map<string, TensorStatistics> =>
  new Map(tensors.map((tensor) => [tensor.layer, tensor]))
