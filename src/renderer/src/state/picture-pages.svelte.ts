import { SvelteMap } from 'svelte/reactivity'
import type { DatasetPicture, EncodedPicture } from '../../../shared/contract'
import type { CallOptions } from '../lib/engine/bridge'
import type { PictureFilter } from './offered-pictures'
import { Thumbnails, type UrlMaker } from './thumbnails.svelte'

/** Pictures of one `dataset.pictures` call. */
const PAGE_PICTURES = 200

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

/**
 * A long list of a data set's pictures of which only the shown part is read: pages of names, then
 * thumbnails of what is visible. The newest view is served first; what was asked for an older one
 * and has not begun is forgotten.
 */
export class PicturePages {
  readonly #source: PagedPictures
  readonly #thumbnails: Thumbnails
  readonly #pages = new SvelteMap<number, readonly DatasetPicture[]>()
  /** Pages that were asked for, by their number. */
  #asked: Record<number, boolean> = {}
  #filter: PictureFilter = { classIndex: null }
  #total = $state(0)
  #error = $state.raw<unknown>(null)
  #wanted: { first: number; end: number } = { first: 0, end: 0 }
  #controller = new AbortController()

  constructor(source: PagedPictures, sizePx: number, urls?: UrlMaker) {
    this.#source = source
    this.#thumbnails = new Thumbnails(
      (files, options) => source.thumbnails(files, sizePx, options),
      urls,
    )
  }

  /** Pictures in the list; 0 until the first page is there. */
  get total(): number {
    return this.#total
  }

  /** Why the last call failed, or null. */
  get error(): unknown {
    return this.#error ?? this.#thumbnails.error
  }

  /** The picture at a place of the list; null while its page is not read. */
  at(index: number): DatasetPicture | null {
    return this.#pages.get(Math.floor(index / PAGE_PICTURES))?.[index % PAGE_PICTURES] ?? null
  }

  /** A picture's thumbnail: its URL, null when it cannot be read, undefined while it is not there. */
  urlOf(file: string): string | null | undefined {
    return this.#thumbnails.urlOf(file)
  }

  /** Starts over, with the pictures that the filter lets through. */
  open(filter: PictureFilter): void {
    this.#controller.abort()
    this.#controller = new AbortController()
    this.#thumbnails.cancel()
    this.#pages.clear()
    this.#asked = {}
    this.#filter = filter
    this.#total = 0
    this.#error = null
    void this.#loadPage(0)
  }

  /** Tells which pictures are shown, `[first, end)`: they are loaded. */
  show(first: number, end: number): void {
    this.#wanted = { first, end }
    this.#load()
  }

  /** Lets all go. */
  dispose(): void {
    this.#controller.abort()
    this.#thumbnails.dispose()
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
      this.#load()
    } catch (error) {
      if (signal.aborted) return
      this.#asked[page] = false
      this.#error = error
    }
  }

  #load(): void {
    const { first, end } = this.#wanted
    if (end <= first) return
    const lastPage = Math.floor((end - 1) / PAGE_PICTURES)
    for (let page = Math.floor(first / PAGE_PICTURES); page <= lastPage; page++) {
      if (this.#total > page * PAGE_PICTURES) void this.#loadPage(page)
    }
    const files: string[] = []
    for (let index = first; index < end; index++) {
      const file = this.at(index)?.file
      if (file !== undefined) files.push(file)
    }
    this.#thumbnails.show(files)
  }
}
