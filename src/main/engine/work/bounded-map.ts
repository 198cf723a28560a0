/** What a {@link BoundedMap} may hold. */
export interface MapLimits<V> {
  readonly entries?: number
  /** Of all values together, with the size of each. */
  readonly bytes?: { readonly most: number; readonly sizeOf: (value: V) => number }
}

/**
 * A map for what is worth keeping while there is room: the entry that was used longest ago goes first.
 * The newest stays whatever its size, unlike in the caches that npm has, because it is asked for next.
 */
export class BoundedMap<K, V> {
  /** A Map keeps the order of use, the longest ago first. */
  readonly #entries = new Map<K, V>()
  readonly #limits: MapLimits<V>

  constructor(limits: MapLimits<V>) {
    this.#limits = limits
  }

  /** The value of a key, which counts as used; undefined where there is none. */
  get(key: K): V | undefined {
    const value = this.#entries.get(key)
    if (value !== undefined) {
      this.#entries.delete(key)
      this.#entries.set(key, value)
    }
    return value
  }

  /** Keeps a value; what does not fit beside it goes. */
  set(key: K, value: V): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    for (const oldest of this.#entries.keys()) {
      if (oldest === key || this.#fits()) return
      this.#entries.delete(oldest)
    }
  }

  delete(key: K): void {
    this.#entries.delete(key)
  }

  values(): MapIterator<V> {
    return this.#entries.values()
  }

  #fits(): boolean {
    const { entries = Infinity, bytes } = this.#limits
    if (this.#entries.size > entries) return false
    if (bytes === undefined) return true
    const sum = [...this.#entries.values()].reduce((all, value) => all + bytes.sizeOf(value), 0)
    return sum <= bytes.most
  }
}
