import { resolve } from 'node:path'
import type { RangeTest } from '../../shared/contract'
import { present } from '../../shared/present'
import type { TrainingSettings } from '../../shared/spec'
import { COMMAND_LINE_CALL_MS, findLearningRate } from '../engine/training'
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

/** `vgg-lab find-rate <folder>`: a learning-rate range test; nothing is written. */
export async function findRate(
  folder: string,
  { settings, json, signal }: FindRateOptions,
  output: Output,
): Promise<void> {
  const test = await withProgressBar(output, { json, signal }, (work) =>
    findLearningRate({ dataFolder: resolve(folder), settings, callMs: COMMAND_LINE_CALL_MS }, work),
  )
  if (json) printJson(output, test)
  else output.out(`${formatTest(test)}\n${describeTest(test)}\n`)
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

function describeTest({ suggested, isDiverged, points }: RangeTest): string {
  const last = present(points.at(-1)).learningRate
  const end = isDiverged ? `The loss diverged at ${last.toExponential(1)}.` : ''
  if (suggested === null) {
    return `The loss never fell: try another initialisation. ${end}`.trim()
  }
  return `Suggested, a tenth of the rate with the lowest loss: --lr ${suggested}. ${end}`.trim()
}
