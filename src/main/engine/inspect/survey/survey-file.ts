import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { syncFolder, writeDurably } from '../../../files/durable-files'
import { itemAt, present } from '../../../../shared/present'
import { readSafetensors, writeSafetensors } from '../../formats/safetensors'
import type { HostTensor, NamedTensors } from '../../tensors/host-tensor'
import { Survey, type SurveyedPicture } from './survey'

const FORMAT = 'vgg-lab-survey'
const VERSION = '1'
const FOLDER = 'inspect'

/** What a survey is of: it holds for these alone. */
export interface SurveyIdentity {
  /** Absolute path of the data folder, or of the list. */
  readonly source: string
  /** Of the checkpoint's weights: size and time of their file. */
  readonly weights: string
}

const PICTURES = z.array(z.tuple([z.string(), z.number(), z.number(), z.int().min(0)]))
const CLASSES = z.array(z.tuple([z.string(), z.int().min(1)]))

/** Where the surveys of a checkpoint lie. */
export function surveyFolder(runFolder: string, checkpoint: string): string {
  return join(runFolder, FOLDER, checkpoint)
}

/** A copy of a survey as it is now, to be written while it grows. */
export interface SurveySnapshot {
  readonly tensors: NamedTensors
  readonly metadata: Readonly<Record<string, string>>
}

/** Copies what a file holds. */
export function takeSnapshot(survey: Survey, identity: SurveyIdentity): SurveySnapshot {
  const { layer, channels, pictures, classes, histograms, silent, best } = survey
  const names = [...classes.keys()]
  const sums = [...classes.values()]
  const perClass = (pick: 'peaks' | 'means'): HostTensor => {
    const data = new Float32Array(sums.length * channels)
    sums.forEach((own, row) => data.set(own[pick], row * channels))
    return { shape: [sums.length, channels], data }
  }
  const copy = (data: Float32Array): HostTensor => ({
    shape: [channels, data.length / channels],
    data: data.slice(),
  })
  const positions = new Map(names.map((name, position) => [name, position]))
  return {
    tensors: new Map([
      ['class_peak_sum', perClass('peaks')],
      ['class_mean_sum', perClass('means')],
      ['histogram', copy(histograms.counts)],
      ['histogram_limit', copy(histograms.limits)],
      ['silent', copy(silent)],
      ['patch_value', copy(best.values)],
      ['patch_picture', copy(best.pictures)],
      ['patch_place', copy(best.places)],
    ]),
    metadata: {
      format: FORMAT,
      version: VERSION,
      layer,
      ...identity,
      classes: JSON.stringify(names.map((name, row) => [name, itemAt(sums, row).pictures])),
      pictures: JSON.stringify(
        pictures.map(({ file, bytes, modifiedMs, className }) => [
          file,
          bytes,
          modifiedMs,
          present(positions.get(className)),
        ]),
      ),
    },
  }
}

/**
 * Writes a snapshot beside its place and renames it there. What surveys there are of checkpoints that
 * are gone goes with it.
 */
export async function writeSurvey(path: string, snapshot: SurveySnapshot): Promise<void> {
  const folder = dirname(path)
  const beside = `${path}.tmp`
  await mkdir(folder, { recursive: true })
  try {
    await writeDurably(beside, (file) =>
      writeSafetensors(file, snapshot.tensors, snapshot.metadata),
    )
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined)
    throw error
  }
  await syncFolder(folder)
  await removeOrphans(dirname(dirname(folder)))
}

async function removeOrphans(runFolder: string): Promise<void> {
  const list = (folder: string): Promise<string[]> =>
    readdir(join(runFolder, folder)).catch(() => [])
  const [surveyed, checkpoints] = await Promise.all([list(FOLDER), list('checkpoints')])
  // A folder of checkpoints that cannot be listed proves nothing.
  if (checkpoints.length === 0) return
  const gone = surveyed.filter((name) => !checkpoints.includes(name))
  await Promise.all(
    gone.map((name) => rm(join(runFolder, FOLDER, name), { recursive: true, force: true })),
  )
}

/**
 * Reads a survey; null where there is none, where it is of another data set or other weights, and
 * where the file is damaged: it is then rebuilt.
 */
export async function readSurvey(
  path: string,
  { layer, channels }: { readonly layer: string; readonly channels: number },
  identity: SurveyIdentity,
): Promise<Survey | null> {
  try {
    const { tensors, metadata } = await readSafetensors(path)
    const isOfThis =
      metadata.format === FORMAT &&
      metadata.version === VERSION &&
      metadata.layer === layer &&
      metadata.source === identity.source &&
      metadata.weights === identity.weights
    return isOfThis ? fill(new Survey(layer, channels), tensors, metadata) : null
  } catch {
    return null
  }
}

/** @throws Error where something does not fit. */
function fill(
  survey: Survey,
  tensors: NamedTensors,
  metadata: Readonly<Record<string, string>>,
): Survey {
  const { channels, best, histograms, silent } = survey
  const classes = CLASSES.parse(JSON.parse(metadata.classes ?? ''))
  const read = (name: string, length: number): Float32Array => {
    const data = tensors.get(name)?.data
    if (data?.length !== length) throw new Error(`Expected ${length} values of ${name}.`)
    return data
  }
  const peakSums = read('class_peak_sum', classes.length * channels)
  const meanSums = read('class_mean_sum', classes.length * channels)
  classes.forEach(([name, pictures], row) => {
    const own = (sums: Float32Array): Float64Array =>
      Float64Array.from(sums.subarray(row * channels, (row + 1) * channels))
    survey.classes.set(name, { pictures, peaks: own(peakSums), means: own(meanSums) })
  })
  const take = (name: string, into: Float32Array): void => into.set(read(name, into.length))
  take('histogram', histograms.counts)
  take('histogram_limit', histograms.limits)
  take('silent', silent)
  take('patch_value', best.values)
  take('patch_picture', best.pictures)
  take('patch_place', best.places)
  for (const [file, bytes, modifiedMs, row] of PICTURES.parse(
    JSON.parse(metadata.pictures ?? ''),
  )) {
    const className = classes[row]?.[0]
    if (className === undefined) throw new Error(`Expected a class of ${file}.`)
    survey.pictures.push({ file, bytes, modifiedMs, className } satisfies SurveyedPicture)
  }
  return survey
}
