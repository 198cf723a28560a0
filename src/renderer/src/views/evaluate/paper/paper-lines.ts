import type { EvaluationSummary } from '../../../../../shared/contract'
import {
  PAPER_ROWS,
  describeTrainingScale,
  findPaperRows,
  type PaperRow,
  type PaperTable,
} from '../../../../../shared/evaluation/paper-tables'
import type { ProtocolKind } from '../../../../../shared/evaluation/protocol'
import { numberColumn, type ExportTable } from '../../../lib/export/export-table'

/** A line of one of the paper's tables: the paper's own, or an evaluation of the person's. */
export interface PaperLine {
  /** "D", "D + E", "7 networks"; of an evaluation the names of its runs. */
  readonly networks: string
  /** Training scale S and test scales Q, or how it was tested, as the table's columns are. */
  readonly train: string
  readonly test: string
  readonly method: string
  /** Errors in percent; null where there is none. */
  readonly top1: number | null
  readonly top5: number | null
  readonly testTop5: number | null
  /** null for the paper's own. */
  readonly evaluation: EvaluationSummary | null
}

const METHODS: Readonly<Record<ProtocolKind, string>> = {
  center: 'centre crop',
  dense: 'dense',
  crops: 'multi-crop',
  both: 'multi-crop & dense',
}

/** What the paper calls its tables. */
export const TABLE_TITLES: Readonly<Record<PaperTable, string>> = {
  3: 'Table 3: a single test scale',
  4: 'Table 4: several test scales',
  5: 'Table 5: dense, multi-crop, and both',
  6: 'Table 6: several networks together',
}

/** The lines of a table, each followed by the evaluations that were made as it says; then the others of its kind. */
export function listPaperLines(
  table: PaperTable,
  evaluations: readonly EvaluationSummary[],
): readonly PaperLine[] {
  const matched = new Map<PaperRow, EvaluationSummary[]>()
  const others: EvaluationSummary[] = []
  for (const evaluation of evaluations) {
    if (!isOfKind(table, evaluation)) continue
    const { models, spec } = evaluation
    const row = findPaperRows(models, spec.protocol).find((own) => own.table === table)
    if (row === undefined) others.push(evaluation)
    else matched.set(row, [...(matched.get(row) ?? []), evaluation])
  }
  const rows = PAPER_ROWS.filter((row) => row.table === table)
  const order = (row: PaperRow): string => row.networks[0]?.configuration ?? ''
  const ordered =
    table === 3 || table === 4 ? [...rows].sort((a, b) => compareText(order(a), order(b))) : rows
  return [
    ...ordered.flatMap((row) => [describeRow(row), ...(matched.get(row) ?? []).map(describeOwn)]),
    ...others.map(describeOwn),
  ]
}

/** Whether an evaluation was made as the networks of a table were. */
function isOfKind(table: PaperTable, { models, spec }: EvaluationSummary): boolean {
  const { kind, scales } = spec.protocol
  if (kind === 'center') return false
  if (table === 6) return models.length > 1
  if (models.length > 1) return false
  if (table === 3) return kind === 'dense' && scales.length === 1
  if (table === 4) return kind === 'dense' && scales.length > 1
  return kind !== 'dense' || scales.length > 1
}

function describeRow({ networks, kind, top1, top5, testTop5 }: PaperRow): PaperLine {
  const [first] = networks
  return {
    networks:
      networks.length === 0
        ? '7 networks'
        : networks.map(({ configuration }) => configuration).join(' + '),
    train: first === undefined ? '' : describeTrainingScale(first.trainingScale),
    test: first === undefined ? '' : first.testScales.join(', '),
    method: METHODS[kind],
    top1,
    top5,
    testTop5,
    evaluation: null,
  }
}

function describeOwn(evaluation: EvaluationSummary): PaperLine {
  const { models, spec, top1, top5 } = evaluation
  const percent = (accuracy: { readonly value: number } | null): number | null =>
    accuracy === null ? null : 100 * (1 - accuracy.value)
  const scales = models.map(({ trainingScale }) => describeTrainingScale(trainingScale))
  return {
    networks: models
      .map(({ runName, configuration }) => `${runName} (${configuration})`)
      .join(' + '),
    train: [...new Set(scales)].join(' + '),
    test: spec.protocol.scales.join(', '),
    method: `${METHODS[spec.protocol.kind]}${spec.protocol.flip ? '' : ', no flip'}`,
    top1: percent(top1),
    top5: percent(top5),
    testTop5: null,
    evaluation,
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

/** A table as it leaves the lab. */
export function tabulatePaper(table: PaperTable, lines: readonly PaperLine[]): ExportTable {
  return {
    title: TABLE_TITLES[table],
    columns: [
      { name: 'of' },
      { name: 'networks' },
      { name: 'train S' },
      { name: 'test Q' },
      { name: 'method' },
      { name: 'pictures' },
      numberColumn('top-1 error (%)'),
      numberColumn('top-5 error (%)'),
      numberColumn('test top-5 error (%)'),
    ],
    rows: lines.map(({ networks, train, test, method, top1, top5, testTop5, evaluation }) => [
      evaluation === null ? 'paper' : 'own',
      networks,
      train,
      test,
      method,
      evaluation === null ? 'ILSVRC-2012 validation' : evaluation.dataWords,
      top1,
      top5,
      testTop5,
    ]),
  }
}
