import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { LabError } from '../../shared/contract'
import { readRunFile, type RunLabels } from '../../shared/spec'
import { replaceFile } from '../files/durable-files'
import { writeLabels } from './run-labels'
import { isFolderLocked, lockFolder } from '../files/folder-lock'
import { describeFileError } from '../files/disk-errors'
import { listRunNames } from '../files/run-names'

/** Changes what a person may change of a run on disk: its name, its labels, whether it is there. */
export class RunKeeper {
  readonly #runsFolder: string
  readonly #moveToTrash: (path: string) => Promise<void>

  /**
   * @param runsFolder - holds one folder for each run; nothing outside it is touched
   * @param moveToTrash - the system's trash
   */
  constructor(runsFolder: string, moveToTrash: (path: string) => Promise<void>) {
    this.#runsFolder = runsFolder
    this.#moveToTrash = moveToTrash
  }

  /**
   * Gives a run another name; its folder stays, since others may name it.
   * @throws LabError `busy` while the run trains: its `run.json` is the engine's then; `bad-input` for
   *   the name of another run.
   */
  async rename(folder: string, name: string): Promise<void> {
    const path = this.#requireOwn(folder)
    const unlock = lockFolder(path)
    try {
      const file = join(path, 'run.json')
      const text = await readFile(file, 'utf8')
      const read = readRunFile(text)
      if ('fault' in read) {
        throw new LabError('unreadable', `Expected a run in ${path}; got ${read.fault}.`)
      }
      if ((await listRunNames(this.#runsFolder, path)).has(name)) {
        throw new LabError(
          'bad-input',
          `Expected a name that no other run has; there is a run called ${name}.`,
          'Choose another name.',
        )
      }
      // The file as it is, not as this version reads it: what a later version wrote stays.
      const run = { ...(JSON.parse(text) as object), name }
      await replaceFile(file, `${JSON.stringify(run, null, 2)}\n`)
    } catch (error) {
      throw explain(error, `to rename the run in ${path}`)
    } finally {
      unlock()
    }
  }

  /** Sets a run's group, tags and note, also while it trains. */
  async label(folder: string, labels: RunLabels): Promise<void> {
    const path = this.#requireOwn(folder)
    try {
      await writeLabels(path, { ...labels, tags: [...new Set(labels.tags)] })
    } catch (error) {
      throw explain(error, `to write labels.json in ${path}`)
    }
  }

  /**
   * Moves a run to the system's trash.
   * @throws LabError `busy` while the run trains, `disk` where there is no trash.
   */
  async trash(folder: string): Promise<void> {
    const path = this.#requireOwn(folder)
    if (isFolderLocked(path)) {
      throw new LabError(
        'busy',
        `Expected a run that is not in training; ${path} is.`,
        'Stop it first.',
      )
    }
    try {
      await this.#moveToTrash(path)
    } catch (error) {
      throw explain(error, `to move ${path} to the trash`)
    }
  }

  #requireOwn(folder: string): string {
    const path = resolve(folder)
    if (dirname(path) === resolve(this.#runsFolder)) return path
    throw new LabError(
      'bad-input',
      `Expected a run folder in ${this.#runsFolder}; got ${path}.`,
      'Refresh the list of runs.',
    )
  }
}

function explain(error: unknown, what: string): LabError {
  if (error instanceof LabError) return error
  return new LabError(
    'disk',
    `Expected ${what}; got ${describeFileError(error)}.`,
    'Check in the file manager that the folder exists and is writable.',
  )
}
