import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { extract, type Extract, type Header } from 'tar-stream'
import { LabError } from '../../../shared/contract'
import { itemAt } from '../../../shared/present'
import {
  CHUNK_BYTES,
  CONTENTS_FILE,
  CONTENTS_SCHEMA,
  cancelled,
  type ArchiveKind,
  type Contents,
  type FileFacts,
} from './archive-format'

/** Longest `archive.json` that is read. */
const MAX_CONTENTS_BYTES = 4_000_000

/**
 * Unpacks an archive into a folder that holds nothing yet. Every name, size and checksum is checked; what
 * was written until a fault is found stays, for the caller to remove.
 * @returns the name of the folder that all was in
 * @throws LabError `unreadable` for what is no whole archive of that kind, `cancelled`; an error of the disk
 *   as it is.
 */
export async function unpackArchive(
  kind: ArchiveKind,
  file: string,
  staging: string,
  {
    signal,
    onProgress,
  }: { readonly signal: AbortSignal; readonly onProgress: (doneBytes: number) => void },
): Promise<string> {
  const archive = extract()
  const source = createReadStream(file, { highWaterMark: CHUNK_BYTES })
  archive.on('error', () => undefined)
  let done = 0
  void feed(source, archive, (bytes) => {
    if (signal.aborted) throw cancelled()
    onProgress((done += bytes))
  })
  const files: Record<string, FileFacts> = {}
  let contents: Contents | null = null
  let root: string | null = null
  try {
    for await (const entry of archive) {
      const { header } = entry
      const name = checkEntry(kind, file, header, root)
      if (name === null) {
        entry.resume()
        continue
      }
      root = itemAt(header.name.split('/'), 0)
      if (contents !== null) throw refuseArchive(kind, file, `${header.name} after its end`)
      if (name === CONTENTS_FILE) contents = await readContents(kind, file, entry, header.size)
      else {
        if (files[name] !== undefined) throw refuseArchive(kind, file, `${header.name} twice`)
        files[name] = await writeEntry(entry, join(staging, name))
      }
    }
  } catch (error) {
    if (error instanceof LabError || (error as NodeJS.ErrnoException).syscall !== undefined) {
      throw error
    }
    throw refuseArchive(kind, file, isCutOff(error) ? 'a truncated file' : 'a file of another kind')
  } finally {
    source.destroy()
  }
  if (contents === null) {
    if (done === 0) throw refuseArchive(kind, file, 'an empty file')
    throw refuseArchive(kind, file, root === null ? 'a file of another kind' : 'a truncated file')
  }
  checkContents(kind, file, files, contents)
  return root ?? 'archive'
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

/** Where an entry belongs in the archive's folder; null for a folder. */
function checkEntry(
  kind: ArchiveKind,
  file: string,
  header: Header,
  root: string | null,
): string | null {
  const parts = header.name.split('/')
  const first = itemAt(parts, 0)
  const name = parts.slice(1).join('/')
  const isNamed =
    first !== '' && first !== '.' && first !== '..' && (root === null || root === first)
  if (header.type === 'directory' && isNamed && kind.folderName.test(name)) return null
  const isOwn = name === CONTENTS_FILE || kind.fileName.test(name)
  if (header.type === 'file' && isNamed && isOwn) return name
  const shown = header.name.length > 80 ? `${header.name.slice(0, 79)}…` : header.name
  throw refuseArchive(
    kind,
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

async function readContents(
  kind: ArchiveKind,
  file: string,
  entry: Entry,
  size: number,
): Promise<Contents> {
  if (size > MAX_CONTENTS_BYTES) throw refuseArchive(kind, file, `a list of ${size} bytes`)
  const chunks: Buffer[] = []
  for await (const chunk of entry) chunks.push(chunk as Buffer)
  try {
    return CONTENTS_SCHEMA.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')))
  } catch {
    throw refuseArchive(kind, file, 'a damaged list of files')
  }
}

function checkContents(
  kind: ArchiveKind,
  file: string,
  files: Record<string, FileFacts>,
  contents: Contents,
): void {
  const names = new Set([...Object.keys(files), ...Object.keys(contents.files)])
  for (const name of names) {
    const [came, listed] = [files[name], contents.files[name]]
    if (listed === undefined) throw refuseArchive(kind, file, `${name}, which is not in its list`)
    if (came === undefined) throw refuseArchive(kind, file, `no ${name}`)
    if (came.bytes !== listed.bytes || came.sha256 !== listed.sha256) {
      throw refuseArchive(kind, file, `a damaged ${name}`)
    }
  }
  if (files[kind.mainFile] === undefined) throw refuseArchive(kind, file, `no ${kind.mainFile}`)
}

/** The error of a file that is no whole archive of that kind. @param got - what came instead */
export function refuseArchive(kind: ArchiveKind, file: string, got: string): LabError {
  return new LabError(
    'unreadable',
    `Expected a complete ${kind.words} in ${file}; got ${got}.`,
    kind.hint,
  )
}
