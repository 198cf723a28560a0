import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, mkdtemp, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { extract, pack, type Extract, type Header, type Pack } from 'tar-stream'
import { z } from 'zod'
import { LabError } from '../../shared/contract'
import { readRunFile } from '../../shared/spec'
import { syncFolder } from '../files/durable-files'
import { toFolderName } from '../files/folder-name'
import { lockFolder } from '../files/folder-lock'
import { itemAt } from '../../shared/present'

/** The last file of an archive: what must be in it. Without it the archive was cut off. */
const CONTENTS_FILE = 'archive.json'
const MAX_CONTENTS_BYTES = 4_000_000
const CHUNK_BYTES = 1 << 20

/**
 * All that a run consists of (docs/run-folder.md), except what is rebuilt from a checkpoint and
 * pictures (`inspect`); nothing else goes into an archive or comes out of one.
 */
const RUN_FILE_NAME =
  /^(run\.json|metrics\.jsonl|layers\.jsonl|split\.json|labels\.json|best|events\.out\.tfevents\.[\w.-]{1,100}|checkpoints\/(epoch|step)-\d{1,12}\/(model\.safetensors|optimizer\.safetensors|state\.json))$/

const CONTENTS_SCHEMA = z.object({
  version: z.literal(1),
  files: z.record(z.string(), z.object({ bytes: z.int().min(0), sha256: z.string() })),
})
type Contents = z.infer<typeof CONTENTS_SCHEMA>
type FileFacts = Contents['files'][string]

/** How an export or import is followed and ended. */
export interface ArchiveOptions {
  readonly signal: AbortSignal
  /** Bytes so far, of all. */
  readonly onProgress: (done: number, total: number) => void
}

/**
 * Writes a run into one tar file, which is there only when it is whole. A tar of floats is as small as
 * a compressed one, and every system opens it.
 * @throws LabError `busy` while the run trains, `disk` when it cannot be read or written, `cancelled`.
 */
export async function exportRunArchive(
  runFolder: string,
  file: string,
  { signal, onProgress }: ArchiveOptions,
): Promise<void> {
  const folder = resolve(runFolder)
  // Nobody may train it meanwhile: its parts would be of different steps.
  const unlock = lockFolder(folder)
  const beside = `${file}.part`
  try {
    const names = await listRunFiles(folder)
    const sizes = await Promise.all(
      names.map(async (name) => (await stat(join(folder, name))).size),
    )
    const total = sizes.reduce((sum, size) => sum + size, 0)
    const archive = pack()
    // Its error reaches those who write to it and read from it.
    archive.on('error', () => undefined)
    let done = 0
    const fill = async (): Promise<void> => {
      const root = toFolderName(basename(folder))
      const files: Record<string, FileFacts> = {}
      for (const [index, name] of names.entries()) {
        const size = itemAt(sizes, index)
        const header = { name: `${root}/${name}`, size }
        files[name] = await addFile(archive, header, join(folder, name), (bytes) => {
          if (signal.aborted) throw cancelled()
          onProgress((done += bytes), total)
        })
      }
      const contents: Contents = { version: 1, files }
      archive.entry({ name: `${root}/${CONTENTS_FILE}` }, JSON.stringify(contents))
      archive.finalize()
    }
    const write = async (): Promise<void> => {
      const out = await open(beside, 'w')
      try {
        for await (const block of archive) await out.write(block as Buffer)
        await out.sync()
      } finally {
        await out.close()
      }
    }
    const writing = write()
    const written = writing.then(
      () => null,
      (error: unknown) => error,
    )
    try {
      await fill()
    } catch (error) {
      archive.destroy(error as Error)
      // What ended the writing is the reason, where that came first.
      throw (await written) ?? error
    }
    await writing
    // Forcing a gigabyte to the disk takes a while, in which one may change one's mind.
    if (signal.aborted) throw cancelled()
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined)
    throw signal.aborted ? cancelled() : explain(error, `to write ${file}`)
  } finally {
    unlock()
  }
}

/** What a rename says where a folder with files is there already. */
const TAKEN = ['ENOTEMPTY', 'EEXIST']

/**
 * Makes a run of an archive under `runsFolder`, in a new folder: none that is there is touched. What is
 * in the archive is checked name by name and byte by byte before the run is there.
 * @returns the run's folder
 * @throws LabError `unreadable` for what is no whole archive of a run, `disk`, `cancelled`.
 */
export async function importRunArchive(
  file: string,
  runsFolder: string,
  { signal, onProgress }: ArchiveOptions,
): Promise<string> {
  await mkdir(runsFolder, { recursive: true }).catch((error: unknown) => {
    throw explain(error, `to write into ${runsFolder}`)
  })
  const { size: total } = await stat(file).catch((error: unknown) => {
    throw explain(error, `to read ${file}`)
  })
  // The list of runs passes over names with a dot.
  const staging = await mkdtemp(join(runsFolder, '.importing-'))
  try {
    const root = await unpack(file, staging, signal, (done) => onProgress(done, total))
    const read = readRunFile(await readFile(join(staging, 'run.json'), 'utf8'))
    if ('fault' in read) throw noArchive(file, `a run.json that is ${read.fault}`)
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
    throw signal.aborted ? cancelled() : explain(error, `to import ${file} into ${runsFolder}`)
  }
}

/** Names of a run's files that are whole, with forward slashes; `run.json` first. */
async function listRunFiles(folder: string): Promise<string[]> {
  const top = await readdir(folder)
  const checkpoints = await readdir(join(folder, 'checkpoints')).catch((): string[] => [])
  const inside = await Promise.all(
    checkpoints.map(async (name) =>
      (await readdir(join(folder, 'checkpoints', name)).catch((): string[] => [])).map(
        (file) => `checkpoints/${name}/${file}`,
      ),
    ),
  )
  const names = [...top, ...inside.flat()].filter((name) => RUN_FILE_NAME.test(name)).sort()
  if (!names.includes('run.json')) {
    throw new LabError('not-found', `Expected a run in ${folder}; there is no run.json.`)
  }
  return ['run.json', ...names.filter((name) => name !== 'run.json')]
}

async function addFile(
  archive: Pack,
  header: { name: string; size: number },
  path: string,
  onBytes: (bytes: number) => void,
): Promise<FileFacts> {
  const hash = createHash('sha256')
  let settle: (error?: Error | null) => void = () => undefined
  const written = new Promise<void>((done, fail) => {
    settle = (error) => (error ? fail(error) : done())
  })
  const entry = archive.entry(header, (error) => settle(error))
  written.catch(() => undefined)
  entry.on('error', settle)
  // A pack that is destroyed ends its entries without an error of their own.
  entry.on('close', () => settle(new Error('closed')))
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    const bytes = chunk as Buffer
    hash.update(bytes)
    onBytes(bytes.length)
    const mayGoOn = entry.write(bytes)
    if (!mayGoOn) {
      await Promise.race([written, new Promise<void>((next) => entry.once('drain', () => next()))])
    }
  }
  entry.end(null)
  await written
  return { bytes: header.size, sha256: hash.digest('hex') }
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
      root = header.name.split('/')[0] ?? ''
      if (contents !== null) throw noArchive(file, `${header.name} after its end`)
      if (name === CONTENTS_FILE) contents = await readContents(file, entry, header.size)
      else {
        if (files[name] !== undefined) throw noArchive(file, `${header.name} twice`)
        files[name] = await writeEntry(entry, join(staging, name))
      }
    }
  } catch (error) {
    if (error instanceof LabError || (error as NodeJS.ErrnoException).code !== undefined)
      throw error
    const isCut = /unexpected end/i.test(String(error))
    throw noArchive(file, isCut ? 'a truncated file' : 'a file of another kind')
  } finally {
    source.destroy()
  }
  if (contents === null) {
    throw noArchive(file, root === null ? 'a file of another kind' : 'a truncated file')
  }
  checkContents(file, files, contents)
  return root ?? 'run'
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
  const [first = '', ...rest] = header.name.split('/')
  const name = rest.join('/')
  const isNamed =
    first !== '' && first !== '.' && first !== '..' && (root === null || root === first)
  if (header.type === 'directory' && isNamed && /^(checkpoints\/?([\w-]+\/?)?)?$/.test(name))
    return null
  const isOwn = name === CONTENTS_FILE || RUN_FILE_NAME.test(name)
  if (header.type === 'file' && isNamed && isOwn) return name
  const told = header.name.length > 80 ? `${header.name.slice(0, 79)}…` : header.name
  throw noArchive(
    file,
    `${header.type === 'file' ? '' : `a ${header.type} called `}${JSON.stringify(told)} in it`,
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
    const [came, told] = [files[name], contents.files[name]]
    if (told === undefined) throw noArchive(file, `${name}, which is not in its list`)
    if (came === undefined) throw noArchive(file, `no ${name}`)
    if (came.bytes !== told.bytes || came.sha256 !== told.sha256) {
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

function cancelled(): LabError {
  return new LabError('cancelled', 'It was cancelled; nothing was changed.')
}

function explain(error: unknown, what: string): LabError {
  if (error instanceof LabError) return error
  const { code, message } = error as NodeJS.ErrnoException
  return new LabError(
    'disk',
    `Expected ${what}; got ${code ?? message.split('\n')[0] ?? 'an error'}.`,
    'Check the free space and the permissions, and try again.',
  )
}
