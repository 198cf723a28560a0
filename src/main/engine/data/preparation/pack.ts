import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ColourSums } from './colour-statistics'
import { itemAt } from '../../../../shared/present'
import { lockFolder } from '../../../files/folder-lock'
import type { Dataset, DatasetFile } from '../types'
import { parseIndex, readIndexNumber, type PackEntry } from './pack-index'
import {
  PACK_FILE,
  findPackFolder,
  makeRoom,
  sumBytes,
  touchPack,
  type PictureCache,
} from './picture-cache'
import type { PictureOutcome, PictureReference, PackPlace } from './tasks'

/** What is written differently gets another number, and what was there is made again. */
const VERSION = 2
/** Room that is made ahead, so that it is not looked for with each picture. */
const ROOM_AHEAD_BYTES = 256e6

/**
 * The prepared pictures of a data folder at one size: decoded, rescaled to S, as raw RGB in the
 * cache. Kept by name, size and time of change, so that a changed file is prepared again.
 *
 * The engine's thread knows where each picture lies; reading and writing is the workers' affair
 * (`PackFiles`). One process at a time adds to a pack; others read what it held when they opened it.
 * Nothing that goes wrong here stops a training: what a pack can't give is decoded again.
 */
export class Pack {
  /** null where there is no cache to be had. */
  readonly folder: string | null
  readonly smallestSide: number
  readonly #cache: PictureCache | null
  readonly #entries = new Map<string, PackEntry>()
  readonly #unlock: (() => void) | null
  #bytes = 0
  #roomBytes = 0
  #isStoring: boolean

  constructor(cache: PictureCache | null, dataset: Dataset, smallestSide: number) {
    this.smallestSide = smallestSide
    this.#cache = cache
    const opened = cache === null ? null : openFolder(cache, dataset.source, smallestSide)
    this.folder = opened?.folder ?? null
    this.#unlock = opened?.unlock ?? null
    this.#isStoring = this.#unlock !== null
    if (cache === null || this.folder === null) return
    readEntries(this.folder, this.#entries)
    if (this.#isStoring) this.#dropIfStale(dataset, this.folder)
    this.#bytes = sumBytes(this.folder)
    this.#checkRoom()
  }

  /** Whether it takes more pictures. */
  get isStoring(): boolean {
    return this.#isStoring
  }

  /** Where the picture lies; null when it is not there as the file is now. */
  placeOf(file: DatasetFile): PackPlace | null {
    const entry = this.#entries.get(file.file)
    if (entry === undefined) return null
    return isOf(entry, file) ? entry.place : null
  }

  /** Whether it holds another state of the file than the given one. */
  isOutdated(file: DatasetFile): boolean {
    const entry = this.#entries.get(file.file)
    return entry !== undefined && !isOf(entry, file)
  }

  /** Takes in what a worker did. */
  note(pictures: readonly PictureReference[], outcome: PictureOutcome): void {
    for (const at of outcome.damaged) this.#entries.delete(itemAt(pictures, at).name)
    for (const { picture, place } of outcome.stored) {
      const { name, bytes, modifiedMs } = itemAt(pictures, picture)
      this.#entries.set(name, { name, bytes, modifiedMs, place, preparedMs: 0 })
      this.#bytes += place.width * place.height * 3
    }
    if (outcome.storeFault !== null) this.#isStoring = false
    this.#checkRoom()
  }

  /** Sums of colours that were measured over a list of pictures; null when they were not. */
  readColours(key: string): ColourSums | null {
    return this.folder === null ? null : readColours(this.folder, key)
  }

  keepColours(key: string, { pixels, sums, products }: ColourSums): void {
    if (this.folder === null || this.#unlock === null) return
    const text = JSON.stringify({ pixels, sums: [...sums], products: [...products] })
    try {
      writeFileSync(join(this.folder, nameColours(key)), `${text}\n`)
    } catch {
      // They are measured again next time.
    }
  }

  close(): void {
    this.#isStoring = false
    this.#unlock?.()
  }

  #checkRoom(): void {
    if (!this.#isStoring || this.#cache === null || this.folder === null) return
    if (this.#bytes < this.#roomBytes) return
    try {
      this.#roomBytes = makeRoom(this.#cache, this.folder, this.#bytes + ROOM_AHEAD_BYTES)
    } catch {
      this.#roomBytes = 0
    }
    if (this.#bytes >= this.#roomBytes) this.#isStoring = false
  }

  /** A pack that mostly holds what the folder no longer has is rebuilt. */
  #dropIfStale(dataset: Dataset, folder: string): void {
    const bytes = sumBytes(folder)
    let usedBytes = 0
    for (const file of dataset.files) {
      const place = this.placeOf(file)
      if (place !== null) usedBytes += place.width * place.height * 3
    }
    if (usedBytes >= bytes / 2) return
    this.#entries.clear()
    for (const name of readdirSync(folder)) {
      if (/^(pictures|index|colours)-/.test(name)) rmSync(join(folder, name), { force: true })
    }
  }
}

/** What a pack holds, by the files' names, without opening it. */
export function readPack(
  cache: PictureCache | null,
  source: string,
  smallestSide: number,
): ReadonlyMap<string, PackEntry> {
  const entries = new Map<string, PackEntry>()
  if (cache === null) return entries
  const folder = findPackFolder(cache, source, smallestSide)
  if (readLabel(folder) === formatLabel(source, smallestSide)) readEntries(folder, entries)
  return entries
}

function isOf(entry: PackEntry, file: DatasetFile): boolean {
  return entry.bytes === file.bytes && entry.modifiedMs === file.modifiedMs
}

/** A name for a list of pictures as they are now, under which their colours are kept. */
export function namePictures(dataset: Dataset, ids: readonly number[]): string {
  const hash = createHash('sha256')
  for (const id of ids) {
    const { file, bytes, modifiedMs } = itemAt(dataset.files, id, 'pictures')
    hash.update(`${file}\n${bytes} ${modifiedMs}\n`)
  }
  return hash.digest('hex').slice(0, 24)
}

/** {@link Pack.readColours} of a pack that need not be opened, nor be there. */
export function findKeptColours(
  cache: PictureCache | null,
  dataset: Dataset,
  ids: readonly number[],
  smallestSide: number,
): ColourSums | null {
  if (cache === null) return null
  const { source } = dataset
  const folder = findPackFolder(cache, source, smallestSide)
  if (readLabel(folder) !== formatLabel(source, smallestSide)) return null
  return readColours(folder, namePictures(dataset, ids))
}

function readColours(folder: string, key: string): ColourSums | null {
  try {
    const text = readFileSync(join(folder, nameColours(key)), 'utf8')
    const { pixels, sums, products } = JSON.parse(text) as Record<keyof ColourSums, unknown>
    const isNumbers = (value: unknown, length: number): value is number[] =>
      Array.isArray(value) && value.length === length && value.every(Number.isFinite)
    if (typeof pixels !== 'number' || !isNumbers(sums, 3) || !isNumbers(products, 6)) return null
    return { pixels, sums: Float64Array.from(sums), products: Float64Array.from(products) }
  } catch {
    return null
  }
}

function nameColours(key: string): string {
  return `colours-${key}.json`
}

/** The pack's folder, made where there is none; without `unlock` where another process adds to it. */
function openFolder(
  cache: PictureCache,
  source: string,
  smallestSide: number,
): { folder: string; unlock: (() => void) | null } | null {
  const folder = findPackFolder(cache, source, smallestSide)
  const label = formatLabel(source, smallestSide)
  try {
    mkdirSync(folder, { recursive: true })
    let unlock: (() => void) | null = null
    try {
      unlock = lockFolder(folder)
    } catch {
      return readLabel(folder) === label ? { folder, unlock: null } : null
    }
    if (readLabel(folder) !== label) {
      for (const name of readdirSync(folder)) {
        if (name !== 'lock') rmSync(join(folder, name), { recursive: true, force: true })
      }
      writeFileSync(join(folder, PACK_FILE), label)
    }
    touchPack(folder)
    return { folder, unlock }
  } catch {
    // A cache that can't be written is no reason not to train.
    return null
  }
}

function formatLabel(source: string, smallestSide: number): string {
  return `${JSON.stringify({ version: VERSION, source, smallestSide })}\n`
}

function readLabel(folder: string): string | null {
  try {
    return readFileSync(join(folder, PACK_FILE), 'utf8')
  } catch {
    return null
  }
}

function readEntries(folder: string, entries: Map<string, PackEntry>): void {
  for (const file of readdirSync(folder).sort()) {
    const segment = readIndexNumber(file)
    if (segment === null) continue
    for (const entry of parseIndex(readFileSync(join(folder, file), 'utf8'), segment)) {
      const known = entries.get(entry.name)
      if (known === undefined || known.preparedMs <= entry.preparedMs) {
        entries.set(entry.name, entry)
      }
    }
  }
}
