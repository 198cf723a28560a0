import { checkNetworkEdit } from './network-edit'
import { defaultSettings, type MetricsLine, type RunFile } from './run-spec'

/** Name of a finished checkpoint's folder: `epoch-0007`. */
export function checkpointName(epoch: number): string {
  return `epoch-${String(epoch).padStart(4, '0')}`
}

/** Whether a folder under `checkpoints/` is a finished checkpoint, not one being written or removed. */
export function isCheckpointName(name: string): boolean {
  return /^epoch-\d{4,}$/.test(name)
}

/** The same of one inside an epoch, which only a run that goes on uses. */
export function isStepCheckpointName(name: string): boolean {
  return /^step-\d{7,}$/.test(name)
}

/**
 * Reads the text of `metrics.jsonl`. The file is only ever appended to: a line torn by a crash is
 * left out, and where a run went on from a checkpoint, the steps that came again replace the ones
 * that were lost.
 */
export function parseMetrics(text: string): MetricsLine[] {
  const lines: MetricsLine[] = []
  for (const row of text.split('\n')) appendMetrics(lines, row)
  return lines
}

/** Adds one row of `metrics.jsonl` to the lines before it, as {@link parseMetrics} reads them. */
export function appendMetrics(lines: MetricsLine[], row: string): void {
  const line = parseLine(row)
  if (line === null) return
  let last = lines[lines.length - 1]
  while (last !== undefined && comesAgain(line, last)) {
    lines.pop()
    last = lines[lines.length - 1]
  }
  lines.push(line)
}

/** An epoch's line follows the line of its last step, with the same step. */
function comesAgain(line: MetricsLine, before: MetricsLine): boolean {
  if (line.step < before.step) return true
  return line.step === before.step && !(line.kind === 'epoch' && before.kind === 'step')
}

function parseLine(row: string): MetricsLine | null {
  if (!row.startsWith('{') || !row.endsWith('}')) return null
  try {
    const line = JSON.parse(row) as Partial<MetricsLine>
    const isLine = (line.kind === 'step' || line.kind === 'epoch') && Number.isInteger(line.step)
    return isLine ? (line as MetricsLine) : null
  } catch {
    return null
  }
}

/**
 * Reads the text of `run.json`.
 * @returns the run, or what came in place of one that this version of the lab wrote
 */
export function readRunFile(text: string): { readonly run: RunFile } | { readonly fault: string } {
  if (text.trim() === '') return { fault: 'an empty file' }
  const run = parseWhole(text)
  if (run === null) return { fault: 'a file that is torn or of another version' }
  for (const { edit } of [run.network, run.settings]) {
    const fault = edit === undefined ? null : checkNetworkEdit(edit)
    if (fault !== null)
      return { fault: `a network that cannot be built: ${fault.replace(/\.$/, '')}` }
  }
  return { run }
}

/** {@link readRunFile} where the fault does not matter: null then. */
export function parseRunFile(text: string): RunFile | null {
  const read = readRunFile(text)
  return 'run' in read ? read.run : null
}

function parseWhole(text: string): RunFile | null {
  try {
    const run = JSON.parse(text) as Partial<RunFile> | null
    if (run?.version !== 1) return null
    const isWhole =
      typeof run.name === 'string' &&
      isObject(run.network) &&
      isObject(run.settings) &&
      isObject(run.preprocessing) &&
      Array.isArray(run.classNames) &&
      typeof run.dataFolder === 'string' &&
      typeof run.state === 'string'
    return isWhole ? completeSettings(run as RunFile) : null
  } catch {
    return null
  }
}

/** A run of an earlier version of the lab did what is now the default of a setting that it has not. */
function completeSettings(run: RunFile): RunFile {
  return { ...run, settings: { ...defaultSettings(run.settings.inputSize), ...run.settings } }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
