import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, mkdtemp, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { extract, type Extract, type Header } from 'tar-stream'
import { LabError } from '../../../shared/contract'
import { itemAt } from '../../../shared/present'
import { readRunFile } from '../../../shared/spec'
import { replaceFile, syncFolder } from '../../files/durable-files'
import { toFolderName } from '../../files/folder-name'
import { makeFolder } from '../../files/make-folder'
import { chooseRunName } from '../../files/run-names'
import {
  CHUNK_BYTES,
  CONTENTS_FILE,
  CONTENTS_SCHEMA,
  RUN_FILE_NAME,
  cancelled,
  explainArchiveError,
  type ArchiveOptions,
  type Contents,
  type FileFacts,
} from './archive-format'

/** Longest `archive.json` that is read. */
const MAX_CONTENTS_BYTES = 4_000_000

/** What a rename says where a folder with files is there already. */
const TAKEN = ['ENOTEMPTY', 'EEXIST']

/**
 * Makes a run from an archive, in a new folder under `runsFolder`; nothing that exists is overwritten, and
 * a name that a run there has gets a number.
 * Every name and every byte is checked before the run appears.
 * @returns the run's folder
 * @throws LabError `unreadable` for what is no whole archive of a run, `disk`, `cancelled`.
 */
export async function importRunArchive(
  file: string,
  runsFolder: string,
  { signal, onProgress }: ArchiveOptions,
): Promise<string> {
  try {
    makeFolder(runsFolder)
  } catch (error) {
    throw explainArchiveError(error, `to write into ${runsFolder}`)
  }
  const { size: total } = await stat(file).catch((error: unknown) => {
    throw explainArchiveError(error, `to read ${file}`)
  })
  // The list of runs passes over names with a dot.
  const staging = await mkdtemp(join(runsFolder, '.importing-'))
  try {
    const root = await unpack(file, staging, signal, (done) => onProgress(done, total))
    await nameRun(file, join(staging, 'run.json'), runsFolder)
    await syncFolder(staging)
    if (signal.aborted) throw cancelled()
    for (let number = 1; ; number++) {
      const folder = join(runsFolder, toFolderName(root) + (number === 1 ? '' : `-${number}`))
      if (existsSync(folder)) continue
      try {
        await rename(staging, folder)
        return folder
      } catch (error) {
        // Another import has taken the name since.
        if (!TAKEN.includes((error as NodeJS.ErrnoException).code ?? '')) throw error
      }
    }
  } catch (error) {
    await rm(staging, { recursive: true, force: true }).catch(() => undefined)
    throw signal.aborted
      ? cancelled()
      : explainArchiveError(error, `to import ${file} into ${runsFolder}`)
  }
}

/** Checks the run, and gives it another name where a run that is there has its own. */
async function nameRun(file: string, path: string, runsFolder: string): Promise<void> {
  const text = await readFile(path, 'utf8')
  const read = readRunFile(text)
  if ('fault' in read) throw noArchive(file, `a run.json that is ${read.fault}`)
  const name = await chooseRunName(runsFolder, read.run.name)
  if (name === read.run.name) return
  // All else stays as it came, also what a later version of the lab wrote.
  const run = { ...(JSON.parse(text) as object), name }
  await replaceFile(path, `${JSON.stringify(run, null, 2)}\n`)
}

/** @returns the name of the folder that all was in */
async function unpack(
  file: string,
  staging: string,
  signal: AbortSignal,
  onDone: (bytes: number) => void,
): Promise<string> {
  const archive = extract()
  const source = createReadStream(file, { highWaterMark: CHUNK_BYTES })
  archive.on('error', () => undefined)
  let done = 0
  void feed(source, archive, (bytes) => {
    if (signal.aborted) throw cancelled()
    onDone((done += bytes))
  })
  const files: Record<string, FileFacts> = {}
  let contents: Contents | null = null
  let root: string | null = null
  try {
    for await (const entry of archive) {
      const { header } = entry
      const name = checkEntry(file, header, root)
      if (name === null) {
        entry.resume()
        continue
      }
      root = itemAt(header.name.split('/'), 0)
      if (contents !== null) throw noArchive(file, `${header.name} after its end`)
      if (name === CONTENTS_FILE) contents = await readContents(file, entry, header.size)
      else {
        if (files[name] !== undefined) throw noArchive(file, `${header.name} twice`)
        files[name] = await writeEntry(entry, join(staging, name))
      }
    }
  } catch (error) {
    if (error instanceof LabError || (error as NodeJS.ErrnoException).syscall !== undefined) {
      throw error
    }
    throw noArchive(file, isCutOff(error) ? 'a truncated file' : 'a file of another kind')
  } finally {
    source.destroy()
  }
  if (contents === null) {
    if (done === 0) throw noArchive(file, 'an empty file')
    throw noArchive(file, root === null ? 'a file of another kind' : 'a truncated file')
  }
  checkContents(file, files, contents)
  return root ?? 'run'
}

/** What the reader says of a file that ends too early: in an entry the entry's stream says it. */
function isCutOff(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'STREAM_DESTROYED' || /unexpected end/i.test(message)
}

/** An error of the source ends the archive, and with it what reads its entries. */
async function feed(
  source: AsyncIterable<unknown>,
  archive: Extract,
  onBytes: (bytes: number) => void,
): Promise<void> {
  try {
    for await (const chunk of source) {
      onBytes((chunk as Buffer).length)
      if (archive.write(chunk)) continue
      await new Promise<void>((next) => {
        archive.once('drain', () => next())
        archive.once('close', () => next())
      })
      if (archive.destroyed) return
    }
    archive.end(null)
  } catch (error) {
    archive.destroy(error as Error)
  }
}

/** Where an entry belongs in the run; null for a folder. */
function checkEntry(file: string, header: Header, root: string | null): string | null {
  const parts = header.name.split('/')
  const first = itemAt(parts, 0)
  const name = parts.slice(1).join('/')
  const isNamed =
    first !== '' && first !== '.' && first !== '..' && (root === null || root === first)
  if (header.type === 'directory' && isNamed && /^(checkpoints\/?([\w-]+\/?)?)?$/.test(name))
    return null
  const isOwn = name === CONTENTS_FILE || RUN_FILE_NAME.test(name)
  if (header.type === 'file' && isNamed && isOwn) return name
  const shown = header.name.length > 80 ? `${header.name.slice(0, 79)}…` : header.name
  throw noArchive(
    file,
    `${header.type === 'file' ? '' : `a ${header.type} called `}${JSON.stringify(shown)} in it`,
  )
}

type Entry = AsyncIterable<unknown>

async function writeEntry(entry: Entry, path: string): Promise<FileFacts> {
  await mkdir(dirname(path), { recursive: true })
  const hash = createHash('sha256')
  const out = await open(path, 'wx')
  let bytes = 0
  try {
    for await (const chunk of entry) {
      hash.update(chunk as Buffer)
      bytes += (chunk as Buffer).length
      await out.write(chunk as Buffer)
    }
    await out.sync()
  } finally {
    await out.close()
  }
  return { bytes, sha256: hash.digest('hex') }
}

async function readContents(file: string, entry: Entry, size: number): Promise<Contents> {
  if (size > MAX_CONTENTS_BYTES) throw noArchive(file, `a list of ${size} bytes`)
  const chunks: Buffer[] = []
  for await (const chunk of entry) chunks.push(chunk as Buffer)
  try {
    return CONTENTS_SCHEMA.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')))
  } catch {
    throw noArchive(file, 'a damaged list of files')
  }
}

function checkContents(file: string, files: Record<string, FileFacts>, contents: Contents): void {
  const names = new Set([...Object.keys(files), ...Object.keys(contents.files)])
  for (const name of names) {
    const [came, listed] = [files[name], contents.files[name]]
    if (listed === undefined) throw noArchive(file, `${name}, which is not in its list`)
    if (came === undefined) throw noArchive(file, `no ${name}`)
    if (came.bytes !== listed.bytes || came.sha256 !== listed.sha256) {
      throw noArchive(file, `a damaged ${name}`)
    }
  }
  if (files['run.json'] === undefined) throw noArchive(file, 'no run.json')
}

function noArchive(file: string, got: string): LabError {
  return new LabError(
    'unreadable',
    `Expected a complete archive of a run in ${file}; got ${got}.`,
    'Export the run again and copy the file as it is.',
  )
}
