import {
  appendFileSync,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { present } from '../../../../shared/present'
import type { RgbPicture } from '../types'
import { formatEntry, nameIndex, nameSegment } from './pack-index'
import type { PictureReference, PackPlace } from './tasks'

/** Records begin at whole words, so that they are summed by words. */
const WORD = 4

/**
 * A pack's files as one worker thread sees them: it reads from all segments and appends to its own,
 * pixels first and then the line of the index, so that a cut leaves at most a record that no line
 * names.
 */
export class PackFiles {
  readonly #folder: string
  readonly #number: number
  readonly #readers = new Map<number, number>()
  #writer: { readonly file: number; end: number } | null = null
  #buffer = new Uint32Array(0)

  /** @param number - of the own segment */
  constructor(folder: string, number: number) {
    this.#folder = folder
    this.#number = number
  }

  /** A picture, good until the next call; null where the record is not what was written. */
  read({ segment, offset, width, height, checksum }: PackPlace): RgbPicture | null {
    const length = width * height * 3
    const pixels = this.#bufferOf(length)
    try {
      const file = this.#readerOf(segment)
      let got = 0
      while (got < length) {
        const count = readSync(file, pixels, got, length - got, offset + got)
        if (count === 0) return null
        got += count
      }
    } catch {
      // Whatever the disk says: the picture's own file is still there.
      return null
    }
    return this.#sumOf(length) === checksum ? { width, height, pixels } : null
  }

  /** @throws the file system's error; the segment is as it was then */
  append(reference: PictureReference, { width, height, pixels }: RgbPicture): PackPlace {
    this.#writer ??= this.#openWriter()
    const { file, end } = this.#writer
    this.#bufferOf(pixels.length).set(pixels)
    const padded = new Uint8Array(this.#buffer.buffer, 0, Math.ceil(pixels.length / WORD) * WORD)
    try {
      let written = 0
      while (written < padded.length) {
        written += writeSync(file, padded, written, padded.length - written, end + written)
      }
      const checksum = this.#sumOf(pixels.length)
      const place = { segment: this.#number, offset: end, width, height, checksum }
      appendFileSync(join(this.#folder, nameIndex(this.#number)), formatEntry(reference, place))
      this.#writer.end = end + padded.length
      return place
    } catch (error) {
      ftruncateSync(file, end)
      throw error
    }
  }

  close(): void {
    for (const file of this.#readers.values()) closeSync(file)
    if (this.#writer !== null) closeSync(this.#writer.file)
    this.#readers.clear()
    this.#writer = null
  }

  #readerOf(segment: number): number {
    let file = this.#readers.get(segment)
    if (file === undefined) {
      file = openSync(join(this.#folder, nameSegment(segment)), 'r')
      this.#readers.set(segment, file)
    }
    return file
  }

  #openWriter(): { file: number; end: number } {
    const index = join(this.#folder, nameIndex(this.#number))
    // A line that a crash cut off must not swallow the next one.
    if (!endsLine(index)) appendFileSync(index, '\n')
    const path = join(this.#folder, nameSegment(this.#number))
    const file = openSync(path, constants.O_RDWR | constants.O_CREAT)
    return { file, end: Math.ceil(fstatSync(file).size / WORD) * WORD }
  }

  /** A buffer of `length` bytes, padded with zeros to a whole word. */
  #bufferOf(length: number): Uint8Array {
    const words = Math.ceil(length / WORD)
    if (this.#buffer.length < words) this.#buffer = new Uint32Array(words)
    if (words > 0) this.#buffer[words - 1] = 0
    return new Uint8Array(this.#buffer.buffer, 0, length)
  }

  /** Sum and sum of sums (Fletcher's), which detects torn, missing and exchanged words. */
  #sumOf(length: number): number {
    const words = this.#buffer
    const count = Math.ceil(length / WORD)
    let sum = 1
    let sums = 0
    for (let at = 0; at < count; at++) {
      sum = (sum + present(words[at])) | 0
      sums = (sums + sum) | 0
    }
    return (sum ^ Math.imul(sums, 0x9e3779b1)) >>> 0
  }
}

function endsLine(path: string): boolean {
  try {
    const text = readFileSync(path)
    return text.length === 0 || text[text.length - 1] === 0x0a
  } catch {
    return true
  }
}
