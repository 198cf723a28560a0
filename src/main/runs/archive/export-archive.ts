import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { pack, type Pack } from 'tar-stream'
import { LabError } from '../../../shared/contract'
import { itemAt } from '../../../shared/present'
import { lockFolder } from '../../files/folder-lock'
import { toFolderName } from '../../files/folder-name'
import {
  CHUNK_BYTES,
  CONTENTS_FILE,
  RUN_FILE_NAME,
  cancelled,
  explainArchiveError,
  type ArchiveOptions,
  type Contents,
  type FileFacts,
} from './archive-format'

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
    // Forcing a gigabyte to the disk takes a while; it may have been cancelled meanwhile.
    if (signal.aborted) throw cancelled()
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined)
    throw signal.aborted ? cancelled() : explainArchiveError(error, `to write ${file}`)
  } finally {
    unlock()
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
