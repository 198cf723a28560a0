import type { Locator, Page } from 'playwright-core'

/** Far more controls than any part of the lab has. */
const MOST_PRESSES = 300

/**
 * Presses Tab from where the focus is, through a part of the page and out of it.
 * @returns the controls of the part that the focus did not come to, as HTML; empty when all is well
 */
export async function tabThrough(page: Page, part: Locator): Promise<string[]> {
  await page.evaluate(() => {
    const reached = new Set<EventTarget | null>()
    addEventListener('focusin', ({ target }) => reached.add(target))
    Object.assign(globalThis, { reached })
  })
  const isInside = () => part.evaluate((own) => own.contains(document.activeElement))
  let presses = 0
  do await page.keyboard.press('Tab')
  while (++presses < MOST_PRESSES && (await isInside()))
  return part.evaluate((own) => {
    const { reached } = globalThis as unknown as { reached: Set<EventTarget> }
    const controls = [
      ...own.querySelectorAll<HTMLElement>('button, select, input, summary, [tabindex]'),
    ]
      .filter((control) => control.tabIndex >= 0 && !control.matches(':disabled, [type=radio]'))
      .filter((control) => control.checkVisibility())
    if (controls.length === 0) throw new Error('Expected controls, got none.')
    return controls
      .filter((control) => !reached.has(control))
      .map((control) => control.outerHTML.slice(0, 120))
  })
}
