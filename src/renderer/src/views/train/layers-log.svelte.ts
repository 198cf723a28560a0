import { toErrorInfo, type ErrorInfo } from '../../../../shared/contract'
import { appendLayers, thinLayers, type LayersLine } from '../../../../shared/spec'
import { callEngine, onEngineEvent } from '../../lib/engine/bridge'
import { redrawClock } from '../../lib/clock/redraw-clock'

/** Most measurements that are kept: beyond, every other one of the older goes. */
const MOST_LINES = 800

/** What the layers of one run did, read from its folder and followed while it trains. */
export class LayersLog {
  #lines = $state.raw<readonly LayersLine[]>([])
  /** Measurements that came since the lines were shown last. */
  #told: LayersLine[] = []
  #error = $state.raw<ErrorInfo | null>(null)

  /** Measurements, oldest first. */
  get lines(): readonly LayersLine[] {
    return this.#lines
  }

  get error(): ErrorInfo | null {
    return this.#error
  }

  /** Follows a run; returns what stops following. */
  follow(runFolder: string | null): () => void {
    this.#lines = []
    this.#told = []
    this.#error = null
    if (runFolder === null) return () => undefined
    let isFollowed = true
    const stop = onEngineEvent('layers', (line) => {
      this.#told.push(line)
      redrawClock.request(this.#redraw)
    })
    callEngine('training.layers', { runFolder })
      // What came meanwhile is beyond what the file had.
      .then((lines) => isFollowed && this.#take(lines, this.#lines))
      .catch((error: unknown) => {
        if (isFollowed) this.#error = toErrorInfo(error)
      })
    return () => {
      isFollowed = false
      stop()
    }
  }

  readonly #redraw = (): void => {
    const told = this.#told
    this.#told = []
    if (told.length > 0) this.#take([...this.#lines], told)
  }

  #take(before: LayersLine[], more: readonly LayersLine[]): void {
    for (const line of more) appendLayers(before, line)
    thinLayers(before, MOST_LINES)
    this.#lines = before
  }
}
