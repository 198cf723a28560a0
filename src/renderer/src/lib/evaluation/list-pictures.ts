import type { EvaluatedPictures } from '../../../../shared/contract'
import { present } from '../../../../shared/present'
import type { PictureFilter } from './picture-filter'

/** What the pictures are sorted by. */
export const PICTURE_SORTS = [
  { value: 'order', label: 'order of the data' },
  { value: 'confidence', label: 'confidence' },
  { value: 'loss', label: 'loss' },
  { value: 'margin', label: 'margin' },
  { value: 'ownProbability', label: 'probability of the true class' },
  { value: 'entropy', label: 'entropy' },
] as const

export type PictureSort = (typeof PICTURE_SORTS)[number]['value']

/** An order of the pictures. */
export interface PictureOrder {
  readonly by: PictureSort
  readonly isDescending: boolean
}

/** From, included, and to: excluded, so that ranges side by side share no picture. */
export type ValueRange = readonly [number, number]

/** What a person narrows the pictures down by. */
export interface PictureQuestion {
  readonly filter: PictureFilter
  /** What the file's name holds, in any case. */
  readonly text: string
  /** In nats. */
  readonly loss: ValueRange | null
  readonly margin: ValueRange | null
  /** Those alone whose label is likely wrong. */
  readonly isSuspect: boolean
}

/** A question that is often asked. */
export interface PicturePreset {
  readonly label: string
  /** What is listed, and how. */
  readonly hint: string
  readonly isRight: boolean | null
  readonly isSuspect: boolean
  readonly order: PictureOrder
}

export const PICTURE_PRESETS: readonly PicturePreset[] = [
  {
    label: 'Most confident mistakes',
    hint: 'Predicted wrong, the most confident first',
    isRight: false,
    isSuspect: false,
    order: { by: 'confidence', isDescending: true },
  },
  {
    label: 'Least confident hits',
    hint: 'Predicted right, the least confident first',
    isRight: true,
    isSuspect: false,
    order: { by: 'confidence', isDescending: false },
  },
  {
    label: 'Likely label errors',
    hint: 'Confident learning (Northcutt et al. 2021) suggests another class; the least likely label first',
    isRight: null,
    isSuspect: true,
    order: { by: 'ownProbability', isDescending: false },
  },
]

/** Whether a picture was predicted right; null where its class is unknown. */
export function isRightAt(
  { label, predicted }: EvaluatedPictures,
  picture: number,
): boolean | null {
  const own = present(label[picture])
  return own < 0 ? null : own === predicted[picture]
}

/**
 * The pictures that fit, as indices in their order. A picture without a value, such as the loss of one whose
 * class is unknown, fits no range and comes last, whichever way is sorted. Equal ones keep the order of the
 * evaluation, or of the named pictures where the filter has them.
 * @param names - the files' names in lower case, once for all questions
 */
export function listPictures(
  pictures: EvaluatedPictures,
  names: readonly string[],
  question: PictureQuestion,
  order: PictureOrder,
): Uint32Array {
  const found = filterPictures(pictures, names, question)
  if (order.by === 'order') return order.isDescending ? found.reverse() : found
  const values = pictures[order.by]
  const sign = order.isDescending ? -1 : 1
  return found.sort((a, b) => {
    const [one, other] = [present(values[a]), present(values[b])]
    if (Number.isNaN(one) || Number.isNaN(other))
      return Number(Number.isNaN(one)) - Number(Number.isNaN(other))
    return sign * (one - other)
  })
}

function filterPictures(
  pictures: EvaluatedPictures,
  names: readonly string[],
  { filter, text, loss, margin, isSuspect }: PictureQuestion,
): Uint32Array {
  const { label, predicted, confidence, suggested } = pictures
  const { trueClass, predictedClass, isRight } = filter
  const sought = text.trim().toLowerCase()
  const among = filter.among?.pictures ?? null
  const count = among === null ? names.length : among.length
  const found = new Uint32Array(count)
  let end = 0
  for (let at = 0; at < count; at++) {
    const picture = among === null ? at : present(among[at])
    if (trueClass !== null && label[picture] !== trueClass) continue
    if (predictedClass !== null && predicted[picture] !== predictedClass) continue
    if (isRight !== null && isRightAt(pictures, picture) !== isRight) continue
    if (isSuspect && present(suggested[picture]) < 0) continue
    if (!isWithin(present(confidence[picture]), filter.confidence)) continue
    if (!isWithin(present(pictures.loss[picture]), loss)) continue
    if (!isWithin(present(pictures.margin[picture]), margin)) continue
    if (sought !== '' && !present(names[picture]).includes(sought)) continue
    found[end++] = picture
  }
  return found.slice(0, end)
}

/** At the end of a scale from 0 to 1 nothing comes after: 1 is within a range that ends there. */
function isWithin(value: number, range: ValueRange | null): boolean {
  if (range === null) return true
  const [from, to] = range
  return value >= from && (value < to || (to === 1 && value >= 1))
}
