import { LabError, type ErrorInfo } from '../../../shared/contract'
import type { TrainingControls } from './controls'
import { explainDiskError } from './files'

/** A folder that cannot be written to is tried again after so long, or at once on Resume. */
const RETRY_MS = 15_000

const HINT = `Free some space, or give the folder back: training goes on by itself within ${RETRY_MS / 1000} s, or at once with Resume. Finished checkpoints stay.`

/** What happens while nothing can be written. */
export interface HoldListener {
  /** At each try that failed. */
  onHeld(error: ErrorInfo): void
  /** When it could be written after all. */
  onFreed(): void
}

/**
 * Writes into a run folder. Where that cannot be done (a full disk, no permission, a folder that is gone),
 * the caller stands still until it can.
 */
export class PatientWriter {
  private held = false

  constructor(
    private readonly folder: string,
    private readonly controls: TrainingControls,
    private readonly listener: HoldListener,
  ) {}

  /** Whether a write waits. */
  get isHeld(): boolean {
    return this.held
  }

  /**
   * @param write - is called again after a failure of the disk, from its beginning
   * @throws StopRequest when a stop was asked for meanwhile
   */
  async write(write: () => Promise<void> | undefined): Promise<void> {
    for (;;) {
      try {
        await write()
        break
      } catch (error) {
        const explained = explainDiskError(error, this.folder)
        if (!(explained instanceof LabError) || explained.code !== 'disk') throw error
        this.held = true
        this.listener.onHeld({ code: 'disk', message: explained.message, hint: HINT })
        await this.controls.waitForResume(RETRY_MS)
      }
    }
    if (!this.held) return
    this.held = false
    this.listener.onFreed()
  }
}
