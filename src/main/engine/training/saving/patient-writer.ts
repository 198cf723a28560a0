import { LabError } from '../../../../shared/contract'
import { explainDiskError } from '../../../files/disk-errors'
import { GOES_ON, type Hold } from '../hold'

const HINT = `Free some space, or restore the folder: ${GOES_ON}. Finished checkpoints are safe.`

/**
 * Writes into a run folder. Where that cannot be done (a full disk, no permission, a folder that is gone),
 * the caller waits until it can.
 */
export class PatientWriter {
  readonly #folder: string
  readonly #hold: Hold

  constructor(folder: string, hold: Hold) {
    this.#folder = folder
    this.#hold = hold
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
        const explained = explainDiskError(error, this.#folder)
        if (!(explained instanceof LabError) || explained.code !== 'disk') throw error
        const { message } = explained
        await this.#hold.wait(
          { code: 'disk', message, hint: HINT },
          'Paused: nothing can be written',
        )
      }
    }
    this.#hold.end()
  }
}
