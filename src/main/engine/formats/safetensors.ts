import { open, type FileHandle } from 'node:fs/promises'
import { LabError } from '../../../shared/contract'
import type { HostTensor, NamedTensors, WeightRows } from '../tensors/host-tensor'
import { parseHeader, refuse, type Entry, type Header } from './safetensors-header'
import { FLOAT_BYTES, decodeFloats, type FloatFormat, type StoredTensor } from './stored-tensor'
import { describeFileError } from '../../files/disk-errors'

/** A safetensors file in memory. */
export interface SafetensorsFile {
  readonly tensors: NamedTensors
  /** The header's `__metadata__`: text by name. */
  readonly metadata: Readonly<Record<string, string>>
}

/** Longest header that is read, as in the format's own implementation. */
const MAX_HEADER_BYTES = 100_000_000
const LENGTH_BYTES = 8
/** What is read at a time where a file is read in parts. */
const PART_BYTES = 16 * 1024 * 1024
/** Most bytes of one write call; Linux writes at most 2 GiB at once. */
const WRITE_BYTES = 64 * 1024 * 1024

/**
 * Writes tensors as float32 safetensors into an open file, from its start and without copying the
 * data. The header is padded so that the data begins on 8 bytes. Names are written in order.
 */
export async function writeSafetensors(
  file: FileHandle,
  tensors: NamedTensors,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let offset = 0
  for (const [name, tensor] of tensors) {
    const end = offset + tensor.data.byteLength
    header[name] = { dtype: 'F32', shape: tensor.shape, data_offsets: [offset, end] }
    offset = end
  }
  const json = Buffer.from(JSON.stringify(header), 'utf8')
  const padding = (LENGTH_BYTES - (json.length % LENGTH_BYTES)) % LENGTH_BYTES
  const head = Buffer.alloc(LENGTH_BYTES + json.length + padding, ' ')
  head.writeBigUInt64LE(BigInt(json.length + padding), 0)
  json.copy(head, LENGTH_BYTES)
  let position = await writeAt(file, head, 0)
  for (const { data } of tensors.values()) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    position = await writeAt(file, bytes, position)
  }
}

async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<number> {
  let done = 0
  while (done < bytes.length) {
    const length = Math.min(WRITE_BYTES, bytes.length - done)
    const { bytesWritten } = await file.write(bytes, done, length, position + done)
    done += bytesWritten
  }
  return position + done
}

/**
 * Reads a float32 safetensors file; the tensors are views on one buffer.
 * @throws LabError `not-found`, `unreadable`, or `unsupported` for another number format.
 */
export async function readSafetensors(path: string): Promise<SafetensorsFile> {
  return withFile(path, async (file) => {
    const { entries, metadata, dataStart, dataBytes } = await readHeader(file, path)
    const other = entries.find(({ dtype }) => dtype !== 'F32')
    if (other !== undefined) throw refuseFormat(path, other)
    const data = await readExactly(file, path, dataStart, dataBytes)
    return {
      tensors: new Map(entries.map((entry) => [entry.name, view(entry, data, 0)])),
      metadata,
    }
  })
}

/**
 * Reads a float32 safetensors file a part at a time, in the order of its bytes, each while the one before
 * is taken. A part is small tensors, or some rows of a large one. No more than two are in memory.
 * @param take - is given each part; its numbers hold until it returns
 * @param partBytes - of a part at most, unless one row is more
 * @returns the header's metadata
 * @throws LabError as {@link readSafetensors}, when part of the file may have been taken already
 */
export async function readRows(
  path: string,
  take: (part: readonly WeightRows[]) => void,
  partBytes = PART_BYTES,
): Promise<SafetensorsFile['metadata']> {
  return withFile(path, async (file) => {
    const { entries, metadata, dataStart } = await readHeader(file, path)
    const other = entries.find(({ dtype }) => dtype !== 'F32')
    if (other !== undefined) throw refuseFormat(path, other)
    const parts = groupRows(
      entries.flatMap((entry) => cutRows(entry, partBytes)),
      partBytes,
    )
    const largest = parts.reduce((most, { bytes }) => Math.max(most, bytes), 0)
    const buffers = [Buffer.alloc(largest), Buffer.alloc(largest)] as const
    const read = async (at: number): Promise<Buffer> => {
      const { start = 0, bytes = 0 } = parts[at] ?? {}
      const into = buffers[at % 2 === 0 ? 0 : 1].subarray(0, bytes)
      await readInto(file, path, into, dataStart + start)
      return into
    }
    let next = read(0)
    for (const [at, { start, rows }] of parts.entries()) {
      const data = await next
      next = read(at + 1)
      try {
        take(rows.map((entry) => ({ ...entry, rows: view(entry, data, start) })))
      } catch (error) {
        // The file must not be closed under a read.
        await next.catch(() => undefined)
        throw error
      }
    }
    await next
    return metadata
  })
}

/** Some rows of a tensor along its first axis. */
interface EntryRows extends Entry {
  readonly first: number
}

/** A tensor in pieces of whole rows, as few as there can be. */
function cutRows(entry: Entry, partBytes: number): EntryRows[] {
  const { shape, start, end } = entry
  const [count = 0, ...row] = shape
  if (count === 0 || end - start <= partBytes) return [{ ...entry, first: 0 }]
  const rowBytes = (end - start) / count
  const step = Math.max(1, Math.floor(partBytes / rowBytes))
  return Array.from({ length: Math.ceil(count / step) }, (_, at) => {
    const first = at * step
    const taken = Math.min(step, count - first)
    const from = start + first * rowBytes
    const place = { start: from, end: from + taken * rowBytes }
    return { ...entry, ...place, shape: [taken, ...row], first }
  })
}

/** What lies together in the file, and how much of it. */
interface Part {
  readonly start: number
  readonly bytes: number
  readonly rows: readonly EntryRows[]
}

/** Neighbours together, as many as there can be. */
function groupRows(pieces: readonly EntryRows[], partBytes: number): Part[] {
  const parts: { start: number; bytes: number; rows: EntryRows[] }[] = []
  for (const piece of pieces) {
    const last = parts[parts.length - 1]
    if (last !== undefined && piece.end - last.start <= partBytes) {
      last.rows.push(piece)
      last.bytes = piece.end - last.start
    } else parts.push({ start: piece.start, bytes: piece.end - piece.start, rows: [piece] })
  }
  return parts
}

/** A safetensors file of anybody's, of which only the header was read. */
export interface OpenSafetensors {
  /** In the order of their bytes. */
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Reads the header of a safetensors file of any number formats. A tensor is read, and turned into
 * float32, when it is asked for.
 * @throws LabError `not-found` or `unreadable`; a tensor that is not of floats `unsupported` when read.
 */
export async function openSafetensors(path: string): Promise<OpenSafetensors> {
  const { entries, metadata, dataStart } = await withFile(path, (file) => readHeader(file, path))
  const store = (entry: Entry): StoredTensor => ({
    name: entry.name,
    shape: entry.shape,
    isFloat: isFloat(entry.dtype),
    read: () =>
      withFile(path, async (file) => {
        if (!isFloat(entry.dtype)) throw refuseFormat(path, entry)
        const start = dataStart + entry.start
        return decodeFloats(
          await readExactly(file, path, start, entry.end - entry.start),
          entry.dtype,
        )
      }),
  })
  return { tensors: new Map(entries.map((entry) => [entry.name, store(entry)])), metadata }
}

async function withFile<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (error) {
    throw new LabError(
      'not-found',
      `Expected a safetensors file at ${path}; it cannot be opened: ${describeFileError(error)}.`,
      'Check the path and its permissions.',
    )
  }
  try {
    return await work(file)
  } finally {
    await file.close()
  }
}

interface PlacedHeader extends Header {
  /** Where the tensors' bytes begin, and how many there are. */
  readonly dataStart: number
  readonly dataBytes: number
}

async function readHeader(file: FileHandle, path: string): Promise<PlacedHeader> {
  const stats = await file.stat()
  if (!stats.isFile()) throw refuse(path, 'is not a file')
  const { size } = stats
  const head = await readExactly(file, path, 0, Math.min(LENGTH_BYTES, size))
  if (head.length < LENGTH_BYTES) throw refuse(path, `is only ${size} bytes long`)
  const headerBytes = Number(head.readBigUInt64LE(0))
  if (headerBytes > MAX_HEADER_BYTES || headerBytes > size - LENGTH_BYTES) {
    throw refuse(
      path,
      `is cut off or damaged: it declares a header of ${headerBytes} bytes in a file of ${size}`,
    )
  }
  const json = await readExactly(file, path, LENGTH_BYTES, headerBytes)
  const dataStart = LENGTH_BYTES + headerBytes
  const dataBytes = size - dataStart
  return { ...parseHeader(path, json.toString('utf8'), dataBytes), dataStart, dataBytes }
}

function isFloat(dtype: string): dtype is FloatFormat {
  return dtype in FLOAT_BYTES
}

function refuseFormat(path: string, { name, dtype }: Entry): LabError {
  return new LabError(
    'unsupported',
    `Expected float32 (F32) tensors in ${path}; ${JSON.stringify(name.slice(0, 60))} is ${JSON.stringify(dtype)}.`,
    'Convert the file to float32 first.',
  )
}

/** Into a buffer of its own, so that float views are aligned. */
async function readExactly(
  file: FileHandle,
  path: string,
  position: number,
  length: number,
): Promise<Buffer> {
  const buffer = Buffer.from(new ArrayBuffer(length))
  await readInto(file, path, buffer, position)
  return buffer
}

async function readInto(
  file: FileHandle,
  path: string,
  buffer: Buffer,
  position: number,
): Promise<void> {
  const { length } = buffer
  let done = 0
  while (done < length) {
    const step = Math.min(WRITE_BYTES, length - done)
    const { bytesRead } = await file.read(buffer, done, step, position + done)
    if (bytesRead === 0) throw refuse(path, `ends after ${position + done} bytes`)
    done += bytesRead
  }
}

/** @param from - where in the file's data `data` begins */
function view(entry: Entry, data: Buffer, from: number): HostTensor {
  const length = (entry.end - entry.start) / FLOAT_BYTES.F32
  return {
    shape: entry.shape,
    data: new Float32Array(data.buffer, data.byteOffset + entry.start - from, length),
  }
}
