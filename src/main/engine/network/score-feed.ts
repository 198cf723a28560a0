import { LabError } from '../../../shared/contract/errors'
import { isAboveScores, isUnderScores, type Network } from '../../../shared/vgg'
import type { Feed } from './saved-model'

/**
 * The gradient of one class's score with respect to all scores, for each picture.
 * @throws LabError `bad-input` for an unknown class.
 */
export function feedScore(network: Network, classIndex: number, count: number): Feed {
  checkClass(network, classIndex)
  const { classes } = network.spec
  const data = new Float32Array(count * classes)
  for (let row = 0; row < count; row++) data[row * classes + classIndex] = 1
  return { shape: [count, classes], data }
}

/** @throws LabError `bad-input` for an unknown class. */
export function checkClass({ spec: { classes } }: Network, classIndex: number): void {
  if (Number.isInteger(classIndex) && classIndex >= 0 && classIndex < classes) return
  throw new LabError('bad-input', `Expected a class from 0 to ${classes - 1}, got ${classIndex}.`)
}

/** @throws LabError `bad-input` for the soft-max, which lies above the scores. */
export function checkUnderScores({ layers }: Network, name: string): void {
  if (layers.some((layer) => layer.name === name && isAboveScores(layer)))
    throw new LabError('bad-input', `Expected a layer under the class scores, got ${name}.`)
}

/** Name of the layer whose output the class scores are. */
export function scoreLayer({ layers }: Network): string {
  const found = [...layers].reverse().find(isUnderScores)
  if (found === undefined) throw new Error('A network without layers has no scores.')
  return found.name
}
