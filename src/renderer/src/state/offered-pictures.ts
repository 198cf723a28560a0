import type { DatasetPicture, DatasetSummary, EncodedPicture } from '../../../shared/contract'
import { resolvePicturePath } from '../../../shared/picture-path'
import { callEngine, type CallOptions } from '../lib/engine/bridge'

/** Which pictures of the data set a list holds. */
export interface PictureFilter {
  /** null: all classes. */
  readonly classIndex: number | null
  readonly split?: DatasetPicture['split']
  /** What the file's name holds, in any case. */
  readonly text?: string
}

/** Pictures that can be chosen from, by class and half: those of a data set that the engine has open. */
export abstract class OfferedPictures {
  /** What is on offer; null where there is nothing. */
  abstract get dataset(): DatasetSummary | null

  /** A page of the pictures. @throws LabError */
  async pictures(
    filter: PictureFilter,
    offset: number,
    limit: number,
    options: CallOptions = {},
  ): Promise<{ total: number; pictures: DatasetPicture[] }> {
    const args = { folder: this.opened.source, ...filter, offset, limit }
    return callEngine('dataset.pictures', args, options)
  }

  /** Small versions of pictures, in order; null where one cannot be read. @throws LabError */
  async thumbnails(
    files: readonly string[],
    sizePx: number,
    options: CallOptions = {},
  ): Promise<(EncodedPicture | null)[]> {
    const args = { folder: this.opened.source, files: [...files], sizePx }
    return callEngine('dataset.thumbnails', args, options)
  }

  /** Absolute path of a picture. */
  pathOf({ file }: Pick<DatasetPicture, 'file'>): string {
    return resolvePicturePath(this.opened.folder, file)
  }

  /** The data set that is asked about. @throws Error where none is open, since there is no question then */
  get opened(): DatasetSummary {
    const { dataset } = this
    if (dataset === null) throw new Error('Expected an open data set, got none.')
    return dataset
  }
}
