import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

declare global {
  interface Window {
    axe?: { run(context: Document, options: RunOptions): Promise<AxeResults> }
  }
}

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * What axe finds wrong in what the page shows now, a line for each element; empty when all is well.
 * axe is evaluated, not inserted as a script, which the page's own CSP refuses.
 */
export async function findViolations(page: Page): Promise<string[]> {
  const isThere = await page.evaluate(() => window.axe !== undefined)
  if (!isThere) await page.evaluate(SOURCE)
  const violations = await page.evaluate(async () => {
    const results = await window.axe?.run(document, { resultTypes: ['violations'] })
    return (results?.violations ?? []).map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ target, failureSummary }) => ({ target, failureSummary })),
    }))
  })
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) =>
        `${id}: ${target.join(' ')}: ${(failureSummary ?? '').replace(/\s+/g, ' ')}`,
    ),
  )
}

/**
 * Resolves when the page stands still: nothing is animated, and for a quarter of a second nothing in
 * it has changed. Colours are then what they stay, and what was asked has been answered.
 */
export async function untilStill(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const isMoving = (): boolean =>
          document.getAnimations().some(({ playState }) => playState === 'running')
        const look = (): void => {
          if (isMoving()) wait()
          else {
            observer.disconnect()
            resolve()
          }
        }
        let timer = 0
        const wait = (): void => {
          window.clearTimeout(timer)
          timer = window.setTimeout(look, 250)
        }
        const observer = new MutationObserver(wait)
        const all = { subtree: true, childList: true, attributes: true, characterData: true }
        observer.observe(document.documentElement, all)
        wait()
      }),
  )
}
