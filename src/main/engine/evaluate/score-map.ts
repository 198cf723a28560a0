import { LabError, type ModelRef } from '../../../shared/contract'
import type { ScoreMap } from '../../../shared/contract/evaluate'
import { checkProtocol } from '../../../shared/evaluation/protocol'
import { itemAt, present } from '../../../shared/present'
import { PARAMETERS } from '../../../shared/spec'
import { viewPictures } from '../data/preparation/view-pictures'
import type { ModelRegistry } from '../inspect/model-registry'
import { tapDensely } from '../network/dense'
import { softmax } from './show-views'

/**
 * The class score map of a whole picture at its smallest side Q (section 3.2).
 * @param image - absolute path
 * @throws LabError `bad-input` for a scale that the network cannot be tested at, `unreadable`
 */
export async function readScoreMap(
  models: ModelRegistry,
  model: ModelRef,
  image: string,
  scale: number,
): Promise<ScoreMap> {
  const { inputSize } = await models.use(model, ({ network }) => network.network.spec)
  const protocol = { kind: 'dense', scales: [scale], flip: false } as const
  const [fault] = checkProtocol(protocol, inputSize, PARAMETERS.scale.max)
  if (fault !== undefined) throw new LabError('bad-input', fault)
  const request = { smallestSide: scale, view: 'whole', cropSide: inputSize, flip: false } as const
  const { value } = await viewPictures([image], request, 0).next()
  const { views } = present(value ?? undefined)
  if ('fault' in views) {
    throw new LabError('unreadable', `Expected a picture that can be read; ${views.fault}`)
  }
  return models.use(model, ({ network }) => {
    const [map] = tapDensely(network, [views], 'fc8')
    const { shape, data } = present(map)
    const [height, width, classes] = [itemAt(shape, 1), itemAt(shape, 2), itemAt(shape, 3)]
    const probabilities = new Float32Array(data.length)
    for (let at = 0; at < data.length; at += classes) {
      probabilities.set(softmax(Float64Array.from(data.subarray(at, at + classes))), at)
    }
    const { offset, stride, receptiveField } = present(
      network.network.layers.find(({ name }) => name === 'fc8'),
    )
    return {
      ...{ height, width, classes, probabilities, scores: data, offset, stride, receptiveField },
      pictureWidth: views.width,
      pictureHeight: views.height,
    }
  })
}
