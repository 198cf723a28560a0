import type { DatasetPicture } from '../../../../shared/contract'
import { itemAt, present } from '../../../../shared/present'
import { resolvePicturePath } from '../../../../shared/picture-path'
import type { Dataset } from '../../data/types'
import type { Survey, SurveyedPicture } from './survey'

/** A picture that can be counted. */
export interface SurveyablePicture extends SurveyedPicture {
  readonly split: DatasetPicture['split']
  /** Absolute. */
  readonly path: string
}

/** The data set that surveys are of. */
export interface SurveyData {
  /** Absolute path of what was opened: the folder, or a list. */
  readonly source: string
  /** By file, class by class. */
  readonly pictures: ReadonlyMap<string, SurveyablePicture>
}

/** @param pictures - of the data set, class by class */
export function describeSurveyData(
  dataset: Dataset,
  pictures: readonly DatasetPicture[],
): SurveyData {
  const files = new Map(dataset.files.map((file) => [file.file, file]))
  const list = pictures.map(({ file, classIndex, split }): SurveyablePicture => {
    const { bytes, modifiedMs } = present(files.get(file))
    const className = itemAt(dataset.classNames, classIndex)
    return {
      file,
      bytes,
      modifiedMs,
      className,
      split,
      path: resolvePicturePath(dataset.folder, file),
    }
  })
  return { source: dataset.source, pictures: new Map(list.map((one) => [one.file, one])) }
}

/** Whether all that was counted is still there as it was; a picture cannot be taken out again. */
export function fitsData(survey: Survey, { pictures }: SurveyData): boolean {
  return survey.pictures.every(({ file, bytes, modifiedMs, className }) => {
    const now = pictures.get(file)
    return now?.bytes === bytes && now.modifiedMs === modifiedMs && now.className === className
  })
}

/** What is to be counted besides, for `limit` pictures in all: evenly spread over the classes. */
export function chooseMore(
  survey: Survey,
  { pictures }: SurveyData,
  limit: number,
): SurveyablePicture[] {
  const counted = new Set(survey.pictures.map(({ file }) => file))
  const left = [...pictures.values()].filter(({ file }) => !counted.has(file))
  const count = Math.min(left.length, Math.max(0, limit - counted.size))
  return Array.from({ length: count }, (_, index) => {
    const picture = left[Math.floor(((index + 0.5) * left.length) / count)]
    if (picture === undefined) throw new RangeError('Expected a picture that is left.')
    return picture
  })
}
