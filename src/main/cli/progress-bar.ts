import type { Progress, TrainingStatus } from '../../shared/contract'
import { summariseLayers, type LayersLine } from '../../shared/spec'
import { escapeLine } from '../../shared/visible-text'
import { formatSeconds, formatShare, type Output } from './output'

const BAR_CHARACTERS = 24
/** Without a terminal, a line at this interval shows that work goes on. */
const PLAIN_INTERVAL_MS = 10_000

/** One line at the foot of the terminal, drawn over itself; on standard error. */
export class ProgressBar {
  #isDrawn = false
  #lastPlainMs = Date.now()

  readonly #output: Output
  readonly #isQuiet: boolean

  constructor(output: Output, isQuiet: boolean) {
    this.#output = output
    this.#isQuiet = isQuiet
  }

  /** Draws a bar, or just the text where the share is not known. */
  show(text: string, share: number | null): void {
    if (this.#isQuiet) return
    if (!this.#output.isErrTty) {
      if (Date.now() - this.#lastPlainMs < PLAIN_INTERVAL_MS) return
      this.#lastPlainMs = Date.now()
      this.#output.err(`${text}\n`)
      return
    }
    const line = share === null ? text : `${drawBar(share)} ${text}`
    this.#output.redraw(escapeLine(line).slice(0, this.#output.columns - 1))
    this.#isDrawn = true
  }

  /** Takes the line away, so that something else can be printed. */
  clear(): void {
    if (!this.#isDrawn) return
    this.#output.redraw('')
    this.#isDrawn = false
  }
}

/**
 * Does long work under a bar that tells its progress, and takes the bar away afterwards.
 * @param options.json - prints nothing but the answer: no bar
 */
export async function withProgressBar<T>(
  output: Output,
  options: { readonly json: boolean; readonly signal: AbortSignal },
  work: (options: {
    readonly signal: AbortSignal
    readonly onProgress: (progress: Progress) => void
  }) => Promise<T>,
): Promise<T> {
  const bar = new ProgressBar(output, options.json)
  try {
    return await work({
      signal: options.signal,
      onProgress: (progress) => {
        const { text, share } = describeProgress(progress)
        bar.show(text, share)
      },
    })
  } finally {
    bar.clear()
  }
}

/** `[########----------------]` for a third. */
export function drawBar(share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * BAR_CHARACTERS)
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_CHARACTERS - filled)}]`
}

/** A long work's progress in words. */
export function describeProgress(progress: Progress): { text: string; share: number | null } {
  const { label, done, total, perSecond, etaSeconds } = progress
  const rate = perSecond === null ? '' : `, ${perSecond.toFixed(0)}/s`
  const eta = total === null ? '' : `, ETA ${formatSeconds(etaSeconds)}`
  const of = total === null ? '' : ` of ${total}`
  return {
    text: `${label}: ${done}${of}${rate}${eta}`,
    share: total === null || total === 0 ? null : done / total,
  }
}

/** What a training's line tells beside its status; null while it is not known. */
export interface TrainingNumbers {
  readonly loss: number | null
  readonly layers: LayersLine | null
}

/** A training's status in words. */
export function describeTraining(
  status: TrainingStatus,
  { loss, layers }: TrainingNumbers,
): { text: string; share: number | null } {
  if (status.phase === 'preparing') return { text: status.message, share: null }
  const done = status.step / Math.max(1, status.stepsPerEpoch * status.epochs)
  const rate =
    status.imagesPerSecond === null ? 'measuring' : `${status.imagesPerSecond.toFixed(1)} images/s`
  const parts = [
    `epoch ${status.epoch}/${status.epochs}`,
    status.phase === 'training' ? `step ${status.step}` : status.phase,
    rate,
    `ETA ${formatSeconds(status.etaSeconds)}`,
    ...(loss === null ? [] : [`loss ${loss.toFixed(3)}`]),
    ...(layers === null ? [] : describeLayers(layers)),
  ]
  return { text: parts.join(', '), share: done }
}

/** The median of the layers' update-to-weight ratios, and the dead channels. */
function describeLayers(line: LayersLine): string[] {
  const { ratio, dead } = summariseLayers(line)
  return [
    ...(ratio === null ? [] : [`update/weight ${ratio.toExponential(1)}`]),
    ...(dead === null ? [] : [`dead ${formatShare(dead)}`]),
  ]
}
