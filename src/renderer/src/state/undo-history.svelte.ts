const MAX_STEPS = 200

/** What was before each change, to go back to it and forth again. Values are taken as immutable. */
export class UndoHistory<T> {
  #past = $state.raw<readonly T[]>([])
  #future = $state.raw<readonly T[]>([])
  #tag: string | null = null

  get canUndo(): boolean {
    return this.#past.length > 0
  }

  get canRedo(): boolean {
    return this.#future.length > 0
  }

  /**
   * Remembers what was before a change.
   * @param tag - changes of one tag in a row, such as typing in one field, are one step; null never joins
   */
  record(before: T, tag: string | null): void {
    if (tag === null || tag !== this.#tag) this.#past = [...this.#past, before].slice(-MAX_STEPS)
    this.#tag = tag
    this.#future = []
  }

  /** The next change is a step of its own, whatever its tag. */
  settle(): void {
    this.#tag = null
  }

  /** One step back from `now`; null at the beginning. */
  undo(now: T): T | null {
    const before = this.#past.at(-1)
    if (before === undefined) return null
    this.#past = this.#past.slice(0, -1)
    this.#future = [...this.#future, now]
    this.#tag = null
    return before
  }

  /** One step forth from `now`; null when nothing was undone. */
  redo(now: T): T | null {
    const after = this.#future.at(-1)
    if (after === undefined) return null
    this.#future = this.#future.slice(0, -1)
    this.#past = [...this.#past, now]
    this.#tag = null
    return after
  }
}
