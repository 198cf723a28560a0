import { SvelteMap } from 'svelte/reactivity'
import type { DatasetPicture, EncodedPicture } from '../../../shared/contract'
import type { CallOptions } from '../lib/engine/bridge'
import type { PictureFilter } from './offered-pictures'

/** Pictures of one `dataset.pictures` call, and files of one `dataset.thumbnails` call. */
const PAGE_PICTURES = 200
const BATCH_FILES = 24
/** Thumbnails kept, the least recently shown are let go first. */
const KEPT_THUMBNAILS = 600

/** Where pages and thumbnails come from; `OfferedPictures` are. */
export interface PagedPictures {
  pictures(
    filter: PictureFilter,
    offset: number,
    limit: number,
    options?: CallOptions,
  ): Promise<{ total: number; pictures: DatasetPicture[] }>
  thumbnails(
    files: readonly string[],
    sizePx: number,
    options?: CallOptions,
  ): Promise<(EncodedPicture | null)[]>
}

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
 * A long list of a data set's pictures of which only the shown part is read: pages of names, then
 * thumbnails of what is visible. The newest view is served first; what was asked for an older one
 * and has not begun is forgotten.
 */
export class PicturePages {
  readonly #source: PagedPictures
  readonly #urls: UrlMaker
  readonly #sizePx: number
  readonly #pages = new SvelteMap<number, readonly DatasetPicture[]>()
  /** File to object URL; null where the picture cannot be read. The oldest shown comes first. */
  readonly #thumbnails = new SvelteMap<string, string | null>()
  /** Pages that were asked for, by their number. */
  #asked: Record<number, boolean> = {}
  #filter: PictureFilter = { classIndex: null }
  #total = $state(0)
  #error = $state.raw<unknown>(null)
  #wanted: { first: number; end: number } = { first: 0, end: 0 }
  #isLoading = false
  #controller = new AbortController()

  constructor(source: PagedPictures, sizePx: number, urls: UrlMaker = OBJECT_URLS) {
    this.#source = source
    this.#sizePx = sizePx
    this.#urls = urls
  }

  /** Pictures in the list; 0 until the first page is there. */
  get total(): number {
    return this.#total
  }

  /** Why the last call failed, or null. */
  get error(): unknown {
    return this.#error
  }

  /** The picture at a place of the list; null while its page is not read. */
  at(index: number): DatasetPicture | null {
    return this.#pages.get(Math.floor(index / PAGE_PICTURES))?.[index % PAGE_PICTURES] ?? null
  }

  /** A picture's thumbnail: its URL, null when it cannot be read, undefined while it is not there. */
  urlOf(file: string): string | null | undefined {
    return this.#thumbnails.get(file)
  }

  /** Starts over, with the pictures that the filter lets through. */
  open(filter: PictureFilter): void {
    this.#controller.abort()
    this.#controller = new AbortController()
    this.#pages.clear()
    this.#asked = {}
    this.#filter = filter
    this.#total = 0
    this.#error = null
    this.#isLoading = false
    void this.#loadPage(0)
  }

  /** Tells which pictures are shown, `[first, end)`: they are loaded. */
  show(first: number, end: number): void {
    this.#wanted = { first, end }
    void this.#load()
  }

  /** Lets all go. */
  dispose(): void {
    this.#controller.abort()
    for (const url of this.#thumbnails.values()) if (url !== null) this.#urls.revoke(url)
    this.#thumbnails.clear()
    this.#pages.clear()
    this.#total = 0
  }

  async #loadPage(page: number): Promise<void> {
    if (this.#asked[page]) return
    this.#asked[page] = true
    const { signal } = this.#controller
    try {
      const offset = page * PAGE_PICTURES
      const answer = await this.#source.pictures(this.#filter, offset, PAGE_PICTURES, {
        signal,
      })
      if (signal.aborted) return
      this.#total = answer.total
      this.#pages.set(page, answer.pictures)
      this.#error = null
      void this.#load()
    } catch (error) {
      if (signal.aborted) return
      this.#asked[page] = false
      this.#error = error
    }
  }

  async #load(): Promise<void> {
    const { first, end } = this.#wanted
    if (end <= first) return
    const lastPage = Math.floor((end - 1) / PAGE_PICTURES)
    for (let page = Math.floor(first / PAGE_PICTURES); page <= lastPage; page++) {
      if (this.#total > page * PAGE_PICTURES) void this.#loadPage(page)
    }
    if (this.#isLoading) return
    this.#isLoading = true
    const { signal } = this.#controller
    try {
      // What is wanted is read again each time, as it changes while a batch is awaited.
      for (let files = this.#missing(); files.length > 0; files = this.#missing()) {
        const pictures = await this.#source.thumbnails(files, this.#sizePx, { signal })
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
    for (let index = this.#wanted.first; index < this.#wanted.end; index++) {
      const file = this.at(index)?.file
      if (file === undefined || this.#thumbnails.has(file)) continue
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
    const shown: string[] = []
    for (let index = this.#wanted.first; index < this.#wanted.end; index++) {
      const file = this.at(index)?.file
      if (file !== undefined) shown.push(file)
    }
    for (const [file, url] of this.#thumbnails) {
      if (this.#thumbnails.size <= KEPT_THUMBNAILS) break
      if (shown.includes(file)) continue
      this.#thumbnails.delete(file)
      if (url !== null) this.#urls.revoke(url)
    }
  }
}
