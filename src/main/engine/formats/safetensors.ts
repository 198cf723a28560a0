import { open, type FileHandle } from 'node:fs/promises'
import { LabError } from '../../../shared/contract'
import type { HostTensor, NamedTensors } from '../network/types'

/** A safetensors file in memory. */
export interface SafetensorsFile {
  readonly tensors: NamedTensors
  /** The header's `__metadata__`: text by name. */
  readonly metadata: Readonly<Record<string, string>>
}

/** Longest header that is read, as in the format's own implementation. */
const MAX_HEADER_BYTES = 100_000_000
const FLOAT_BYTES = 4
const LENGTH_BYTES = 8
/** Most bytes of one write call; Linux writes at most 2 GiB at once. */
const WRITE_BYTES = 64 * 1024 * 1024

interface Entry {
  readonly name: string
  readonly shape: readonly number[]
  readonly start: number
  readonly end: number
}

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
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (error) {
    throw new LabError(
      'not-found',
      `Expected a safetensors file at ${path}; it cannot be opened (${(error as NodeJS.ErrnoException).code ?? 'error'}).`,
      'Check the path and its permissions.',
    )
  }
  try {
    const { size } = await file.stat()
    const head = await readExactly(file, path, 0, Math.min(LENGTH_BYTES, size))
    if (head.length < LENGTH_BYTES) throw refuse(path, `is only ${size} bytes long`)
    const headerBytes = Number(head.readBigUInt64LE(0))
    if (headerBytes > MAX_HEADER_BYTES || headerBytes > size - LENGTH_BYTES) {
      throw refuse(path, `declares a header of ${headerBytes} bytes in a file of ${size}`)
    }
    const json = await readExactly(file, path, LENGTH_BYTES, headerBytes)
    const dataStart = LENGTH_BYTES + headerBytes
    const dataBytes = size - dataStart
    const { entries, metadata } = parseHeader(path, json.toString('utf8'), dataBytes)
    const data = await readExactly(file, path, dataStart, dataBytes)
    return { tensors: new Map(entries.map((entry) => [entry.name, view(entry, data)])), metadata }
  } finally {
    await file.close()
  }
}

/** Into a buffer of its own, so that float views are aligned. */
async function readExactly(
  file: FileHandle,
  path: string,
  position: number,
  length: number,
): Promise<Buffer> {
  const buffer = Buffer.from(new ArrayBuffer(length))
  let done = 0
  while (done < length) {
    const step = Math.min(WRITE_BYTES, length - done)
    const { bytesRead } = await file.read(buffer, done, step, position + done)
    if (bytesRead === 0) throw refuse(path, `ends after ${position + done} bytes`)
    done += bytesRead
  }
  return buffer
}

function view(entry: Entry, data: Buffer): HostTensor {
  const length = (entry.end - entry.start) / FLOAT_BYTES
  return {
    shape: entry.shape,
    data: new Float32Array(data.buffer, data.byteOffset + entry.start, length),
  }
}

/**
 * Reads and checks a safetensors header: every tensor is F32, its bytes are those of its shape, lie
 * inside the data and follow each other without a gap or an overlap.
 * @throws LabError with one line that says what is wrong.
 */
export function parseHeader(
  path: string,
  json: string,
  dataBytes: number,
): { entries: Entry[]; metadata: Record<string, string> } {
  let header: unknown
  try {
    header = JSON.parse(json)
  } catch {
    throw refuse(path, 'has a header that is not JSON')
  }
  if (!isRecord(header)) throw refuse(path, 'has a header that is not a JSON object')
  const entries: Entry[] = []
  let metadata: Record<string, string> = {}
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') metadata = checkMetadata(path, value)
    else entries.push(checkEntry(path, name, value))
  }
  entries.sort((a, b) => a.start - b.start || a.end - b.end)
  let position = 0
  for (const entry of entries) {
    if (entry.start < position) throw refuse(path, `has tensors that overlap at ${entry.name}`)
    if (entry.start > position) throw refuse(path, `has a gap before ${entry.name}`)
    position = entry.end
  }
  if (position !== dataBytes) {
    throw refuse(path, `holds ${dataBytes} bytes of data where its header tells ${position}`)
  }
  return { entries, metadata }
}

function checkMetadata(path: string, value: unknown): Record<string, string> {
  if (!isRecord(value) || Object.values(value).some((text) => typeof text !== 'string')) {
    throw refuse(path, 'has metadata that is not text by name')
  }
  return value as Record<string, string>
}

function checkEntry(path: string, name: string, value: unknown): Entry {
  const shown = JSON.stringify(name.slice(0, 60))
  if (!isRecord(value)) throw refuse(path, `describes ${shown} with something else than an object`)
  const { dtype, shape, data_offsets: offsets } = value
  if (dtype !== 'F32') {
    throw new LabError(
      'unsupported',
      `Expected float32 (F32) tensors in ${path}; ${shown} is ${JSON.stringify(dtype)}.`,
      'Convert the file to float32 first.',
    )
  }
  if (!isNaturals(shape)) throw refuse(path, `gives ${shown} a shape that is no list of sizes`)
  if (!isNaturals(offsets) || offsets.length !== 2) {
    throw refuse(path, `gives ${shown} offsets that are no pair of positions`)
  }
  const [start = 0, end = 0] = offsets
  const bytes = shape.reduce((product, size) => product * size, FLOAT_BYTES)
  if (end - start !== bytes) {
    throw refuse(path, `gives ${shown} ${end - start} bytes where its shape needs ${bytes}`)
  }
  return { name, shape, start, end }
}

function isNaturals(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refuse(path: string, what: string): LabError {
  return new LabError(
    'unreadable',
    `Expected a whole safetensors file; ${path} ${what}.`,
    'Copy or download the file again.',
  )
}
