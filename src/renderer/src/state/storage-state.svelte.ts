import type { ClearedCache, StorageReport } from '../../../shared/contract'
import { callEngine } from '../lib/engine/bridge'
import { Question } from './question.svelte'

/** What the lab takes on the disk, and how the prepared pictures are removed. */
export class StorageState {
  readonly #report = new Question<StorageReport>()
  readonly #cleared = new Question<ClearedCache>()

  get report(): Question<StorageReport> {
    return this.#report
  }

  /** What the last clearing did; null before one. */
  get cleared(): Question<ClearedCache> {
    return this.#cleared
  }

  async measure(runsFolder: string): Promise<void> {
    await this.#report.ask((options) => callEngine('storage.measure', { runsFolder }, options))
  }

  /** Clears the cache and measures again. */
  async clearCache(runsFolder: string): Promise<void> {
    const cleared = await this.#cleared.ask((options) =>
      callEngine('storage.clearCache', {}, options),
    )
    if (cleared !== null) await this.measure(runsFolder)
  }

  /** Gives up measuring, and forgets what was cleared. */
  leave(): void {
    this.#report.cancel()
    this.#cleared.set(null)
  }
}
