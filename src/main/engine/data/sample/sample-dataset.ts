import { mkdir, readdir, readFile, rmdir, unlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Transformer } from '@napi-rs/image'
import { LabError } from '../../../../shared/contract'
import { itemAt } from '../../../../shared/present'
import { SAMPLE_PARAMETERS, type NumberParameter } from '../../../../shared/spec'
import { explainPathError } from '../../../files/disk-errors'
import { makeFolder } from '../../../files/make-folder'
import { drawSample, SAMPLE_CLASSES } from './draw-sample'
import { createProgressMeter, type WorkOptions } from '../../work/progress-meter'
import { runBounded } from '../../work/run-bounded'
import { folderError } from '../scan/scan-errors'
import { SAMPLE_MARKER } from './sample-marker'

export { SAMPLE_CLASSES }

/** Ranges are those of {@link SAMPLE_PARAMETERS}. */
export interface SampleOptions {
  readonly folder: string
  /** Kinds of pictures, the first of {@link SAMPLE_CLASSES}. */
  readonly classes: number
  /** Pictures of each class. */
  readonly images: number
  /** Side of the square pictures, in pixels. */
  readonly size: number
  /** The same seed gives the same bytes. */
  readonly seed: number
}

export interface SampleReport {
  /** Absolute path. */
  readonly folder: string
  readonly classNames: readonly string[]
  readonly images: number
}

/** Pictures in the making at once: one is drawn in this thread while the pool encodes others. */
const WRITES_AT_ONCE = 8

/**
 * Writes a generated picture data set (shapes and textures in random colours, sizes, places and
 * turns, on random backgrounds, with noise) as PNG files, one folder per class.
 *
 * @throws LabError `bad-input` for values out of range, a file in the folder's place, or a folder that
 *   holds anything else; `disk`; `cancelled`
 */
export async function writeSampleDataset(
  sample: SampleOptions,
  options: WorkOptions = {},
): Promise<SampleReport> {
  const { classes, images, size, seed } = sample
  checkRange(SAMPLE_PARAMETERS.classes, classes)
  checkRange(SAMPLE_PARAMETERS.images, images)
  checkRange(SAMPLE_PARAMETERS.size, size)
  checkRange(SAMPLE_PARAMETERS.seed, seed)
  const folder = resolve(sample.folder)
  await clearFolder(folder)

  const kinds = SAMPLE_CLASSES.slice(0, classes)
  const digits = Math.max(4, String(images).length)
  const jobs = kinds.flatMap((kind) =>
    Array.from({ length: images }, (_, number) => ({ kind, number })),
  )
  const meter = createProgressMeter('Drawing sample pictures', jobs.length, options)
  try {
    makeFolder(folder)
    // First, so that what a crash leaves behind is known as ours.
    await writeFile(
      join(folder, SAMPLE_MARKER),
      JSON.stringify({ classes, images, size, seed }) + '\n',
    )
    for (const kind of kinds) await mkdir(join(folder, kind), { recursive: true })
    await runBounded(jobs, WRITES_AT_ONCE, async ({ kind, number }) => {
      meter.advance(0)
      const rgba = drawSample(kind, number, size, seed)
      const png = await Transformer.fromRgbaPixels(rgba, size, size).png()
      const name = `${kind}-${String(number + 1).padStart(digits, '0')}.png`
      await writeFile(join(folder, kind, name), png)
      meter.advance()
    })
  } catch (error) {
    throw explainPathError(error, folder)
  }
  meter.finish()
  return { folder, classNames: [...kinds].sort(), images: jobs.length }
}

function checkRange({ label, min, max }: NumberParameter, value: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return
  const range = `${label} must be a whole number from ${min} to ${max}`
  throw new LabError('bad-input', `${range} for sample pictures; got ${value}.`)
}

/** Removes the pictures of an earlier run; anything that isn't ours is never touched. */
async function clearFolder(folder: string): Promise<void> {
  let entries: string[]
  try {
    entries = await readdir(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return
    if (code === 'ENOTDIR') {
      throw new LabError(
        'bad-input',
        `${folder} is a file, not a folder.`,
        'Choose another folder.',
      )
    }
    throw folderError(folder, error)
  }
  if (entries.length === 0) return
  const kinds = entries.filter((name) => (SAMPLE_CLASSES as readonly string[]).includes(name))
  const foreign = entries.filter((name) => name !== SAMPLE_MARKER && !kinds.includes(name))
  if (!entries.includes(SAMPLE_MARKER) || foreign.length > 0) {
    const example = foreign[0] ?? itemAt(entries, 0)
    throw new LabError(
      'bad-input',
      `${folder} is not empty (${example}): sample pictures are written into an empty folder, or over earlier ones.`,
      'Choose a new folder.',
    )
  }
  // Throws on a folder that is not one of ours all through, before anything is removed.
  await readFile(join(folder, SAMPLE_MARKER))
  const ours: string[] = []
  for (const kind of kinds) {
    for (const name of await readdir(join(folder, kind))) {
      if (!new RegExp(`^${kind}-\\d+\\.png$`).test(name)) {
        throw new LabError(
          'bad-input',
          `${folder} holds a file that the lab did not write (${kind}/${name}).`,
          'Move it elsewhere, or choose a new folder.',
        )
      }
      ours.push(join(folder, kind, name))
    }
  }
  await runBounded(ours, WRITES_AT_ONCE, (path) => unlink(path))
  for (const kind of kinds) await rmdir(join(folder, kind))
}
