import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, truncate } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Pass } from '../../../shared/evaluation/protocol'
import { syncFolder } from '../../files/durable-files'
import { crc32c } from '../formats/tf-record'
import { AppendFile } from '../runs/append-file'

const FORMAT = 'vgg-lab-pass'
/** Another way of showing pictures gets another number: what was kept is computed again. */
const VERSION = 1
const NEWLINE = 10
/** Length and checksum of a record's body. */
const FRAME_BYTES = 8
/** Name's length; the file's bytes and time; the picture's size. */
const FACT_BYTES = 2 + 8 + 8 + 4 + 4
const FLOAT_BYTES = 4
/** A crash of the machine loses at most so much work; one of the process loses nothing. */
const SYNC_INTERVAL_MS = 5000

/** A file as it was when it was shown, with what came out. */
export interface PassRecord {
  readonly bytes: number
  readonly modifiedMs: number
  /** Size of the file's picture, in pixels. */
  readonly width: number
  readonly height: number
  /** `[K]`, averaged over the pass's views. */
  readonly probabilities: Float32Array
}

/** What is asked of a network: the soft-max outputs of a pass, or a layer's units in their place. */
export interface ShownPass extends Pass {
  /** Left out, the soft-max. */
  readonly layer?: string
}

/** What a store is of: it holds for these alone. */
export interface PassIdentity {
  /** Absolute path of the folder that the pictures' names are relative to. */
  readonly folder: string
  /** Of the checkpoint's file: size and time. */
  readonly weights: string
  /** Numbers of a record, K. */
  readonly classes: number
  /** Arithmetic of the network. */
  readonly precision: string
}

/** Where the store of a pass lies in a run's folder. */
export function findPassStore(
  runFolder: string,
  checkpoint: string,
  { kind, scale, flip, layer }: ShownPass,
  { folder }: PassIdentity,
): string {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 8)
  const what = layer === undefined ? kind : `${kind}-${layer}`
  const name = `${what}-${scale}${flip ? '-flip' : ''}-${hash}.pass`
  return join(runFolder, EVALUATIONS, 'passes', checkpoint, name)
}

/** Folder of a run's evaluations. */
export const EVALUATIONS = 'evaluations'

/**
 * The soft-max outputs of one network for one way of showing pictures, a record a picture. It is only
 * appended to, so an evaluation that is cut off at any byte goes on from there; a picture that was changed
 * gets another record, and the later one counts.
 */
export class PassStore {
  readonly #path: string
  readonly #identity: PassIdentity
  readonly #records: Map<string, PassRecord>
  #file: AppendFile | null = null
  #isReplaced: boolean
  #goodBytes: number
  #syncedMs = 0

  private constructor(path: string, identity: PassIdentity, found: StoreContent | null) {
    this.#path = path
    this.#identity = identity
    this.#records = found?.records ?? new Map<string, PassRecord>()
    this.#goodBytes = found?.goodBytes ?? 0
    this.#isReplaced = found === null
  }

  /**
   * Reads what there is. A store of other weights or another folder is started over with the first record,
   * and what a crash cut off, or no longer has its checksum, is dropped with all behind it.
   */
  static async open(path: string, identity: PassIdentity): Promise<PassStore> {
    const bytes = await readFile(path).catch(() => null)
    return new PassStore(path, identity, bytes && parseStore(bytes, identity))
  }

  /** The record of a file as it is now; null where there is none. */
  find(picture: {
    readonly file: string
    readonly bytes: number
    readonly modifiedMs: number
  }): PassRecord | null {
    const record = this.#records.get(picture.file)
    if (record?.bytes !== picture.bytes || record.modifiedMs !== picture.modifiedMs) return null
    return record
  }

  /** Bytes of its records, for who keeps some in memory. */
  get memoryBytes(): number {
    return this.#records.size * (this.#identity.classes * FLOAT_BYTES + 400)
  }

  /** Appends records; what was appended outlives the process. */
  async append(records: readonly { readonly file: string; readonly record: PassRecord }[]) {
    if (records.length === 0) return
    this.#file ??= await this.#openFile()
    const bodies = records.map(({ file, record }) => formatRecord(file, record))
    await this.#file.append(Buffer.concat(bodies))
    for (const { file, record } of records) this.#records.set(file, record)
    if (performance.now() - this.#syncedMs < SYNC_INTERVAL_MS) return
    await this.#file.sync()
    this.#syncedMs = performance.now()
  }

  /** Forces what was appended to the disk, and ends the writing. */
  async close(): Promise<void> {
    const file = this.#file
    this.#file = null
    if (file === null) return
    try {
      await file.sync()
      this.#goodBytes = file.size
    } finally {
      await file.close()
    }
  }

  async #openFile(): Promise<AppendFile> {
    const folder = dirname(this.#path)
    await mkdir(folder, { recursive: true })
    if (this.#isReplaced) {
      const beside = `${this.#path}.tmp`
      await rm(beside, { force: true })
      const file = await open(beside, 'w')
      try {
        await file.writeFile(formatHeader(this.#identity))
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(beside, this.#path)
      await syncFolder(folder)
      this.#isReplaced = false
    } else {
      await truncate(this.#path, this.#goodBytes)
    }
    this.#syncedMs = performance.now()
    return AppendFile.open(this.#path)
  }
}

interface StoreContent {
  readonly records: Map<string, PassRecord>
  /** Bytes up to the end of the last record that is whole. */
  readonly goodBytes: number
}

function formatHeader(identity: PassIdentity): Buffer {
  return Buffer.from(`${JSON.stringify({ format: FORMAT, version: VERSION, ...identity })}\n`)
}

/** null for what is no store of that identity. */
function parseStore(bytes: Buffer, identity: PassIdentity): StoreContent | null {
  const end = bytes.indexOf(NEWLINE) + 1
  if (!bytes.subarray(0, end).equals(formatHeader(identity))) return null
  const records = new Map<string, PassRecord>()
  let at = end
  while (at + FRAME_BYTES <= bytes.length) {
    const length = bytes.readUInt32LE(at)
    const body = bytes.subarray(at + FRAME_BYTES, at + FRAME_BYTES + length)
    if (body.length < length || crc32c(body) !== bytes.readUInt32LE(at + 4)) break
    const parsed = parseRecord(body, identity.classes)
    if (parsed === null) break
    records.set(parsed.file, parsed.record)
    at += FRAME_BYTES + length
  }
  return { records, goodBytes: at }
}

function formatRecord(file: string, record: PassRecord): Buffer {
  const name = Buffer.from(file)
  const { probabilities, bytes, modifiedMs, width, height } = record
  const length = FACT_BYTES + name.length + probabilities.byteLength
  const buffer = Buffer.alloc(FRAME_BYTES + length)
  const body = buffer.subarray(FRAME_BYTES)
  body.writeUInt16LE(name.length, 0)
  body.writeDoubleLE(bytes, 2)
  body.writeDoubleLE(modifiedMs, 10)
  body.writeUInt32LE(width, 18)
  body.writeUInt32LE(height, 22)
  name.copy(body, FACT_BYTES)
  const { buffer: values, byteOffset, byteLength } = probabilities
  body.set(new Uint8Array(values, byteOffset, byteLength), FACT_BYTES + name.length)
  buffer.writeUInt32LE(length, 0)
  buffer.writeUInt32LE(crc32c(body), 4)
  return buffer
}

function parseRecord(body: Buffer, classes: number): { file: string; record: PassRecord } | null {
  if (body.length < FACT_BYTES) return null
  const start = FACT_BYTES + body.readUInt16LE(0)
  if (body.length !== start + classes * FLOAT_BYTES) return null
  const probabilities = new Float32Array(classes)
  new Uint8Array(probabilities.buffer).set(body.subarray(start))
  return {
    file: body.toString('utf8', FACT_BYTES, start),
    record: {
      bytes: body.readDoubleLE(2),
      modifiedMs: body.readDoubleLE(10),
      width: body.readUInt32LE(18),
      height: body.readUInt32LE(22),
      probabilities,
    },
  }
}
