import { readFile, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** The number that was added to a name: "digits (2)". */
const NUMBER = / \(\d+\)$/

/**
 * The names of the runs in a folder; of one that cannot be read there is none.
 * @param except - folder of a run that is left out
 */
export async function listRunNames(runsFolder: string, except?: string): Promise<Set<string>> {
  const folders = await readdir(runsFolder).catch((): string[] => [])
  const others = folders
    // A run that is being imported is none yet.
    .filter((folder) => !folder.startsWith('.'))
    .map((folder) => resolve(runsFolder, folder))
    .filter((folder) => except === undefined || folder !== resolve(except))
  const names = await Promise.all(others.map(readName))
  return new Set(names.flatMap((name) => (name === null ? [] : [name])))
}

/** A name that no run of the folder has: the one that is wanted, or "digits (2)" where it is taken. */
export async function chooseRunName(runsFolder: string, wanted: string): Promise<string> {
  const taken = await listRunNames(runsFolder)
  if (!taken.has(wanted)) return wanted
  const stem = wanted.replace(NUMBER, '')
  for (let number = 2; ; number++) {
    const name = `${stem} (${number})`
    if (!taken.has(name)) return name
  }
}

async function readName(folder: string): Promise<string | null> {
  try {
    const { name } = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as {
      name?: unknown
    }
    return typeof name === 'string' ? name : null
  } catch {
    return null
  }
}
