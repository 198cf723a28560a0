import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { pack, type Pack } from 'tar-stream'
import { itemAt } from '../../../shared/present'
import {
  CHUNK_BYTES,
  CONTENTS_FILE,
  cancelled,
  explainArchiveError,
  type ArchiveOptions,
  type Contents,
  type FileFacts,
} from './archive-format'

/** A file for an archive: one that is there, or what is written into it. */
export interface ArchiveMember {
  /** With forward slashes, below the archive's folder. */
  readonly name: string
  readonly content: { readonly path: string } | { readonly bytes: Uint8Array }
}

/**
 * Writes files into one tar file, which is there only when it is whole. A tar of floats is as small as
 * a compressed one, and every system opens it.
 * @param root - name of the folder that all lie in
 * @throws LabError `disk` when it cannot be read or written, `cancelled`.
 */
export async function writeArchive(
  file: string,
  root: string,
  members: readonly ArchiveMember[],
  { signal, onProgress }: ArchiveOptions,
): Promise<void> {
  const beside = `${file}.part`
  try {
    const sizes = await Promise.all(members.map(measureMember))
    const total = sizes.reduce((sum, size) => sum + size, 0)
    const archive = pack()
    // Its error reaches those who write to it and read from it.
    archive.on('error', () => undefined)
    let done = 0
    const fill = async (): Promise<void> => {
      const files: Record<string, FileFacts> = {}
      for (const [index, { name, content }] of members.entries()) {
        const header = { name: `${root}/${name}`, size: itemAt(sizes, index) }
        files[name] = await addMember(archive, header, content, (bytes) => {
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
    // Forcing a gigabyte to the disk takes a while; it may have been cancelled meanwhile.
    if (signal.aborted) throw cancelled()
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined)
    throw signal.aborted ? cancelled() : explainArchiveError(error, `to write ${file}`)
  }
}

async function measureMember({ content }: ArchiveMember): Promise<number> {
  return 'bytes' in content ? content.bytes.length : (await stat(content.path)).size
}

async function addMember(
  archive: Pack,
  header: { name: string; size: number },
  content: ArchiveMember['content'],
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
  const chunks =
    'bytes' in content
      ? [Buffer.from(content.bytes)]
      : createReadStream(content.path, { highWaterMark: CHUNK_BYTES })
  for await (const chunk of chunks) {
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
