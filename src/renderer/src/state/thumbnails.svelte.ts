import { SvelteMap } from 'svelte/reactivity'
import type { EncodedPicture } from '../../../shared/contract'
import type { CallOptions } from '../lib/engine/bridge'

/** Files of one call. */
const BATCH_FILES = 24
/** Thumbnails kept, the least recently shown are let go first. */
const KEPT_THUMBNAILS = 600

/** Small versions of pictures, in order; null where one cannot be read. */
export type ReadThumbnails = (
  files: readonly string[],
  options: CallOptions,
) => Promise<(EncodedPicture | null)[]>

/** How object URLs are made and let go; the browser's, but for tests. */
export interface UrlMaker {
  make(picture: EncodedPicture): string
  revoke(url: string): void
}

const OBJECT_URLS: UrlMaker = {
  make: (picture) =>
    URL.createObjectURL(new Blob([picture.bytes as BlobPart], { type: picture.type })),
  revoke: (url) => URL.revokeObjectURL(url),
}

/**
 * Thumbnails of the pictures that are shown, a batch at a time: what is shown now is read first, and what
 * was shown before and has not begun is forgotten.
 */
export class Thumbnails {
  readonly #read: ReadThumbnails
  readonly #urls: UrlMaker
  /** File to object URL; null where the picture cannot be read. The oldest shown comes first. */
  readonly #thumbnails = new SvelteMap<string, string | null>()
  #error = $state.raw<unknown>(null)
  #shown: readonly string[] = []
  #isLoading = false
  #controller = new AbortController()

  constructor(read: ReadThumbnails, urls: UrlMaker = OBJECT_URLS) {
    this.#read = read
    this.#urls = urls
  }

  /** Why the last call failed, or null. */
  get error(): unknown {
    return this.#error
  }

  /** A picture's thumbnail: its URL, null when it cannot be read, undefined while it is not there. */
  urlOf(file: string): string | null | undefined {
    return this.#thumbnails.get(file)
  }

  /** Tells which pictures are shown: they are loaded. */
  show(files: readonly string[]): void {
    this.#shown = files
    void this.#load()
  }

  /** Gives up what is being read; what is there stays. */
  cancel(): void {
    this.#controller.abort()
    this.#controller = new AbortController()
    this.#shown = []
    this.#error = null
    this.#isLoading = false
  }

  /** Lets all go. */
  dispose(): void {
    this.cancel()
    for (const url of this.#thumbnails.values()) if (url !== null) this.#urls.revoke(url)
    this.#thumbnails.clear()
  }

  async #load(): Promise<void> {
    if (this.#isLoading) return
    this.#isLoading = true
    const { signal } = this.#controller
    try {
      // What is shown is looked at again each time, as it changes while a batch is awaited.
      for (let files = this.#missing(); files.length > 0; files = this.#missing()) {
        const pictures = await this.#read(files, { signal })
        if (signal.aborted) return
        this.#keep(files, pictures)
        this.#error = null
      }
    } catch (error) {
      if (!signal.aborted) this.#error = error
    } finally {
      if (!signal.aborted) this.#isLoading = false
    }
  }

  #missing(): string[] {
    const files: string[] = []
    for (const file of this.#shown) {
      if (this.#thumbnails.has(file)) continue
      files.push(file)
      if (files.length === BATCH_FILES) break
    }
    return files
  }

  #keep(files: readonly string[], pictures: readonly (EncodedPicture | null)[]): void {
    files.forEach((file, index) => {
      const picture = pictures[index] ?? null
      this.#thumbnails.set(file, picture === null ? null : this.#urls.make(picture))
    })
    for (const [file, url] of this.#thumbnails) {
      if (this.#thumbnails.size <= KEPT_THUMBNAILS) break
      if (this.#shown.includes(file)) continue
      this.#thumbnails.delete(file)
      if (url !== null) this.#urls.revoke(url)
    }
  }
}
