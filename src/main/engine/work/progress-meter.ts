import { LabError, type Progress } from '../../../shared/contract'
import { measurePace } from '../../../shared/measure-pace'

/** How long work reports its progress and is cancelled. */
export interface WorkOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

/** Least time between two reports, so that a quick loop does not flood a port. */
const REPORT_INTERVAL_MS = 100

/** Counts what is done and reports it. */
export interface ProgressMeter {
  /** @throws LabError `cancelled` when the caller gave up. */
  advance(by?: number): void
  /** Sends the last report, without waiting for the interval. */
  finish(): void
}

/** Progress of countable work, with rate and ETA, at 10 Hz at most. */
export function createProgressMeter(
  label: string,
  total: number | null,
  options: WorkOptions,
): ProgressMeter {
  const start = performance.now()
  let done = 0
  let lastReport = -Infinity
  const report = (now: number): void => {
    lastReport = now
    options.onProgress?.({ label, done, total, ...measurePace(done, total, now - start) })
  }
  return {
    advance(by = 1) {
      throwIfCancelled(options.signal, label)
      done += by
      const now = performance.now()
      if (now - lastReport >= REPORT_INTERVAL_MS) report(now)
    },
    finish: () => report(performance.now()),
  }
}

/** @throws LabError `cancelled` when the signal is aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined, label: string): void {
  if (signal?.aborted) throw new LabError('cancelled', `${label}: cancelled.`)
}
