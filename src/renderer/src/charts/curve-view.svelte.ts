import { convertX, extentOf, type CurveHistory, type XAxis } from './curve-data'
import type { Span } from './decimate'

/** Share of a run that is shown where its end is followed and nothing was zoomed to. */
const FOLLOWED_SHARE = 0.25

/**
 * The part of a run that figures side by side show: all of it, what was zoomed to, or a window that slides
 * along with the newest points. It stays as it is while the run grows.
 */
export class CurveView {
  #zoom = $state.raw<Span | null>(null)
  #isFollowing = $state(false)

  /** Whether all is shown. */
  get isWhole(): boolean {
    return this.#zoom === null && !this.#isFollowing
  }

  /** What was zoomed to; null where nothing was. */
  get zoom(): Span | null {
    return this.#zoom
  }

  /** Whether the window slides with the newest points. */
  get isFollowing(): boolean {
    return this.#isFollowing
  }

  /**
   * What is shown now.
   * @param all - from where the run began to its newest point
   */
  window(all: Span): Span {
    if (!this.#isFollowing) return this.#zoom ?? all
    const zoom = this.#zoom
    const width = zoom === null ? FOLLOWED_SHARE * (all.max - all.min) : zoom.max - zoom.min
    return { min: Math.max(all.min, all.max - width), max: all.max }
  }

  showAll(): void {
    this.#zoom = null
    this.#isFollowing = false
  }

  /** Shows a part; one that ends before the newest point is not followed. */
  zoomTo(span: Span, all: Span): void {
    this.#zoom = span
    if (span.max < all.max) this.#isFollowing = false
  }

  /** Follows the end with a window as wide as what was zoomed to, or stays where the window is. */
  follow(isFollowing: boolean, all: Span): void {
    if (!isFollowing && this.#isFollowing) this.#zoom = this.window(all)
    this.#isFollowing = isFollowing
  }

  /** Shows the same part on another axis. */
  changeAxis(history: CurveHistory, from: XAxis, to: XAxis): void {
    if (this.#zoom === null) return
    const { min, max } = this.window(extentOf(history, from))
    const next = { min: convertX(history, min, from, to), max: convertX(history, max, from, to) }
    this.#zoom = next.max > next.min ? next : null
  }
}
