import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LabApp, LabHome } from '../support/lab-app'
import { readMetrics } from '../support/metrics'

/** Set in the page by the test. */
interface CountedPage {
  curveDrawings: number
}

/** How often curves are drawn while a run trains: counts against what the run has told, no times. */
describe('redrawing while a run trains, on the built app', () => {
  const home = new LabHome()
  let lab: LabApp

  beforeAll(async () => {
    lab = await LabApp.launch(home)
    await lab.show('Data')
    await lab.button('Use sample data').click()
    await lab.page
      .getByText(/\d+ pictures in \d+ classes/)
      .first()
      .waitFor()
    await lab.show('Train')
    for (const [name, value] of [
      ['Input size', '32'],
      ['Width', '0.1'],
      ['Epochs', '5000'],
    ] as const) {
      await lab.view.getByLabel(name, { exact: true }).fill(value)
    }
    await lab.page.evaluate(() => {
      const counted = globalThis as unknown as CountedPage
      counted.curveDrawings = 0
      const clearRect = Reflect.get(CanvasRenderingContext2D.prototype, 'clearRect')
      CanvasRenderingContext2D.prototype.clearRect = function (...box) {
        if (this.canvas.closest('figure') !== null) counted.curveDrawings++
        clearRect.apply(this, box)
      }
    })
    await lab.button('Start training').click()
    await lab.button('Stop').waitFor()
  })
  afterAll(async () => {
    expect(lab.faults).toEqual([])
    await lab.close()
    home.remove()
  })

  const countDrawings = () =>
    lab.page.evaluate(() => (globalThis as unknown as CountedPage).curveDrawings)
  const countLines = (): number => {
    const [run] = readdirSync(home.runs)
    return run === undefined ? 0 : readMetrics(join(home.runs, run)).length
  }
  const waitForLines = async (more: number): Promise<void> => {
    const from = countLines()
    await expect.poll(countLines).toBeGreaterThan(from + more)
  }
  const setHidden = (isHidden: boolean) =>
    lab.page.evaluate((isHidden) => {
      Object.defineProperty(document, 'hidden', { value: isHidden, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, isHidden)
  const nextFrames = () =>
    lab.page.evaluate(async () => {
      for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame)
    })

  it('draws the curves while they are shown', async () => {
    await expect.poll(countDrawings).toBeGreaterThan(0)
    const before = await countDrawings()
    await expect.poll(countDrawings).toBeGreaterThan(before)
  })

  it('draws none of them in a view that is hidden, and the newest when it is shown again', async () => {
    await lab.show('Architecture')
    await nextFrames()
    const before = await countDrawings()
    await waitForLines(50)
    expect(await countDrawings()).toBe(before)
    await lab.show('Train')
    await expect.poll(countDrawings).toBeGreaterThan(before)
  })

  it('draws none of them while the page is hidden, and the newest when it is seen again', async () => {
    await setHidden(true)
    await nextFrames()
    const before = await countDrawings()
    await waitForLines(50)
    expect(await countDrawings()).toBe(before)
    await setHidden(false)
    await expect.poll(countDrawings).toBeGreaterThan(before)
  })

  it('shows the last point when the run is paused', async () => {
    await lab.button('Pause').click()
    await lab.button('Resume').waitFor()
    const loss = lab.view.getByRole('figure', { name: 'Loss' })
    const caption = await loss.locator('caption').innerText()
    const steps = readMetrics(join(home.runs, readdirSync(home.runs)[0] ?? '')).flatMap((line) =>
      line.kind === 'step' ? [line.step] : [],
    )
    expect(caption).toBe(`Last values of Loss, step ${steps.at(-1)}`)
  })
})
