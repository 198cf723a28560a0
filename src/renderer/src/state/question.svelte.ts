import { LabError, toErrorInfo, type ErrorInfo, type Progress } from '../../../shared/contract'
import type { CallOptions } from '../lib/engine/bridge'

/**
 * One thing that is asked again and again, of which only the newest answer counts: a new question
 * cancels the one before.
 */
export class Question<T> {
  #value = $state.raw<T | null>(null)
  #error = $state.raw<ErrorInfo | null>(null)
  #isBusy = $state(false)
  #progress = $state.raw<Progress | null>(null)
  #controller: AbortController | null = null

  /** The newest answer; kept while the next is awaited. */
  get value(): T | null {
    return this.#value
  }

  /** Why the newest question failed; null when it did not. */
  get error(): ErrorInfo | null {
    return this.#error
  }

  get isBusy(): boolean {
    return this.#isBusy
  }

  get progress(): Progress | null {
    return this.#progress
  }

  /**
   * Asks; the answer is kept in `value`. A failure is kept in `error` and not thrown, and leaves
   * the last answer where it is. Resolves to the answer, or null when it failed or was overtaken.
   */
  async ask(question: (options: CallOptions) => Promise<T>): Promise<T | null> {
    this.cancel()
    const controller = new AbortController()
    this.#controller = controller
    this.#isBusy = true
    this.#error = null
    const isNewest = (): boolean => this.#controller === controller
    try {
      const value = await question({
        signal: controller.signal,
        onProgress: (progress) => {
          if (isNewest()) this.#progress = progress
        },
      })
      if (!isNewest()) return null
      this.#value = value
      return value
    } catch (error) {
      if (isNewest() && !isCancelled(error)) this.#error = toErrorInfo(error)
      return null
    } finally {
      if (isNewest()) this.#finish()
    }
  }

  /** Gives up the question that is open, if any; the last answer stays. */
  cancel(): void {
    this.#controller?.abort()
    this.#finish()
  }

  /** Puts an answer there that came by another way. */
  set(value: T | null): void {
    this.#value = value
  }

  /** Gives up and forgets. */
  clear(): void {
    this.cancel()
    this.#value = null
    this.#error = null
  }

  dismissError(): void {
    this.#error = null
  }

  #finish(): void {
    this.#controller = null
    this.#isBusy = false
    this.#progress = null
  }
}

function isCancelled(error: unknown): boolean {
  return error instanceof LabError && error.code === 'cancelled'
}
