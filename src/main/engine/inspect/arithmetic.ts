import {
  LabError,
  type UnitAddress,
  type UnitArithmetic,
  type UnitSteps,
  type WeightedSum,
} from '../../../shared/contract'
import { convolveAt, readWindow, type ConvolutionCase } from '../../../shared/convolution'
import { present } from '../../../shared/present'
import { findLargest } from '../../../shared/unit-arithmetic'
import { INPUT, LRN, type Layer, type Network } from '../../../shared/vgg'
import { checkUnit } from '../network/unit-feed'
import { makeBatch } from './ask-model'
import type { FittedPicture } from '../data/pictures/fit-picture'
import type { AskedModel } from './asked-model'

/** What a layer made of what lies below it, on one picture. */
interface LayerAtWork {
  readonly layer: Layer
  readonly below: string
  readonly input: Float32Array
  readonly preRelu: Float32Array
  readonly output: Float32Array
}

interface KeptLayer {
  readonly weights: string
  readonly fitted: FittedPicture
  readonly layer: string
  readonly work: LayerAtWork
}

/**
 * Explains how the values of units come about. The maps of the last question are kept, so that another
 * unit of the same layer costs no pass.
 */
export class UnitArithmetics {
  #kept: KeptLayer | null = null

  /**
   * One unit, step by step.
   * @throws LabError `bad-input` for a layer or a unit that the network has not.
   */
  read(
    model: AskedModel,
    fitted: FittedPicture,
    unit: UnitAddress,
    startedMs: number,
  ): UnitArithmetic {
    const layer = requireLayer(model.network.network, unit)
    const work = this.#use(model, fitted, layer)
    const [, width, channels] = layer.output
    const at = (unit.row * width + unit.column) * channels + unit.channel
    const { kernel: side, stride, padding } = layer.window
    return {
      unit,
      below: work.below,
      inputShape: layer.input,
      channelOrder: model.preprocessing.channelOrder,
      window: {
        row: unit.row * stride - padding,
        column: unit.column * stride - padding,
        side,
      },
      steps: describeSteps(model, work, unit, at),
      factor: model.scales.get(layer.name)?.[unit.channel] ?? 1,
      value: present(work.output[at]),
      step: model.step,
      elapsedMs: performance.now() - startedMs,
    }
  }

  #use(model: AskedModel, fitted: FittedPicture, layer: Layer): LayerAtWork {
    const kept = this.#kept
    const isSame =
      kept?.fitted === fitted && kept.weights === model.weights && kept.layer === layer.name
    if (isSame) return kept.work
    this.#kept = null
    const work = runLayer(model, fitted, layer)
    this.#kept = { weights: model.weights, fitted, layer: layer.name, work }
    return work
  }
}

/** The maps of a layer and of the one below, from one pass. */
function runLayer({ network }: AskedModel, fitted: FittedPicture, layer: Layer): LayerAtWork {
  const { layers } = network.network
  const below = layers[layers.indexOf(layer) - 1]?.name ?? INPUT
  const tensors = network.tap(makeBatch(fitted), [
    { layer: below, stage: 'output' },
    { layer: layer.name, stage: 'pre-relu' },
    { layer: layer.name, stage: 'output' },
  ])
  const [input, preRelu, output] = tensors.map(({ data }) => data)
  if (input === undefined || preRelu === undefined || output === undefined)
    throw new LabError('internal', `Expected the maps of ${layer.name} and ${below}, got none.`)
  return { layer, below, input, preRelu, output }
}

/** @param at - place of the unit in its layer's maps */
function describeSteps(
  model: AskedModel,
  work: LayerAtWork,
  unit: UnitAddress,
  at: number,
): UnitSteps {
  const { layer, input } = work
  switch (layer.kind) {
    case 'convolution':
    case 'fully-connected':
      return sumWeighted(model, work, unit, at)
    case 'pooling': {
      const { kernel: side, stride } = layer.window
      const [, width, channels] = layer.input
      const values = Float32Array.from({ length: side * side }, (_, tap) => {
        const row = unit.row * stride + Math.floor(tap / side)
        const column = unit.column * stride + (tap % side)
        return present(input[(row * width + column) * channels + unit.channel])
      })
      return { kind: 'maximum', values, largest: findLargest(values) }
    }
    case 'lrn': {
      const [, width, channels] = layer.input
      const reach = (LRN.n - 1) / 2
      const firstChannel = Math.max(0, unit.channel - reach)
      const end = Math.min(channels, unit.channel + reach + 1)
      const place = (unit.row * width + unit.column) * channels
      const values = input.slice(place + firstChannel, place + end)
      return { kind: 'normalisation', firstChannel, values }
    }
    case 'softmax':
      return { kind: 'softmax', scores: input.slice() }
  }
}

function sumWeighted(
  { network }: AskedModel,
  { layer, input, preRelu: computed }: LayerAtWork,
  { row, column, channel }: UnitAddress,
  at: number,
): WeightedSum {
  const { kernel, bias } = network.getKernel(layer.name, channel)
  const { kernel: side, padding } = layer.window
  const work: ConvolutionCase = {
    inputShape: layer.input,
    input,
    kernelShape: [side, side, layer.input[2]],
    kernel,
    bias,
    padding,
  }
  const { sums, preRelu } = convolveAt(work, row, column)
  return {
    kind: 'weighted-sum',
    patch: readWindow(work, row, column),
    kernel,
    sums: Float32Array.from(sums),
    bias,
    preRelu,
    relu: layer.relu,
    computedPreRelu: present(computed[at]),
  }
}

/** The soft-max has a unit for each of the scores below it. */
function requireLayer(network: Network, unit: UnitAddress): Layer {
  const [scores, last] = network.layers.slice(-2)
  if (last?.name !== unit.layer || scores === undefined) return checkUnit(network, unit)
  checkUnit(network, { ...unit, layer: scores.name })
  return last
}
