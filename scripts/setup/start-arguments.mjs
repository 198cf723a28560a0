// What `npm start -- ...` takes.
import path from 'node:path'
import { SetupError } from './errors.mjs'

export const START_HELP = `Usage: npm start [-- [<path>] [--tour <folder> [--docs]]]

Opens VGG Lab; sets up first what is missing.
  <path>            a folder of pictures, a list or a picture to open
  --tour <folder>   drives the lab through its main job and saves a picture of every view there
  --docs            with --tour: takes the pictures of docs/images again
  -h, --help        show this`

/**
 * @param {readonly string[]} args - without the interpreter and the script
 * @param {string} workingFolder - where the user stands: what a relative path is relative to
 * @returns {{ isHelp: boolean, path: string | null, tourFolder: string | null, isForDocs: boolean }}
 *   paths are absolute
 */
export function parseStartArguments(args, workingFolder) {
  /** @type {ReturnType<typeof parseStartArguments>} */
  const parsed = { isHelp: false, path: null, tourFolder: null, isForDocs: false }
  const rest = [...args]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--help' || word === '-h') parsed.isHelp = true
    else if (word === '--docs') parsed.isForDocs = true
    else if (word === '--tour') {
      const folder = rest.shift()
      if (folder === undefined || folder.startsWith('-')) {
        throw new SetupError(
          'the tour needs a folder for its pictures',
          'run `npm start -- --tour <folder>`',
        )
      }
      parsed.tourFolder = path.resolve(workingFolder, folder)
    } else if (word.startsWith('-')) {
      throw new SetupError(`unknown option ${word}`, 'see `npm start -- --help`')
    } else if (parsed.path === null) parsed.path = path.resolve(workingFolder, word)
    else throw new SetupError(`one path at most, got ${word} too`, 'see `npm start -- --help`')
  }
  if (parsed.isForDocs && parsed.tourFolder === null) {
    throw new SetupError('--docs goes with --tour', 'see `npm start -- --help`')
  }
  return parsed
}
