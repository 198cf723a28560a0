import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** What a folder has in place of a name that it does not have. */
export interface FoundSpelling {
  /** Absolute path of the same name in another Unicode spelling; null where there is none. */
  readonly path: string | null
  /** A name that differs in upper and lower case, to tell of; null where there is none. */
  readonly otherCase: string | null
}

/** The names in a folder, as the disk has them, by their composed form and by that in lower case. */
interface FolderNames {
  readonly composed: ReadonlyMap<string, string>
  readonly folded: ReadonlyMap<string, string>
}

const NOTHING: FoundSpelling = { path: null, otherCase: null }

/**
 * Finds files that are named in another Unicode form than the disk has them: a list that was written on
 * Linux names `café` as NFC, a folder that came from a Mac may hold it as NFD. Each folder is read once.
 */
export class SpellingFinder {
  readonly #folders = new Map<string, Promise<FolderNames | null>>()

  /** @param path - absolute, of something that is not there as it is spelt */
  async find(path: string): Promise<FoundSpelling> {
    const folder = await this.#findFolder(dirname(path))
    if (folder === null) return NOTHING
    const names = await this.#list(folder)
    const wanted = basename(path).normalize('NFC')
    const same = names?.composed.get(wanted)
    if (same !== undefined) return { path: join(folder, same), otherCase: null }
    return { path: null, otherCase: names?.folded.get(wanted.toLowerCase()) ?? null }
  }

  /** The folder as the disk spells it. */
  async #findFolder(path: string): Promise<string | null> {
    if ((await this.#list(path)) !== null) return path
    return dirname(path) === path ? null : (await this.find(path)).path
  }

  async #list(folder: string): Promise<FolderNames | null> {
    const known = this.#folders.get(folder)
    if (known !== undefined) return known
    const listed = readdir(folder).then(indexNames, () => null)
    this.#folders.set(folder, listed)
    return listed
  }
}

function indexNames(names: readonly string[]): FolderNames {
  const composed = new Map(names.map((name) => [name.normalize('NFC'), name]))
  const folded = new Map([...composed].map(([key, name]) => [key.toLowerCase(), name]))
  return { composed, folded }
}
