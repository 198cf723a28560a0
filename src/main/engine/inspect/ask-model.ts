import type { ClassProbability, FeatureMaps, Prediction } from '../../../shared/contract'
import { LabError } from '../../../shared/contract'
import { nameNetwork } from '../../../shared/vgg'
import type { PictureBatch, Tap } from '../network/types'
import type { FittedPicture } from './fitted-picture-cache'
import type { AskedModel } from './model-registry'

const TOP_CLASSES = 5

/**
 * A picture's prediction: one forward pass over one centre crop.
 * @param startedMs - `performance.now()` of when the question came
 */
export function predictPicture(
  model: AskedModel,
  fitted: FittedPicture,
  startedMs: number,
): Prediction {
  const { data } = model.network.infer(makeBatch(fitted))
  const all = model.classNames
    .map((name, index): ClassProbability => ({ class: name, probability: data[index] ?? 0 }))
    .sort((a, b) => b.probability - a.probability)
  return {
    top: all.slice(0, TOP_CLASSES),
    all,
    input: { size: model.preprocessing.inputSize, pixels: fitted.picture.pixels },
    sourceWidth: fitted.source.width,
    sourceHeight: fitted.source.height,
    protocol: describeProtocol(model),
    elapsedMs: performance.now() - startedMs,
  }
}

/**
 * The activations of a layer for one picture, `[H, W, C]`; a fully connected layer is `[1, 1, C]`.
 * @throws LabError `bad-input` when the network has no such layer.
 */
export function readMaps(
  model: AskedModel,
  fitted: FittedPicture,
  tap: Tap,
  startedMs: number,
): FeatureMaps {
  checkLayer(model, tap)
  const [tensor] = model.network.tap(makeBatch(fitted), [tap])
  if (tensor === undefined)
    throw new LabError('internal', `Expected the maps of ${tap.layer}, got none.`)
  return {
    layer: tap.layer,
    stage: tap.stage,
    shape: toPlane(tensor.shape),
    data: tensor.data,
    step: model.step,
    elapsedMs: performance.now() - startedMs,
  }
}

/** The fitted picture as a batch of one. */
export function makeBatch(fitted: FittedPicture): PictureBatch {
  return { count: 1, pixels: fitted.picture.pixels }
}

/** `[1, H, W, C]` or `[1, units]` as `[H, W, C]`. */
function toPlane(shape: readonly number[]): [number, number, number] {
  const [, height = 1, width = 1, channels] = shape
  return channels === undefined ? [1, 1, height] : [height, width, channels]
}

function checkLayer(model: AskedModel, tap: Tap): void {
  const names = model.network.network.layers.map((layer) => layer.name)
  if (names.includes(tap.layer)) return
  throw new LabError(
    'bad-input',
    `Expected a layer of this network, got ${tap.layer}.`,
    `Choose one of ${names.join(', ')}.`,
  )
}

function describeProtocol(model: AskedModel): string {
  const { spec } = model.network.network
  return `${nameNetwork(spec)}, Q=${model.smallestSidePx}, centre crop ${spec.inputSize}, ${model.network.precision}`
}
