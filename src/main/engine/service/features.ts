import type { FeatureQuestion } from '../../../shared/contract'
import type { FEATURE_CALLS } from '../../../shared/contract/features'
import { itemAt } from '../../../shared/present'
import { makeBatch } from '../inspect/ask-model'
import { choosePictures } from '../inspect/choose-pictures'
import { mapFeatures } from '../inspect/features/map-features'
import { findNearest } from '../inspect/features/nearest'
import { PictureFeatures, readFeatures } from '../inspect/features/picture-features'
import { createPictureAsker } from '../inspect/picture-asker'
import type { WorkOptions } from '../work/progress-meter'
import type { Handlers } from './call-handlers'
import type { ServiceParts } from './parts'

/** A picture's place among those of the data set. */
export function createFeatureHandlers({
  models,
  pictures,
  datasets,
  isTraining,
}: ServiceParts): Handlers<typeof FEATURE_CALLS> {
  const features = new PictureFeatures(models, isTraining)
  const ask = createPictureAsker(models, pictures)

  const measure = async ({ model, set, layer }: FeatureQuestion, work: WorkOptions) => {
    const asked = await models.use(model, ({ runFolder, classNames }) => ({
      runFolder,
      classNames,
    }))
    const { dataset, pictures: all } = datasets.find(set.folder)
    const chosen = await choosePictures({ dataset, pictures: all, ...asked }, set)
    const request = { model, layer, pictures: chosen.pictures, dataset }
    const measured = await features.measure(request, work)
    return { ...asked, dataset, words: chosen.words, measured }
  }

  return {
    'features.neighbours': async (question, { signal, onProgress }) => {
      const { model, layer, image, metric, count } = question
      const { classNames, dataset, words, measured } = await measure(question, {
        signal,
        onProgress,
      })
      const own = await ask({ model, image }, signal, (asked, fitted) =>
        readFeatures(asked, makeBatch(fitted), layer),
      )
      const nearest = findNearest(measured.rows, own.features, metric, count + 1).flatMap(
        ({ row, distance }) => {
          const chosen = itemAt(measured.pictures, row)
          if (chosen.image === image) return []
          const { picture } = chosen
          const predicted = itemAt(classNames, itemAt(measured.predicted, row))
          return [
            { picture, class: itemAt(dataset.classNames, picture.classIndex), predicted, distance },
          ]
        },
      )
      return {
        neighbours: nearest.slice(0, count),
        predicted: itemAt(classNames, itemAt(own.classes, 0)),
        images: measured.pictures.length,
        dims: measured.dims,
        pictures: words,
        isOfOneSet: measured.isOfOneSet,
      }
    },
    'features.map': async (question, work) => {
      const { classNames, dataset, words, measured } = await measure(question, work)
      const { points, explained } = await mapFeatures(measured, question, work)
      return {
        points,
        pictures: measured.pictures.map(({ picture }) => picture),
        predicted: measured.predicted.slice(),
        classNames: [...dataset.classNames],
        networkClassNames: [...classNames],
        explained,
        dims: measured.dims,
        words,
        isOfOneSet: measured.isOfOneSet,
      }
    },
  }
}
