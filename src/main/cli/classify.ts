import { realpathSync, statSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import { LabError, type ClassifiedPicture } from '../../shared/contract'
import { formatCsv } from '../../shared/csv'
import { itemAt } from '../../shared/present'
import { isImagePath } from '../../shared/spec'
import { checkFile } from '../engine/data/scan/check-file'
import { listAllFiles } from '../engine/data/scan/list-folder'
import { classifyPictures } from '../engine/inspect/classify-pictures'
import { ModelRegistry } from '../engine/inspect/model-registry'
import { chooseCheckpoint } from '../engine/runs/checkpoint-folders'
import { readRun } from '../engine/training'
import { describeFileError } from '../files/disk-errors'
import { requireClassifier } from '../engine/runs/run-folder'
import { TRAIN_CLASSIFIER } from './ask-run'
import { EXIT } from './exit-codes'
import { formatCount, formatJson, formatShare, formatTable, type Output } from './output'
import { checkOutputFile, writeOutputFile } from './output-file'
import { withProgressBar } from './progress-bar'

/** How predictions are written. */
export const CLASSIFY_FORMATS = ['table', 'csv', 'json'] as const
export type ClassifyFormat = (typeof CLASSIFY_FORMATS)[number]

/** Options of `vgg-lab classify`. */
export interface ClassifyOptions {
  readonly checkpoint: string | null
  /** null: by the ending of `out`, or a table. */
  readonly format: ClassifyFormat | null
  /** File to write; null for standard output. */
  readonly out: string | null
  readonly signal: AbortSignal
}

/** The document of `classify --json`. */
export interface ClassifyReport {
  readonly run: string
  readonly checkpoint: string
  /** Absolute. */
  readonly folder: string
  /** How a picture became the input, in words. */
  readonly protocol: string
  readonly images: readonly Pick<ClassifiedPicture, 'file' | 'top'>[]
  readonly unreadable: readonly NamedFault[]
}

/** A file and what is wrong with it. */
interface NamedFault {
  readonly file: string
  readonly reason: string
}

/**
 * `vgg-lab classify <run> <folder>`: predictions for a folder of pictures without labels, however deep.
 * What cannot be read is told on standard error, and the others are still classified.
 * @returns the exit code: 2 when a picture could not be read
 */
export async function classify(
  runFolder: string,
  folder: string,
  options: ClassifyOptions,
  output: Output,
): Promise<number> {
  const out = options.out === null ? null : resolve(options.out)
  if (out !== null) checkOutputFile(out)
  const format = options.format ?? chooseFormat(out)
  const run = resolve(runFolder)
  requireClassifier(await readRun(run), runFolder, TRAIN_CLASSIFIER)
  const checkpoint = await chooseCheckpoint(run, options.checkpoint)
  const root = resolve(folder)
  const { pictures, others, lost } = await findPictures(root)
  if (others.length > 0) {
    const [first] = others
    output.err(
      `Not pictures, left out: ${formatCount(others.length)} (${first?.file}: ${first?.reason})\n`,
    )
  }
  const isQuiet = format === 'json' && out === null
  const models = new ModelRegistry(() => null)
  const { signal } = options
  const report = await withProgressBar(output, { json: isQuiet, signal }, async (work) => {
    try {
      const classified = await classifyPictures(
        models,
        () => false,
        {
          model: { kind: 'run', folder: run, checkpoint },
          pictures: pictures.map((file) => ({ file, path: join(root, file), className: null })),
        },
        work,
      )
      const { protocol, unreadable } = classified
      const images = classified.pictures.map(({ file, top }) => ({ file, top }))
      return {
        ...{ run, checkpoint, folder: root, protocol, images },
        unreadable: [...lost, ...unreadable],
      }
    } finally {
      models.dispose()
    }
  })
  for (const { reason } of report.unreadable) output.err(`error: ${reason}\n`)
  await write(report, format, out, output)
  return report.unreadable.length === 0 ? EXIT.done : EXIT.badInput
}

function chooseFormat(out: string | null): ClassifyFormat {
  const extension = out === null ? '' : extname(out).slice(1).toLowerCase()
  return CLASSIFY_FORMATS.find((format) => format === extension) ?? 'table'
}

/** All pictures inside a folder; files that only lie beside them are told apart. */
async function findPictures(root: string): Promise<{
  readonly pictures: readonly string[]
  /** Files of another kind. */
  readonly others: readonly NamedFault[]
  /** What could not be looked into. */
  readonly lost: readonly NamedFault[]
}> {
  try {
    if (!statSync(realpathSync(root)).isDirectory()) {
      throw new LabError(
        'bad-input',
        `Expected a folder of pictures; ${root} is a file.`,
        'For single pictures use vgg-lab predict.',
      )
    }
  } catch (error) {
    if (error instanceof LabError) throw error
    throw new LabError(
      'not-found',
      `Expected a folder of pictures at ${root}; ${describeFileError(error)}.`,
      'Check the path.',
    )
  }
  const { files, skipped } = await listAllFiles(root)
  const lost = skipped
    .filter(({ reason }) => !/^(hidden|system) /.test(reason))
    .map(({ file, reason }) => ({ file, reason: `${join(root, file)}: ${reason}` }))
  const pictures: string[] = []
  const others: NamedFault[] = []
  for (const file of files) {
    // A damaged picture is told as one; a file of another kind is none.
    const checked = isImagePath(file) ? null : checkFile(join(root, file))
    if (typeof checked === 'string') others.push({ file, reason: checked })
    else pictures.push(file)
  }
  if (pictures.length === 0) {
    throw new LabError(
      'bad-input',
      `Expected pictures in ${root}; there are none.`,
      'Give a folder with JPEG, PNG, BMP, GIF or WebP files, also in subfolders.',
    )
  }
  return { pictures, others, lost }
}

async function write(
  report: ClassifyReport,
  format: ClassifyFormat,
  out: string | null,
  output: Output,
): Promise<void> {
  const text =
    format === 'json' ? formatJson(report) : format === 'csv' ? toCsv(report) : toTable(report)
  if (out === null) {
    output.out(text)
    return
  }
  await writeOutputFile(out, text)
  output.out(`${describeCounts(report)} ${out}\n`)
}

/** A row a picture: its file, then the classes and their probabilities, the first one first. */
function toCsv({ images }: ClassifyReport): string {
  const most = images.reduce((longest, { top }) => Math.max(longest, top.length), 0)
  const titles = Array.from({ length: most }, (_, index) => {
    const place = index === 0 ? '' : `_${index + 1}`
    return [`class${place}`, `probability${place}`]
  })
  return formatCsv([
    ['file', ...titles.flat()],
    ...images.map(({ file, top }) => [
      file,
      ...top.flatMap((entry) => [entry.class, String(entry.probability)]),
    ]),
  ])
}

function toTable(report: ClassifyReport): string {
  const { images, protocol, checkpoint } = report
  const table = formatTable(
    [
      { title: 'image' },
      { title: 'class' },
      { title: 'probability', align: 'right' },
      { title: 'next' },
    ],
    images.map(({ file, top }) => {
      const [first, second] = [itemAt(top, 0), top[1]]
      const next = second === undefined ? '' : `${second.class} ${formatShare(second.probability)}`
      return [file, first.class, formatShare(first.probability), next]
    }),
  )
  return `${checkpoint}: ${protocol}\n\n${table}\n${describeCounts(report)}\n`
}

/** "12 pictures: coins 7, lattices 5." */
function describeCounts({ images }: ClassifyReport): string {
  const counts = new Map<string, number>()
  for (const { top } of images) {
    const { class: name } = itemAt(top, 0)
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const named = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${formatCount(count)}`)
  return `${formatCount(images.length)} ${images.length === 1 ? 'picture' : 'pictures'}: ${named.join(', ')}.`
}
