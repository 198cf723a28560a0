import { present } from '../../../shared/present'

/**
 * Exponential moving average of a growing column, as TensorBoard smooths: each point is
 * `weight` of the average before and the rest of the new value, without the pull of the empty start
 * towards zero. Appending costs only what is new. Values that are not numbers are passed over.
 */
export class Smoother {
  #weight: number
  #values = new Float64Array(1024)
  #length = 0
  #average = 0
  /** weight^n of the values so far: the share of the empty start. */
  #remainder = 1

  /** @param weight - 0 (as it is) up to below 1 (flat) */
  constructor(weight: number) {
    this.#weight = weight
  }

  get weight(): number {
    return this.#weight
  }

  /** Starts again with another weight. */
  setWeight(weight: number): void {
    this.#weight = weight
    this.clear()
  }

  clear(): void {
    this.#length = 0
    this.#average = 0
    this.#remainder = 1
  }

  /** Takes in what was appended to `raw` since the last time; a view that holds until the next. */
  extend(raw: Float64Array): Float64Array {
    if (raw.length > this.#values.length) this.#grow(raw.length)
    for (let index = this.#length; index < raw.length; index++) {
      this.#values[index] = this.#next(present(raw[index]))
    }
    this.#length = raw.length
    return this.#values.subarray(0, raw.length)
  }

  #next(value: number): number {
    if (!Number.isFinite(value)) return NaN
    this.#average = this.#average * this.#weight + value * (1 - this.#weight)
    this.#remainder *= this.#weight
    return this.#average / (1 - this.#remainder)
  }

  #grow(length: number): void {
    const grown = new Float64Array(Math.max(length, this.#values.length * 2))
    grown.set(this.#values)
    this.#values = grown
  }
}
