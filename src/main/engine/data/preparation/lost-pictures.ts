import { existsSync } from 'node:fs'
import { LabError } from '../../../../shared/contract'
import type { Dataset } from '../types'

/**
 * A picture is neither in the prepared cache nor can its file be had: the folder is gone, or the
 * right to read it. Unlike a file that is no picture it may come back, so it is not left out.
 */
export class LostPictures extends LabError {
  /** @param reason - why, in words that go on a sentence */
  constructor({ folder }: Pick<Dataset, 'folder'>, file: string, reason: string) {
    super(
      'not-found',
      `Expected ${file} in ${folder}, because it is not in the prepared cache; ${existsSync(folder) ? reason : 'the folder is gone'}.`,
      'Put it back, then start or continue the run again.',
    )
  }
}
