import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** Far more controls than any view of the lab has. */
const MOST_PRESSES = 120

/** What has the focus, and what is wrong with that for somebody who looks for it; '' for nothing. */
interface Focus {
  readonly name: string
  readonly fault: string
}

/** Works the page by keys alone. After each the focus has to be somewhere, in view and marked. */
export class FocusWalk {
  readonly #page: Page
  constructor(page: Page) {
    this.#page = page
  }

  async press(key: string): Promise<void> {
    await this.#page.keyboard.press(key)
    await expect.poll(() => this.#fault(), { message: `after ${key}` }).toBe('')
  }

  async type(text: string): Promise<void> {
    await this.#page.keyboard.type(text)
    await expect.poll(() => this.#fault(), { message: `after ${text}` }).toBe('')
  }

  /** Presses a key until a control of that name has the focus. */
  async seek(name: string | RegExp, key = 'Tab'): Promise<void> {
    const passed: string[] = []
    for (let presses = 0; presses < MOST_PRESSES; presses++) {
      const focus = await this.#look()
      if (typeof name === 'string' ? focus.name === name : name.test(focus.name)) return
      passed.push(focus.name)
      await this.press(key)
    }
    throw new Error(`Expected to come to ${String(name)} by ${key}; came to ${passed.join(', ')}.`)
  }

  /** Opens the palette and takes the first that it finds. */
  async command(text: string): Promise<void> {
    await this.press('Control+k')
    await this.type(text)
    await this.press('Enter')
  }

  async #fault(): Promise<string> {
    return (await this.#look()).fault
  }

  async #look(): Promise<Focus> {
    return this.#page.evaluate(() => {
      const at = document.activeElement
      if (!(at instanceof HTMLElement) || at === document.body) {
        return { name: '', fault: 'the focus is lost' }
      }
      const labels = (at as HTMLInputElement).labels as NodeListOf<HTMLElement> | null | undefined
      const labelled = at.getAttribute('aria-labelledby')
      const name =
        at.getAttribute('aria-label') ??
        (labelled === null ? null : document.getElementById(labelled)?.textContent) ??
        labels?.[0]?.textContent ??
        at.textContent
      // A button that is as large as its tile has the ring on what makes it so.
      const isMarked = [null, '::after'].some((part) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(at, part)
        return outlineStyle !== 'none' && parseFloat(outlineWidth) > 0
      })
      const { left, right, top, bottom } = at.getBoundingClientRect()
      const isInView = right > 0 && bottom > 0 && left < innerWidth && top < innerHeight
      const fault = !at.checkVisibility()
        ? 'is not shown'
        : !isInView
          ? 'is out of view'
          : isMarked
            ? ''
            : 'has no outline'
      const told = name.trim().replace(/\s+/g, ' ')
      return { name: told, fault: fault && `${at.outerHTML.slice(0, 120)} ${fault}` }
    })
  }
}
