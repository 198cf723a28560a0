import { resolve } from 'node:path'
import type { StartCheck, StartSignals } from '../../shared/contract'
import type { TrainingSettings } from '../../shared/spec'
import { COMMAND_LINE_CALL_MS, checkStart } from '../engine/training'
import { formatTable, printJson, type Column, type Output } from './output'
import { withProgressBar } from './progress-bar'

/** Options of `vgg-lab check-start`. */
interface CheckStartOptions {
  readonly settings: TrainingSettings
  readonly json: boolean
  readonly signal: AbortSignal
}

/** `vgg-lab check-start <folder>`: signal and gradient by layer before training; nothing is written. */
export async function printStart(
  folder: string,
  { settings, json, signal }: CheckStartOptions,
  output: Output,
): Promise<void> {
  const check = await withProgressBar(output, { json, signal }, (work) =>
    checkStart({ dataFolder: resolve(folder), settings, callMs: COMMAND_LINE_CALL_MS }, work),
  )
  if (json) printJson(output, check)
  else output.out(formatCheck(check))
}

function formatCheck({ network, pictures, starts }: StartCheck): string {
  const chosen = starts.find(({ isChosen }) => isChosen)
  const all = starts.map(
    (start) =>
      `${start === chosen ? '*' : ' '} ${nameStart(start).padEnd(12)} ${start.judgement.padEnd(10)} ${start.verdict}`,
  )
  const table = chosen === undefined ? '' : `${nameStart(chosen)}:\n${formatLayers(chosen)}\n`
  return `${network}, ${pictures} training pictures, without dropout\n\n${table}${all.join('\n')}\n`
}

const nameStart = ({ initialisation }: StartSignals): string => initialisation ?? 'as chosen'

const COLUMNS: readonly Column[] = [
  { title: 'layer' },
  { title: 'before ReLU', align: 'right' },
  { title: 'output', align: 'right' },
  { title: 'gradient', align: 'right' },
  { title: 'weights', align: 'right' },
  { title: "weights' gradient", align: 'right' },
]

function formatLayers({ layers }: StartSignals): string {
  const number = (value: number | null): string => (value === null ? '' : value.toExponential(2))
  return formatTable(
    COLUMNS,
    layers.map(({ layer, preRelu, output, outputGradient, weight, weightGradient }) => [
      layer,
      ...[preRelu, output, outputGradient, weight, weightGradient].map(number),
    ]),
  )
}
