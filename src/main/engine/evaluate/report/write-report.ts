import { LabError, type EncodedPicture, type EvaluationRef } from '../../../../shared/contract'
import { resolvePicturePath } from '../../../../shared/picture-path'
import { itemAt } from '../../../../shared/present'
import { encodeThumbnail } from '../../data/pictures/thumbnail'
import { readMetrics, readRun } from '../../runs/run-folder'
import { createProgressMeter, type WorkOptions } from '../../work/progress-meter'
import { runBounded } from '../../work/run-bounded'
import { describeMachine } from '../machine'
import { describeSaved } from '../opened-evaluations'
import { readEvaluation } from '../saved-evaluation'
import { composeReport } from './compose-report'
import { gatherNumbers } from './gather-numbers'
import type { ReportedRun } from './report-material'

/** Longest side of a picture in the report, twice what it is shown in. */
const THUMBNAIL_PX = 240
const PICTURES_AT_ONCE = 4
/** Bytes of all pictures of a report together, at most. */
const MOST_PICTURE_BYTES = 2_000_000

/**
 * The report of a saved evaluation as one HTML document.
 * @throws LabError `not-found` or `unreadable` for an evaluation or a run that is gone; `cancelled`
 */
export async function writeReport(ref: EvaluationRef, work: WorkOptions): Promise<string> {
  const saved = await readEvaluation(ref)
  const evaluation = describeSaved(saved)
  const numbers = gatherNumbers(evaluation, saved.probabilities)
  const runs = await Promise.all(
    evaluation.summary.models.map(async ({ runFolder, checkpoint }): Promise<ReportedRun> => {
      const lines = await readMetrics(runFolder)
      const epochs = lines.filter((line) => line.kind === 'epoch')
      return { run: await readRun(runFolder), epochs, checkpoint }
    }),
  )
  const shown = numbers.examples.flatMap(({ pictures }) => pictures)
  const files = evaluation.pictures.files
  const thumbnails = await readThumbnails(
    [...new Set(shown)],
    (picture) => resolvePicturePath(evaluation.summary.folder, itemAt(files, picture)),
    work,
  )
  const machine = { ...describeMachine(), written: new Date().toISOString() }
  return composeReport({ ...numbers, runs, machine, thumbnails })
}

/** Small versions of pictures; those that cannot be read, or for which there is no room, are left out. */
async function readThumbnails(
  pictures: readonly number[],
  findPath: (picture: number) => string,
  work: WorkOptions,
): Promise<ReadonlyMap<number, EncodedPicture>> {
  const meter = createProgressMeter('Pictures of the report', pictures.length, work)
  const thumbnails = new Map<number, EncodedPicture>()
  let bytes = 0
  await runBounded(pictures, PICTURES_AT_ONCE, async (picture) => {
    const thumbnail = await encodeThumbnail(findPath(picture), THUMBNAIL_PX).catch(
      (error: unknown) => {
        if (error instanceof LabError) return null
        throw error
      },
    )
    if (thumbnail !== null && bytes + thumbnail.bytes.length <= MOST_PICTURE_BYTES) {
      bytes += thumbnail.bytes.length
      thumbnails.set(picture, thumbnail)
    }
    meter.advance()
  })
  meter.finish()
  return thumbnails
}
