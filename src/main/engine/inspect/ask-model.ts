import { LabError, type Prediction, type RawMaps } from '../../../shared/contract'
import { itemAt } from '../../../shared/present'
import { titleNetwork } from '../../../shared/vgg'
import type { HostTensor } from '../tensors/host-tensor'
import type { PictureBatch } from '../tensors/batches'
import type { Tap } from '../network/asked-network'
import type { FittedPicture } from '../data/pictures/fit-picture'
import type { AskedModel } from './asked-model'
import { TOP_CLASSES, rankClasses } from './rank-classes'

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
  return describePrediction(model, fitted, data, startedMs)
}

/**
 * What a pass over the picture predicts.
 * @param probabilities - `[classes]`
 */
export function describePrediction(
  model: AskedModel,
  fitted: FittedPicture,
  probabilities: Float32Array,
  startedMs: number,
): Prediction {
  const all = rankClasses(probabilities, model.classNames)
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
): RawMaps {
  checkLayer(model, tap.layer)
  const [tensor] = model.network.tap(makeBatch(fitted), [tap])
  return describeMaps(model, tap, tensor, startedMs)
}

/**
 * A layer's activations for one picture with what they are.
 * @param tensor - what the pass gave for `tap`
 */
export function describeMaps(
  model: AskedModel,
  tap: Tap,
  tensor: HostTensor | undefined,
  startedMs: number,
): RawMaps {
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

/** Fitted pictures as one batch. */
export function makeBatch(...pictures: readonly FittedPicture[]): PictureBatch {
  const [first] = pictures
  if (first === undefined) throw new LabError('internal', 'Expected pictures, got none.')
  if (pictures.length === 1) return { count: 1, pixels: first.picture.pixels }
  const bytes = first.picture.pixels.length
  const pixels = new Uint8Array(pictures.length * bytes)
  pictures.forEach(({ picture }, index) => pixels.set(picture.pixels, index * bytes))
  return { count: pictures.length, pixels }
}

/** `[1, H, W, C]` or `[1, units]` as `[H, W, C]`. */
function toPlane(shape: readonly number[]): [number, number, number] {
  if (shape.length === 2) return [1, 1, itemAt(shape, 1)]
  return [itemAt(shape, 1), itemAt(shape, 2), itemAt(shape, 3)]
}

/** @throws LabError `bad-input` when the network has no such layer. */
export function checkLayer(model: AskedModel, name: string): void {
  const names = model.network.network.layers.map((layer) => layer.name)
  if (names.includes(name)) return
  throw new LabError(
    'bad-input',
    `Expected a layer of this network, got ${name}.`,
    `Choose one of ${names.join(', ')}.`,
  )
}

/** How a picture becomes the input, in words. */
export function describeProtocol(model: AskedModel): string {
  const { spec } = model.network.network
  return `${titleNetwork(spec)}, test scale Q=${model.fit.smallestSide}, centre crop ${spec.inputSize}, ${model.network.precision}${model.scales.size === 0 ? '' : ', with ablations'}`
}
