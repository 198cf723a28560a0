import { untrack } from 'svelte'
import { toErrorInfo, type ErrorInfo } from '../../../../shared/contract'
import { callMain } from '../../lib/engine/bridge'
import { isInspectLink, readInspectLink, writeInspectLink } from '../../lib/links/inspect-link'
import type { InspectPlace } from '../../lib/links/inspect-place'
import type { CompareState } from '../../state/compare-state.svelte'
import type { InspectState } from '../../state/inspect-state.svelte'
import { UndoHistory } from '../../state/undo-history.svelte'
import type { MapView } from './map-view.svelte'

/** Where one was in the view, to go back to it, and links that lead there. */
export class PlaceHistory {
  readonly #inspect: InspectState
  readonly #view: MapView
  readonly #compare: CompareState
  readonly #history = new UndoHistory<InspectPlace>()
  #last: InspectPlace | null = null
  /** Going somewhere is no step of its own. */
  #isGoing = false
  #error = $state.raw<ErrorInfo | null>(null)

  constructor(inspect: InspectState, view: MapView, compare: CompareState) {
    this.#inspect = inspect
    this.#view = view
    this.#compare = compare
  }

  get canUndo(): boolean {
    return this.#history.canUndo
  }

  get canRedo(): boolean {
    return this.#history.canRedo
  }

  get error(): ErrorInfo | null {
    return this.#error
  }

  dismissError(): void {
    this.#error = null
  }

  /** What is shown now. */
  get place(): InspectPlace {
    const { model, image, layer, stage, tool } = this.#inspect
    const compared = tool === 'compare' ? this.#compare.place : null
    return { model, image, layer, stage, tool, unit: this.#view.unit, compared }
  }

  /** Notes each step as long as the component that calls this is in the page. */
  noteSteps(): void {
    const inspect = this.#inspect
    $effect(() => {
      void [inspect.model, inspect.image, inspect.layer, inspect.stage, inspect.tool]
      void this.#compare.place
      untrack(() => this.#note())
    })
    $effect(() => {
      void [this.#view.unit, this.#view.maps]
      untrack(() => {
        this.#noteUnit()
        this.#view.askUnit()
      })
    })
  }

  /** Model, picture, layer, stage, tool or columns have changed: that is a step. */
  #note(): void {
    const { place } = this
    const before = this.#last
    this.#last = place
    // The first network and the first picture come by themselves.
    if (!before?.model || before.image === null || this.#isGoing) return
    if (nameStep(before) !== nameStep(place)) this.#history.record(before, null)
  }

  /** The unit is part of the place, and moves without a step. */
  #noteUnit(): void {
    if (this.#last !== null) this.#last = { ...this.#last, unit: this.#view.unit }
  }

  async undo(): Promise<void> {
    const before = this.#history.undo(this.place)
    if (before !== null) await this.go(before)
  }

  async redo(): Promise<void> {
    const after = this.#history.redo(this.place)
    if (after !== null) await this.go(after)
  }

  /** Goes to a place; what is as it is already is not asked again. */
  async go(place: InspectPlace): Promise<void> {
    const inspect = this.#inspect
    this.#isGoing = true
    try {
      inspect.tool = place.tool
      if (place.compared !== null) this.#compare.go(place.compared)
      if (JSON.stringify(inspect.model) !== JSON.stringify(place.model)) {
        await inspect.chooseModel(place.model)
      }
      if (place.image !== null && place.image !== inspect.image) {
        await inspect.chooseImage(place.image)
      }
      if (inspect.stage !== place.stage) await inspect.chooseStage(place.stage)
      if (inspect.layer !== place.layer) await inspect.chooseLayer(place.layer)
      this.#view.probe(place.unit)
      this.#last = this.place
    } finally {
      this.#isGoing = false
    }
  }

  /** Puts a link to what is shown into the clipboard. */
  async copyLink(): Promise<void> {
    await this.#try(() => callMain('clipboard.write', { text: writeInspectLink(this.place) }))
  }

  /** Goes where the link in the clipboard leads. */
  async followLink(): Promise<void> {
    await this.#try(async () => this.follow(await callMain('clipboard.read', {})))
  }

  /**
   * Goes where a text leads, if it is a link to this view; a step that can be undone.
   * @returns false for what is no such link
   */
  async follow(text: string): Promise<boolean> {
    const read = readInspectLink(text)
    if ('fault' in read) {
      this.#error = {
        code: 'bad-input',
        message: read.fault,
        hint: 'Copy link makes a link to this view.',
      }
      return isInspectLink(text)
    }
    this.#error = null
    const before = this.place
    await this.go(read.place)
    this.#history.record(before, null)
    return true
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    this.#error = null
    try {
      await work()
    } catch (thrown) {
      this.#error = toErrorInfo(thrown)
    }
  }
}

/** The same for two places between which there is no step. */
function nameStep({ model, image, layer, stage, tool, compared }: InspectPlace): string {
  return JSON.stringify([model, image, layer, stage, tool, compared])
}
