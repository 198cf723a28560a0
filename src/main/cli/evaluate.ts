import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { LabError } from '../../shared/contract'
import type { Evaluation, EvaluationData, EvaluationSpec } from '../../shared/contract/evaluate'
import { countConfusion, listMostConfused } from '../../shared/evaluation/confusion'
import type { Interval } from '../../shared/evaluation/bootstrap'
import { protocolPreset, type PaperTable } from '../../shared/evaluation/paper-tables'
import { scoreClasses, type ClassMeans } from '../../shared/evaluation/per-class'
import {
  tabulateClasses,
  tabulateConfusion,
  tabulatePictures,
  tabulateSummary,
  type NumberTable,
} from '../../shared/evaluation/tables'
import type { ProtocolKind } from '../../shared/evaluation/protocol'
import { formatCsv } from '../../shared/csv'
import { itemAt } from '../../shared/present'
import { middleScale } from '../../shared/spec'
import { scanDataset } from '../engine/data/scan/scan-list'
import { writeBundle } from '../engine/evaluate/bundle/write-bundle'
import { Evaluations } from '../engine/evaluate/evaluations'
import { OpenedEvaluations } from '../engine/evaluate/opened-evaluations'
import { writeReport } from '../engine/evaluate/report/write-report'
import { readRun } from '../engine/training'
import { explainPathError } from '../files/disk-errors'
import { askModels } from './ask-models'
import { EXIT } from './exit-codes'
import { formatCount, formatShare, formatTable, printJson, type Output } from './output'
import { checkOutputFile, writeOutputFile } from './output-file'

/** Options of `vgg-lab evaluate`. */
export interface EvaluateOptions {
  readonly protocol: ProtocolKind
  /** The table of the paper whose protocol is taken instead; null for none. */
  readonly table: PaperTable | null
  /** Test scales Q; null for the middle of the training scale. */
  readonly scales: readonly number[] | null
  /** null: as in the paper, all but the centre crop. */
  readonly flip: boolean | null
  /** Runs whose soft-max outputs are averaged with those of the first. */
  readonly fuse: readonly string[]
  readonly checkpoint: string | null
  /** null: validation, or what the folder has. */
  readonly half: 'train' | 'validation' | 'test' | 'all' | null
  /** Folder for tables as CSV; null for none. */
  readonly csv: string | null
  /** File for the report as HTML, and for the bundle; null for none. */
  readonly report: string | null
  readonly bundle: string | null
  readonly json: boolean
  readonly signal: AbortSignal
}

/** The document of `evaluate --json`. Accuracies are in 0..1, the loss is in nats. */
export interface EvaluateReport {
  /** "D, S=256, Q=384, dense + flip" */
  readonly protocol: string
  /** "480 validation pictures of run digits" */
  readonly data: string
  readonly models: readonly { readonly run: string; readonly checkpoint: string }[]
  /** Where it is kept: the evaluation's name in the run's folder. */
  readonly evaluation: string
  /** Pictures that count. */
  readonly images: number
  readonly top1: number | null
  readonly top5: number | null
  readonly loss: number | null
  /** 95% bootstrap intervals over pictures. */
  readonly intervals: Record<'top1' | 'top5' | 'loss', readonly [number, number] | null>
  readonly perClass: readonly {
    readonly class: string
    readonly support: number
    readonly precision: number | null
    readonly recall: number | null
    readonly f1: number | null
  }[]
  readonly macro: ClassMeans | null
  readonly weighted: ClassMeans | null
  /** `[K][K]` pictures, a row a true class, a column a predicted one. */
  readonly confusion: readonly (readonly number[])[]
  readonly unknownClasses: Evaluation['unknownClasses']
  readonly unreadable: Evaluation['unreadable']
  readonly notes: readonly string[]
}

const CONFUSED_PAIRS = 10

/**
 * `vgg-lab evaluate <run> [folder]`: the paper's test protocols on labelled pictures.
 * @returns the exit code: 2 when a picture could not be read
 */
export async function evaluate(
  runFolder: string,
  folder: string | null,
  options: EvaluateOptions,
  output: Output,
): Promise<number> {
  const { json, signal } = options
  const csv = options.csv === null ? null : makeCsvFolder(resolve(options.csv))
  const placeFile = (file: string | null, option: string): string | null => {
    if (file === null) return null
    checkOutputFile(resolve(file), option)
    return resolve(file)
  }
  const reportFile = placeFile(options.report, '--report')
  const bundleFile = placeFile(options.bundle, '--bundle')
  const kept = 'Evaluation: cancelled. What was shown by then is kept.'
  const evaluation = await askModels(output, { json, signal }, kept, async (models, work) => {
    const spec = await makeSpec(runFolder, folder, options)
    const { ref } = await new Evaluations(models, () => false).run(spec, work)
    if (reportFile !== null) await writeOutputFile(reportFile, await writeReport(ref, work))
    if (bundleFile !== null) await writeBundle(ref, bundleFile, work)
    return new OpenedEvaluations().open(ref)
  })
  const report = makeReport(evaluation)
  for (const { file, reason } of report.unreadable) output.err(`error: ${file}: ${reason}\n`)
  if (csv !== null) await writeTables(csv, evaluation)
  if (json) printJson(output, report)
  else output.out(formatReport(report))
  return report.unreadable.length === 0 ? EXIT.done : EXIT.badInput
}

async function makeSpec(
  runFolder: string,
  folder: string | null,
  { protocol: kind, table, scales, flip, fuse, checkpoint, half }: EvaluateOptions,
): Promise<EvaluationSpec> {
  const run = resolve(runFolder)
  const { settings, network } = await readRun(run)
  return {
    models: [
      { kind: 'run', folder: run, checkpoint },
      ...fuse.map((other) => ({
        ...{ kind: 'run' as const, folder: resolve(other), checkpoint: null },
      })),
    ],
    data: await chooseData(folder, half),
    protocol:
      table === null
        ? {
            kind,
            scales: scales ?? [middleScale(settings.scale)],
            flip: flip ?? kind !== 'center',
          }
        : protocolPreset(table, settings.scale, network.inputSize),
  }
}

async function chooseData(
  folder: string | null,
  half: EvaluateOptions['half'],
): Promise<EvaluationData> {
  if (folder !== null) {
    const path = resolve(folder)
    return { kind: 'folder', path, half: half ?? (await findTestHalf(path)) }
  }
  if (half !== 'all') return { kind: 'run', half: half ?? 'validation' }
  throw new LabError(
    'bad-input',
    'Expected train, validation or test for --half; got all.',
    "All pictures are those of a folder: name it behind the run's.",
  )
}

/** The half of a folder that is there to test with: its validation half, else its test half, else all. */
async function findTestHalf(path: string): Promise<'validation' | 'test' | 'all'> {
  const { layout } = await scanDataset(path, { isForTest: true })
  if (layout.startsWith('train-val')) return 'validation'
  return layout === 'train-test' ? 'test' : 'all'
}

function makeReport(evaluation: Evaluation): EvaluateReport {
  const { summary, classNames, pictures, unknownClasses, unreadable, notes } = evaluation
  const { top1, top5, loss } = summary
  const { perClass, macro, weighted } = scoreClasses(pictures, classNames.length)
  const matrix = countConfusion(pictures, classNames.length)
  const toRange = (interval: Interval | null): readonly [number, number] | null =>
    interval && [interval.low, interval.high]
  return {
    protocol: summary.protocolWords,
    data: summary.dataWords,
    models: summary.models.map(({ runFolder, checkpoint }) => ({ run: runFolder, checkpoint })),
    evaluation: summary.ref.id,
    images: summary.counted,
    top1: top1?.value ?? null,
    top5: top5?.value ?? null,
    loss: loss?.value ?? null,
    intervals: { top1: toRange(top1), top5: toRange(top5), loss: toRange(loss) },
    perClass: perClass.map(({ index, support, precision, recall, f1 }) => {
      return { class: itemAt(classNames, index), support, precision, recall, f1 }
    }),
    macro,
    weighted,
    confusion: classNames.map((_, row) => [
      ...matrix.subarray(row * classNames.length, (row + 1) * classNames.length),
    ]),
    ...{ unknownClasses, unreadable, notes },
  }
}

function formatReport(report: EvaluateReport): string {
  const { protocol, data, models, images, intervals, perClass, macro, weighted, notes } = report
  const names = models.map(({ run, checkpoint }) => `${run}, ${checkpoint}`)
  const scores = [
    ['top-1', report.top1, intervals.top1, formatShare],
    ['top-5', report.top5, intervals.top5, formatShare],
    ['loss', report.loss, intervals.loss, formatLoss],
  ] as const
  const summary = formatTable(
    [{ title: 'score' }, { title: 'value', align: 'right' }, { title: '95% interval' }],
    scores.flatMap(([name, value, range, format]) =>
      value === null || range === null
        ? []
        : [[name, format(value), `${format(range[0])} to ${format(range[1])}`]],
    ),
  )
  const classes = formatTable(
    [
      { title: 'class' },
      ...['precision', 'recall', 'F1', 'pictures'].map((title) => ({
        title,
        align: 'right' as const,
      })),
    ],
    [
      ...perClass.map((one) => [one.class, ...formatScores(one), formatCount(one.support)]),
      ...(macro === null ? [] : [['mean', ...formatScores(macro), formatCount(images)]]),
      ...(weighted === null ? [] : [['weighted', ...formatScores(weighted), formatCount(images)]]),
    ],
  )
  return [
    `${protocol}\n${data}\n${names.map((name) => `${name}\n`).join('')}\n${summary}`,
    classes,
    formatConfused(report),
    notes.map((note) => `${note}\n`).join(''),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function formatConfused({ perClass, confusion }: EvaluateReport): string {
  const matrix = Uint32Array.from(confusion.flat())
  const pairs = listMostConfused(matrix, perClass.length, CONFUSED_PAIRS)
  if (pairs.length === 0) return ''
  return formatTable(
    [
      { title: 'most confused' },
      { title: 'taken for' },
      { title: 'pictures', align: 'right' },
      { title: 'of its class', align: 'right' },
    ],
    pairs.map(({ label, predicted, pictures, share }) => [
      itemAt(perClass, label).class,
      itemAt(perClass, predicted).class,
      formatCount(pictures),
      formatShare(share),
    ]),
  )
}

function formatScores({
  precision,
  recall,
  f1,
}: Record<keyof ClassMeans, number | null>): string[] {
  return [precision, recall, f1].map((value) => (value === null ? '-' : formatShare(value)))
}

const formatLoss = (value: number): string => value.toFixed(4)

function makeCsvFolder(path: string): string {
  try {
    mkdirSync(path, { recursive: true })
    return path
  } catch (error) {
    throw explainPathError(error, path)
  }
}

/** `summary.csv`, `classes.csv`, `confusion.csv` and `pictures.csv`. */
async function writeTables(
  folder: string,
  { summary, pictures, classNames }: Evaluation,
): Promise<void> {
  const classes = classNames.length
  const { counted, pictures: shown } = summary
  const tables: Record<string, NumberTable> = {
    'summary.csv': tabulateSummary({ ...summary, unknownClass: shown - counted }),
    'classes.csv': tabulateClasses(scoreClasses(pictures, classes), classNames, null),
    'confusion.csv': tabulateConfusion(countConfusion(pictures, classes), classNames),
    'pictures.csv': tabulatePictures(pictures, classNames),
  }
  for (const [name, { header, rows }] of Object.entries(tables)) {
    const cells = rows.map((row) => row.map((cell) => String(cell ?? '')))
    await writeOutputFile(join(folder, name), formatCsv([header, ...cells]))
  }
}
