import { resolve } from 'node:path'
import type { RangeTest } from '../../shared/contract'
import type { TrainingSettings } from '../../shared/spec'
import { COMMAND_LINE_CALL_MS, findLearningRate } from '../engine/training'
import { EXIT } from './exit-codes'
import { formatTable, printJson, type Output } from './output'
import { withProgressBar } from './progress-bar'

/** Options of `vgg-lab find-rate`. */
interface FindRateOptions {
  readonly settings: TrainingSettings
  readonly json: boolean
  readonly signal: AbortSignal
}

/** Updates between two rows of the table. */
const ROW_STEPS = 5
const BAR_CHARACTERS = 40

/**
 * `vgg-lab find-rate <folder>`: a learning-rate range test; nothing is written.
 * @returns the exit code: 0 with a suggestion, 1 without
 */
export async function findRate(
  folder: string,
  { settings, json, signal }: FindRateOptions,
  output: Output,
): Promise<number> {
  const test = await withProgressBar(output, { json, signal }, (work) =>
    findLearningRate({ dataFolder: resolve(folder), settings, callMs: COMMAND_LINE_CALL_MS }, work),
  )
  if (json) printJson(output, test)
  else output.out(`${formatTest(test)}\n${describeTest(test)}\n`)
  return test.suggested === null ? EXIT.failure : EXIT.done
}

function formatTest({ points }: RangeTest): string {
  const shown = points.filter((_, index) => index % ROW_STEPS === 0)
  const most = Math.max(...shown.map(({ smoothed }) => smoothed))
  return formatTable(
    [
      { title: 'learning rate', align: 'right' },
      { title: 'loss', align: 'right' },
      { title: 'smoothed', align: 'right' },
      { title: '' },
    ],
    shown.map(({ learningRate, loss, smoothed }) => [
      learningRate.toExponential(1),
      loss.toFixed(4),
      smoothed.toFixed(4),
      '#'.repeat(Math.round((smoothed / most) * BAR_CHARACTERS)),
    ]),
  )
}

function describeTest({ suggested, verdict }: RangeTest): string {
  return suggested === null ? verdict : `${verdict}\nSuggested: --lr ${suggested}`
}
