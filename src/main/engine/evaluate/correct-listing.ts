import { describeUse, indexCorrections } from '../../../shared/corrections'
import { readCorrections } from '../data/corrections/corrections-file'
import type { ListedPicture, PictureListing } from './list-pictures'

/**
 * A list of pictures with the corrections of its data set: those that are excluded are left out, and those
 * that are relabelled have the class that they were given.
 * @param source - the folder or list that was opened as the data set
 * @throws LabError `unreadable` for damaged corrections
 */
export async function correctListing(
  source: string,
  listing: PictureListing,
): Promise<PictureListing> {
  const { corrections } = await readCorrections(source)
  if (corrections.length === 0) return listing
  const find = indexCorrections(corrections)
  let excluded = 0
  let relabelled = 0
  const pictures = listing.pictures.flatMap((picture): ListedPicture[] => {
    const correction = find(picture.file)
    if (correction?.action === 'exclude') {
      excluded += 1
      return []
    }
    const className = correction?.className ?? picture.className
    if (className === picture.className) return [picture]
    relabelled += 1
    return [{ ...picture, className }]
  })
  const use = describeUse({ excluded, relabelled })
  const notes = use === null ? listing.notes : [...listing.notes, `By your corrections: ${use}.`]
  return { ...listing, pictures, notes }
}
