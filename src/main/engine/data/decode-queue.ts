import { closeSync, fstatSync, openSync, read } from 'node:fs'
import { LabError } from '../../../shared/contract'
import { decodePictureBytes, fileError, type DecodedPicture } from './decode-picture'

/** Bytes of files that are held at once while they wait for a decoder. */
const MAX_BYTES = 256 * 1024 * 1024
/** Files that are open at once; the usual limit of a process is 1024. */
const MAX_FILES = 256

interface Job {
  readonly path: string
  readonly name: string
  readonly bytes: number
  readonly smallestSide: number
  readonly isWanted: () => boolean
  readonly resolve: (picture: DecodedPicture | null) => void
  readonly reject: (error: unknown) => void
}

/** What to decode. */
export type DecodeRequest = Pick<Job, 'path' | 'name' | 'bytes' | 'smallestSide'> & {
  /** Asked when the turn comes: false gives the picture up. */
  readonly isWanted: () => boolean
}

/**
 * Decodes pictures in libuv's pool, first come first served, within bounds of memory and open files.
 *
 * While TensorFlow computes, the thread is blocked and no callback runs; what goes on is only what
 * was handed to the pool before. Hence few hops: a file is opened at once, read in one piece in the
 * pool, and goes to the decoder in that read's callback. Two turns of the event loop bring a picture
 * in, however long the turns are.
 */
export class DecodeQueue {
  readonly #waiting: Job[] = []
  #files = 0
  #bytes = 0

  /** The picture, or null when it was no longer wanted. Rejects with LabError as `decodePicture`. */
  decode(request: DecodeRequest): Promise<DecodedPicture | null> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...request, resolve, reject })
      this.#startJobs()
    })
  }

  #startJobs(): void {
    for (;;) {
      const job = this.#waiting[0]
      if (job === undefined) return
      // One job always goes, whatever its size.
      const isFull = this.#files >= MAX_FILES || this.#bytes + job.bytes > MAX_BYTES
      if (isFull && this.#files > 0) return
      this.#waiting.shift()
      if (job.isWanted()) this.#start(job)
      else job.resolve(null)
    }
  }

  #start(job: Job): void {
    this.#files += 1
    this.#bytes += job.bytes
    this.#run(job)
      .then(job.resolve, job.reject)
      .finally(() => {
        this.#files -= 1
        this.#bytes -= job.bytes
        this.#startJobs()
      })
  }

  async #run(job: Job): Promise<DecodedPicture | null> {
    const bytes = await readWhole(job.path)
    if (!job.isWanted()) return null
    return decodePictureBytes(bytes, job.name, { smallestSide: job.smallestSide })
  }
}

/** Reads a file with a single hop to the pool. */
function readWhole(path: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let file: number | undefined
    try {
      file = openSync(path, 'r')
      const opened = file
      const buffer = Buffer.allocUnsafeSlow(fstatSync(opened).size)
      read(opened, buffer, 0, buffer.length, 0, (error, bytesRead) => {
        closeSync(opened)
        if (error) reject(fileError(path, error))
        else if (bytesRead < buffer.length) {
          reject(new LabError('unreadable', `${path} changed while it was read.`))
        } else resolve(buffer)
      })
    } catch (error) {
      if (file !== undefined) closeSync(file)
      reject(fileError(path, error))
    }
  })
}
