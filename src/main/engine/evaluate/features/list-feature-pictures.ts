import type { FeatureData } from '../../../../shared/contract/dense-features'
import { itemAt } from '../../../../shared/present'
import { readRun, readSplit } from '../../runs/run-folder'
import type { WorkOptions } from '../../work/progress-meter'
import { listEvaluationPictures, type PictureListing } from '../list-pictures'

const HALVES = ['train', 'validation', 'test'] as const

/**
 * Lists the pictures that features are made of: those of an evaluation, or of all of a run's halves.
 * @throws LabError as `listEvaluationPictures`
 */
export async function listFeaturePictures(
  runFolder: string,
  data: FeatureData,
  work: WorkOptions,
): Promise<PictureListing> {
  if (data.kind === 'folder') return listEvaluationPictures(runFolder, data, work)
  if (data.half !== 'all') {
    return listEvaluationPictures(runFolder, { kind: 'run', half: data.half }, work)
  }
  const { name } = await readRun(runFolder)
  const split = await readSplit(runFolder)
  const listings: PictureListing[] = []
  for (const half of HALVES.filter((one) => (split[one] ?? []).length > 0)) {
    listings.push(await listEvaluationPictures(runFolder, { kind: 'run', half }, work))
  }
  const first = itemAt(listings, 0, 'halves')
  return {
    folder: first.folder,
    pictures: listings.flatMap(({ pictures }) => pictures),
    unreadable: listings.flatMap(({ unreadable }) => unreadable),
    notes: [...new Set(listings.flatMap(({ notes }) => notes))],
    words: `pictures of run ${name}`,
  }
}
