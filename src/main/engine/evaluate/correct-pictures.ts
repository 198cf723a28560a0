import { describeUse, indexCorrections } from '../../../shared/corrections'
import { readCorrections } from '../data/corrections/corrections-file'

/**
 * Pictures with the corrections of their data set: those that are excluded are left out, and those that are
 * relabelled have the class that they were given.
 * @param source - the folder or list that was opened as the data set
 * @returns with what there is to tell, a line each
 * @throws LabError `unreadable` for damaged corrections
 */
export async function correctPictures<
  T extends { readonly file: string; readonly className: string },
>(
  source: string,
  pictures: readonly T[],
): Promise<{ readonly pictures: readonly T[]; readonly notes: readonly string[] }> {
  const { corrections } = await readCorrections(source)
  if (corrections.length === 0) return { pictures, notes: [] }
  const find = indexCorrections(corrections)
  let excluded = 0
  let relabelled = 0
  const corrected = pictures.flatMap((picture): T[] => {
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
  return { pictures: corrected, notes: use === null ? [] : [`By your corrections: ${use}.`] }
}
