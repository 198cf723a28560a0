import type { Evaluation, EvaluationSummary } from '../../../../shared/contract'
import type { CurveAreas } from '../../../../shared/evaluation/curves'
import { scoreClasses } from '../../../../shared/evaluation/per-class'
import {
  tabulateClasses,
  tabulatePictures,
  tabulateSummary,
  type NumberTable,
} from '../../../../shared/evaluation/tables'

/** The tables of an evaluation. */
interface EvaluationTables {
  readonly numbers: NumberTable
  readonly classes: NumberTable
  readonly pictures: NumberTable
}

/** "digits dense-256-384-flip-1a2b3c4d": what the files of an evaluation are called. */
export function nameEvaluation({ ref, models }: EvaluationSummary): string {
  return `${models.map(({ runName }) => runName).join('+')} ${ref.id}`
}

/** All numbers of an evaluation, as tables. */
export function tabulateEvaluation(
  { summary, pictures, classNames }: Evaluation,
  areas: CurveAreas | null,
): EvaluationTables {
  const unknownClass = summary.pictures - summary.counted
  return {
    numbers: tabulateSummary({ ...summary, unknownClass }),
    classes: tabulateClasses(scoreClasses(pictures, classNames.length), classNames, areas),
    pictures: tabulatePictures(pictures, classNames),
  }
}

/** All of it as one JSON document, each table as objects. */
export function encodeEvaluationJson(evaluation: Evaluation, areas: CurveAreas | null): Uint8Array {
  const { summary, unknownClasses, unreadable, notes } = evaluation
  const { numbers, classes, pictures } = tabulateEvaluation(evaluation, areas)
  const document = {
    ...summary,
    ...{ unknownClasses, unreadable, notes },
    tables: { numbers: list(numbers), classes: list(classes), pictures: list(pictures) },
  }
  return new TextEncoder().encode(`${JSON.stringify(document, null, 1)}\n`)
}

function list({ header, rows }: NumberTable): Record<string, unknown>[] {
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index]])))
}
