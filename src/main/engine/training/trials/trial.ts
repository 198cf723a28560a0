import type { TrainingSettings } from '../../../../shared/spec'
import { reportDevice } from '../../tensorflow'
import { throwIfCancelled, type WorkOptions } from '../../work/progress-meter'
import { takeTurn } from '../../work/take-turn'
import { assemble, checkTraining, type Prepared } from '../start/prepare'
import { WINDOW_CALL_MS, measureMicroBatch } from '../steps/micro-batch'

/** What a trial is made with: a run's settings, without the run. */
export interface TrialRequest {
  readonly dataFolder: string
  readonly settings: TrainingSettings
  /** Milliseconds that a session call may take about; left out, as for a window. */
  readonly callMs?: number
}

/** What a run would begin with, and how its calls are cut. */
export interface Trial extends Prepared {
  /** Awaited between session calls; throws when the trial is cancelled. */
  readonly breathe: () => Promise<void>
  /** Pictures of one session call that take about {@link TrialRequest.callMs}. */
  readonly measureMicroBatch: (batchSize: number) => Promise<number>
}

/**
 * Prepares what a run would begin with, hands it to `work` and disposes it afterwards. Nothing is
 * written.
 * @param label - names the trial in its progress
 * @throws LabError as for a run; `cancelled`
 */
export async function runTrial<T>(
  label: string,
  { dataFolder, settings, callMs = WINDOW_CALL_MS }: TrialRequest,
  options: Required<WorkOptions>,
  work: (trial: Trial) => Promise<T>,
): Promise<T> {
  checkTraining(settings)
  const owned: { dispose(): void }[] = []
  const onMessage = (message: string): void => {
    throwIfCancelled(options.signal, message)
    options.onProgress({ label: message, done: 0, total: null, perSecond: null, etaSeconds: null })
  }
  const breathe = async (): Promise<void> => {
    await takeTurn()
    throwIfCancelled(options.signal, label)
  }
  try {
    const prepared = await assemble(
      { dataFolder, settings, name: label },
      { ...options, onMessage, own: (resource) => owned.push(resource) },
    )
    const { device, threads } = reportDevice()
    const measure = { wantedMs: callMs, threads: device === 'gpu' ? null : threads, pause: breathe }
    return await work({
      ...prepared,
      breathe,
      measureMicroBatch: (batchSize) => measureMicroBatch(prepared.network, batchSize, measure),
    })
  } finally {
    for (const resource of owned) resource.dispose()
  }
}
