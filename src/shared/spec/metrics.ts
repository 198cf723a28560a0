/** Whether top-5 accuracy says anything: with five classes or fewer it is always 100%. */
export function isTopFiveUseful(classes: number): boolean {
  return classes > 5
}

/** Mean loss in nats and accuracies in 0..1. */
export interface Score {
  readonly loss: number
  readonly top1: number
  readonly top5: number
}

/** A line of `metrics.jsonl` for a step; the score is of the pictures since the line before. */
export interface StepMetrics {
  readonly kind: 'step'
  readonly step: number
  /** Epochs done, as a fraction. */
  readonly epoch: number
  /** Seconds of training since the run began. */
  readonly seconds: number
  readonly learningRate: number
  readonly train: Score
}

/** A line of `metrics.jsonl` for an epoch. */
export interface EpochMetrics {
  readonly kind: 'epoch'
  /** 1 for the first. */
  readonly epoch: number
  readonly step: number
  readonly seconds: number
  readonly learningRate: number
  /** Running mean over the epoch's steps, dropout and augmentation on. */
  readonly train: Score
  /** Validation: smallest side S, one centre crop, no flip, dropout off. */
  readonly validation: Score
  readonly imagesPerSecond: number
  /**
   * Share of the epoch's training, validation left out, that went by waiting for pictures, 0..1; of
   * an epoch that was gone on with, what was left of it. Not in runs of earlier versions.
   */
  readonly dataWaitShare?: number
  /** Best so far by validation top-1, then by loss. */
  readonly isBest: boolean
}

export type MetricsLine = StepMetrics | EpochMetrics

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
