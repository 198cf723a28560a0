import type { HandlersOf } from '../../shared/contract/call-table'
import type { PICTURE_CALLS } from '../../shared/contract/main/pictures'
import { LivePictures } from '../pictures/live-pictures'
import { PictureWatch } from '../pictures/picture-watch'
import type { MainParts } from './parts'

/** Pictures that come while the window looks. */
export function createPictureHandlers({
  picturesFolder,
  tell,
}: MainParts): HandlersOf<typeof PICTURE_CALLS> {
  const live = new LivePictures(picturesFolder)
  const watch = new PictureWatch({
    onPicture: (picture) => tell('picture', picture),
    onEnd: (end) => tell('watchEnded', end),
  })
  return {
    'pictures.keep': ({ source, bytes }) => live.keep(source, bytes),
    'pictures.watch': async ({ folder }) => {
      await watch.follow(folder)
      return null
    },
  }
}
