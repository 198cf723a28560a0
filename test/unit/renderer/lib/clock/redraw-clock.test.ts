import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RedrawClock } from '../../../../../src/renderer/src/lib/clock/redraw-clock'

const INTERVAL_MS = 500

/** A page that can be put out of sight. */
class Page extends EventTarget {
  hidden = false

  setHidden(isHidden: boolean): void {
    this.hidden = isHidden
    this.dispatchEvent(new Event('visibilitychange'))
  }
}

describe('RedrawClock', () => {
  let page: Page
  let clock: RedrawClock
  let disconnect: () => void

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    vi.stubGlobal('requestAnimationFrame', (done: () => void) => setTimeout(done, 16))
    page = new Page()
    clock = new RedrawClock(INTERVAL_MS)
    disconnect = clock.connect(page)
  })
  afterEach(() => {
    disconnect()
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })

  /** A message each tenth of a second, as the engine sends them. */
  const tell = (messages: number, ...redraws: (() => void)[]): void => {
    for (let message = 0; message < messages; message++) {
      for (const redraw of redraws) clock.request(redraw)
      vi.advanceTimersByTime(100)
    }
  }

  it('draws at most twice a second what is told ten times a second and together', () => {
    const curves = vi.fn()
    const status = vi.fn()
    tell(100, curves, status)
    expect(curves.mock.calls.length).toBeGreaterThanOrEqual(18)
    expect(curves.mock.calls.length).toBeLessThanOrEqual(20)
    expect(status.mock.calls.length).toBe(curves.mock.calls.length)
  })

  it('draws in the next frame what comes after a pause, and the last that came', () => {
    let told = 0
    let drawn = 0
    const redraw = (): void => {
      drawn = told
    }
    told = 1
    clock.request(redraw)
    vi.advanceTimersByTime(20)
    expect(drawn).toBe(1)
    told = 2
    clock.request(redraw)
    vi.advanceTimersByTime(20)
    expect(drawn).toBe(1)
    vi.advanceTimersByTime(INTERVAL_MS)
    expect(drawn).toBe(2)
  })

  it('draws nothing while the page is hidden, and once when it is seen again', () => {
    const redraw = vi.fn()
    page.setHidden(true)
    tell(100, redraw)
    expect(redraw).not.toHaveBeenCalled()
    page.setHidden(false)
    expect(redraw).toHaveBeenCalledOnce()
  })

  it('draws news at once, and not again', () => {
    const redraw = vi.fn()
    clock.request(redraw)
    clock.runNow(redraw)
    expect(redraw).toHaveBeenCalledOnce()
    vi.advanceTimersByTime(2 * INTERVAL_MS)
    expect(redraw).toHaveBeenCalledOnce()
  })
})
