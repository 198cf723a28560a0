import { SvelteSet } from 'svelte/reactivity'
import type { Evaluation, NearDuplicate } from '../../../shared/contract'
import { resolvePicturePath } from '../../../shared/picture-path'
import { present } from '../../../shared/present'
import { callEngine } from '../lib/engine/bridge'
import { groupDuplicates } from '../lib/evaluation/group-duplicates'
import {
  listPictures,
  type PictureOrder,
  type PicturePreset,
  type ValueRange,
} from '../lib/evaluation/list-pictures'
import { ALL_PICTURES, type PictureFilter } from '../lib/evaluation/picture-filter'
import { Question } from './question.svelte'
import { Thumbnails } from './thumbnails.svelte'

/** Longest side of the pictures in the gallery. */
const THUMBNAIL_PX = 192

const UNSORTED: PictureOrder = { by: 'order', isDescending: false }

/** The pictures behind an evaluation: which of them are listed, in which order, and which are selected. */
export class EvaluatedPictures {
  readonly #evaluation: () => Evaluation | null
  readonly duplicates = new Question<readonly NearDuplicate[]>()
  #filter = $state.raw<PictureFilter>(ALL_PICTURES)
  /** What the file's name holds. */
  text = $state('')
  /** In nats. */
  loss = $state.raw<ValueRange | null>(null)
  margin = $state.raw<ValueRange | null>(null)
  /** Those alone whose label is likely wrong. */
  isSuspect = $state(false)
  order = $state.raw<PictureOrder>(UNSORTED)
  /** Indices of the selected pictures. */
  readonly selected = new SvelteSet<number>()
  /** Where the keyboard is, as a place in the list. */
  #place = $state(0)
  /** Where a range that is selected begins. */
  #anchor = 0
  /** What {@link findDuplicates} lists; null before. */
  #duplicatesShown = $state.raw<PictureFilter['among']>(null)
  readonly #names = $derived.by(
    () => this.#evaluation()?.pictures.files.map((file) => file.toLowerCase()) ?? [],
  )
  readonly #list = $derived.by(() => {
    const evaluation = this.#evaluation()
    if (evaluation === null) return new Uint32Array()
    const { text, loss, margin, isSuspect } = this
    const question = { filter: this.#filter, text, loss, margin, isSuspect }
    return listPictures(evaluation.pictures, this.#names, question, this.order)
  })
  readonly thumbnails = new Thumbnails((paths, options) =>
    callEngine('inspect.pictures', { images: [...paths], sizePx: THUMBNAIL_PX }, options),
  )

  /** @param evaluation - the one that is looked at */
  constructor(evaluation: () => Evaluation | null) {
    this.#evaluation = evaluation
  }

  /** Indices of the pictures that are listed, in their order. */
  get list(): Uint32Array {
    return this.#list
  }

  get filter(): PictureFilter {
    return this.#filter
  }
  set filter(filter: PictureFilter) {
    this.#filter = filter
    this.#goTo(0)
  }

  /** Whether any picture may be left out. */
  get isFiltered(): boolean {
    const { text, loss, margin, isSuspect } = this
    const isAll = Object.values(this.#filter).every((part) => part === null)
    return !isAll || text.trim() !== '' || loss !== null || margin !== null || isSuspect
  }

  /** The list of near duplicates of another class, as a filter has it; null before it was made. */
  get duplicatesShown(): PictureFilter['among'] {
    return this.#duplicatesShown
  }

  /** Where the keyboard is, as a place in the list. */
  get place(): number {
    return Math.max(0, Math.min(this.#place, this.#list.length - 1))
  }

  /** The picture that the keyboard is on, as its index; null in an empty list. */
  get active(): number | null {
    return this.#list[this.place] ?? null
  }

  /** Indices of the pictures that an action is done with: the selected ones, in their order. */
  get chosen(): number[] {
    return [...this.selected].sort((a, b) => a - b)
  }

  /** Absolute path of a picture. */
  pathOf(picture: number): string {
    const { summary, pictures } = present(this.#evaluation() ?? undefined)
    return resolvePicturePath(summary.folder, present(pictures.files[picture]))
  }

  /** Shows the pictures that fit, and no others, as they are sorted by themselves. */
  show(filter: Partial<PictureFilter>): void {
    this.clear()
    this.#filter = { ...ALL_PICTURES, ...filter }
  }

  /** Shows all pictures. */
  clear(): void {
    this.#filter = ALL_PICTURES
    this.text = ''
    this.loss = null
    this.margin = null
    this.isSuspect = false
    this.order = UNSORTED
    this.#goTo(0)
  }

  /** Shows what a preset is about. */
  choosePreset({ isRight, isSuspect, order }: PicturePreset): void {
    this.show({ isRight })
    this.isSuspect = isSuspect
    this.order = order
  }

  /** Whether a preset is what is shown, at least. */
  isPreset({ isRight, isSuspect, order }: PicturePreset): boolean {
    return (
      this.#filter.isRight === isRight &&
      this.isSuspect === isSuspect &&
      this.order.by === order.by &&
      this.order.isDescending === order.isDescending
    )
  }

  /** Compares all pictures and lists those that nearly are of another class too, each beside its like. */
  async findDuplicates(): Promise<void> {
    const evaluation = this.#evaluation()
    if (evaluation === null) return
    const { ref } = evaluation.summary
    const pairs = await this.duplicates.ask((options) =>
      callEngine('evaluate.nearDuplicates', { ref }, options),
    )
    if (pairs === null || this.#evaluation() !== evaluation) return
    this.#duplicatesShown = {
      words: 'near duplicates of another class',
      pictures: groupDuplicates(pairs),
    }
    this.show({ among: this.#duplicatesShown })
  }

  /** Forgets what was of another evaluation. */
  reset(): void {
    this.duplicates.clear()
    this.#duplicatesShown = null
    this.thumbnails.cancel()
    this.clear()
  }

  /**
   * Goes to a place of the list.
   * @param how - `toggle` adds or takes it, `range` selects all from the last place, `keep` leaves the rest
   */
  goTo(place: number, how: 'only' | 'toggle' | 'range' | 'keep' = 'only'): void {
    this.#place = place
    const picture = this.active
    if (picture === null) return
    if (how === 'toggle') {
      if (!this.selected.delete(picture)) this.selected.add(picture)
    } else if (how !== 'keep') {
      this.selected.clear()
      const from = how === 'range' ? Math.min(this.#anchor, this.place) : this.place
      const to = how === 'range' ? Math.max(this.#anchor, this.place) : this.place
      for (const one of this.#list.subarray(from, to + 1)) this.selected.add(one)
    }
    if (how !== 'range') this.#anchor = this.place
  }

  selectAll(): void {
    for (const picture of this.#list) this.selected.add(picture)
  }

  #goTo(place: number): void {
    this.selected.clear()
    this.#place = place
    this.#anchor = place
  }
}
