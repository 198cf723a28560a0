import type { FeatureMaps, UnitReading } from '../../../../shared/contract'
import { approximateRanks, approximateValue } from '../../lib/tiles/feature-tiles'

/** A unit of the layer that is shown. */
export interface ProbedUnit {
  readonly row: number
  readonly column: number
  readonly channel: number
}

/** What is shown of a unit. */
export interface ToldUnit extends ProbedUnit {
  readonly maps: FeatureMaps
  readonly value: number
  /** Place among those of its channel, 1 for the largest. */
  readonly rankInChannel: number
  /** Place among all channels at its place, 1 for the largest. */
  readonly rankAtPlace: number
  /** False where it is what the maps' bytes stand for. */
  readonly isExact: boolean
}

/** Asks the engine for a unit's raw value. */
export type ReadUnit = (unit: ProbedUnit & { readonly maps: string }) => Promise<UnitReading>

/** How long a unit that is no longer probed may stay shown, in ms, before an approximate answer takes its place. */
const PATIENCE_MS = 60

/**
 * What is shown of the probed unit. The engine has its raw value, a few milliseconds away: until it
 * arrives the previous unit stays shown, so that no number flickers while the pointer moves. If the
 * engine is busy, the value of the maps' bytes is shown as approximate.
 */
export class UnitProbe {
  readonly #readUnit: ReadUnit
  #told = $state.raw<ToldUnit | null>(null)
  /** The newest unit that was asked for; null once its exact value is shown. */
  #asked: { readonly maps: FeatureMaps; readonly unit: ProbedUnit } | null = null
  #toldMs = -Infinity
  #isWaiting = false

  constructor(readUnit: ReadUnit) {
    this.#readUnit = readUnit
  }

  /** The newest unit that something is known of; null before the first. */
  get told(): ToldUnit | null {
    return this.#told
  }

  /** Asks for a unit in place of the one before. */
  ask(maps: FeatureMaps, unit: ProbedUnit): void {
    const asked = { maps, unit }
    this.#asked = asked
    // A channel of one unit has no range: its byte stands for its very value.
    if (maps.shape[0] * maps.shape[1] === 1) {
      this.#tell({ ...this.#approximate(maps, unit), isExact: true })
      return
    }
    this.#readUnit({ maps: maps.id, ...unit }).then(
      ({ value, rankInChannel, rankAtPlace }) => {
        if (this.#asked !== asked) return
        this.#tell({ ...unit, maps, value, rankInChannel, rankAtPlace, isExact: true })
      },
      () => {
        if (this.#asked === asked) this.#tell(this.#approximate(maps, unit))
      },
    )
    if (!this.#isWaiting) this.#wait(PATIENCE_MS)
  }

  #wait(ms: number): void {
    this.#isWaiting = true
    setTimeout(() => this.#endPatience(), ms)
  }

  #endPatience(): void {
    this.#isWaiting = false
    if (this.#asked === null) return
    const leftMs = PATIENCE_MS - (performance.now() - this.#toldMs)
    if (leftMs > 0) {
      // An answer came meanwhile, and the pointer went on.
      this.#wait(leftMs)
      return
    }
    const { maps, unit } = this.#asked
    this.#told = this.#approximate(maps, unit)
  }

  #tell(told: ToldUnit): void {
    this.#told = told
    this.#asked = null
    this.#toldMs = performance.now()
  }

  #approximate(maps: FeatureMaps, unit: ProbedUnit): ToldUnit {
    const { row, column, channel } = unit
    const value = approximateValue(maps, row, column, channel)
    return { ...unit, ...approximateRanks(maps, row, column, channel), maps, value, isExact: false }
  }
}
