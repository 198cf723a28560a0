import { toErrorInfo, type ClassifiedPicture, type ModelRef } from '../../../shared/contract'
import { itemAt, present } from '../../../shared/present'
import type { WorkOptions } from '../work/progress-meter'
import { describeProtocol, makeBatch } from './ask-model'
import type { ModelRegistry } from './model-registry'
import { TOP_CLASSES, rankClasses } from './rank-classes'
import { chooseVisitSize } from './visit-size'
import { walkPictures } from './walk-pictures'

/** A picture to classify. */
export interface PictureToClassify {
  /** How it is named in the answer. */
  readonly file: string
  /** Absolute. */
  readonly path: string
  /** Name of its class; null where it is not known, or is none of the network's. */
  readonly className: string | null
}

/** What became of the pictures. */
export interface ClassifiedPictures {
  /** In the order that was asked; those that could not be read are left out. */
  readonly pictures: readonly ClassifiedPicture[]
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[]
  /** How a picture became the input, in words. */
  readonly protocol: string
  /** Whether all pictures met one set of weights: a network in training changes. */
  readonly isOfOneSet: boolean
}

/**
 * Classifies pictures, one centre crop each, a few at a time.
 * @param isTraining - whether a run is in training now, which this work then gives way to
 * @param onPictures - is told what is known already, a few pictures at a time
 * @throws LabError `not-found` or `unreadable` when no picture can be read; `cancelled`.
 */
export async function classifyPictures(
  models: ModelRegistry,
  isTraining: () => boolean,
  { model: ref, pictures }: { model: ModelRef; pictures: readonly PictureToClassify[] },
  work: WorkOptions,
  onPictures: (classified: readonly ClassifiedPicture[]) => void = () => undefined,
): Promise<ClassifiedPictures> {
  const { batch, protocol } = await models.use(ref, (model) => ({
    batch: chooseVisitSize(model.network.network),
    protocol: describeProtocol(model),
  }))
  const classified: ClassifiedPicture[] = []
  const unreadable: { file: string; reason: string }[] = []
  const { isOfOneSet } = await walkPictures(
    models,
    isTraining,
    {
      model: ref,
      images: pictures.map(({ path }) => path),
      batch,
      label: 'Classifying pictures',
      onUnreadable: (index, failure) => {
        const { file } = itemAt(pictures, index, 'pictures')
        unreadable.push({ file, reason: toErrorInfo(failure).message })
      },
    },
    work,
    ({ network, classNames }, walked) => {
      const { data } = network.infer(makeBatch(...walked.map(({ fitted }) => fitted)))
      const rows = walked.map(({ index }, row) => {
        const { file, className } = itemAt(pictures, index, 'pictures')
        const count = classNames.length
        const probabilities = data.subarray(row * count, (row + 1) * count)
        const own = className === null ? -1 : classNames.indexOf(className)
        return {
          file,
          className,
          ownProbability: own < 0 ? null : present(probabilities[own]),
          top: rankClasses(probabilities, classNames).slice(0, TOP_CLASSES),
        }
      })
      classified.push(...rows)
      onPictures(rows)
    },
  )
  return { pictures: classified, unreadable, protocol, isOfOneSet }
}
