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

  it('keeps a zoom while points are added, until all is asked for', async () => {
    const showAll = lab.view.getByRole('button', { name: 'Show all' })
    const plot = lab.view.getByRole('application', { name: /^Loss plot/ })
    await plot.focus()
    for (const key of ['ArrowLeft', '+', '+']) await lab.page.keyboard.press(key)
    await expect.poll(() => showAll.count()).toBe(2)
    const before = await countDrawings()
    await waitForLines(50)
    await expect.poll(countDrawings).toBeGreaterThan(before + 2)
    expect(await showAll.count()).toBe(2)
    // The layers in their place and back: it is the same part.
    await lab.view.getByRole('radio', { name: 'Layers', exact: true }).check({ force: true })
    await lab.view.getByRole('radio', { name: 'Curves', exact: true }).check({ force: true })
    await expect.poll(() => showAll.count()).toBe(2)
    await showAll.first().click()
    await expect.poll(() => showAll.count()).toBe(0)
    // The first epoch's checkpoint went long ago.
    await plot.focus()
    for (let at = 0; at < 11; at++) await lab.page.keyboard.press('Shift+ArrowLeft')
    await lab.page.keyboard.press('Enter')
    await lab.view.getByText(/Expected the checkpoint of epoch \d+; it is no longer kept/).waitFor()
    await lab.button('Dismiss').click()
  })

  it('has room for curves and for all buttons of the status bar at 1024 px', async () => {
    await lab.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.setContentSize(1024, 700),
    )
    await expect.poll(() => lab.page.evaluate(() => innerWidth)).toBe(1024)
    for (const name of ['Loss', 'Accuracy']) {
      const box = await lab.view
        .getByRole('application', { name: RegExp(`^${name} plot`) })
        .boundingBox()
      expect(box?.height).toBeGreaterThan(90)
    }
    const bar = lab.page.getByRole('contentinfo', { name: 'Status bar' })
    const commands = await bar.getByRole('button', { name: /^Commands/ }).boundingBox()
    expect((commands?.x ?? Infinity) + (commands?.width ?? 0)).toBeLessThanOrEqual(1024)
    const tooWide = await lab.view.evaluate((view) =>
      [...view.querySelectorAll('.form, .right')]
        .filter((part) => part.scrollWidth > part.clientWidth)
        .map((part) => part.className),
    )
    expect(tooWide).toEqual([])
  })

  it('takes a drop of the learning rate back while no update has taken it', async () => {
    await lab.button('Pause').click()
    await lab.button('Resume').waitFor()
    const drop = lab.view.getByRole('button', { name: /^Drop rate to [\d.e-]+$/ })
    const words = await drop.innerText()
    await drop.click()
    await lab.button('Undo').click()
    await expect.poll(() => drop.innerText()).toBe(words)
    await lab.button('Undo').waitFor({ state: 'detached' })
    await expect.poll(() => drop.evaluate((button) => button === document.activeElement)).toBe(true)
    await lab.button('Resume').click()
    await lab.button('Pause').waitFor()
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
