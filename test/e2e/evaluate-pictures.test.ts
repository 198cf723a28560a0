import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { traceFrames } from '../support/frame-trace'
import { LabApp, LabHome } from '../support/lab-app'
import { writeNetworkRun } from '../support/network-run'
import { PATIENT } from '../support/patience'
import { writeMadeEvaluation } from '../support/written-evaluation'

const CLASSES = 200
const PICTURES = 10_000
const INPUT = 32
const SCROLLS = 60
/** For what was asked for to be drawn. */
const SETTLE_MS = 500

/** The pictures behind an evaluation of 10,000 pictures and 200 classes. */
describe('the pictures behind an evaluation', () => {
  const home = new LabHome()
  const folder = join(home.folder, 'pictures')
  const classNames = Array.from({ length: CLASSES }, (_, index) => `class ${index}`)
  let lab: LabApp

  beforeAll(async () => {
    const network = { configuration: 'A', inputSize: INPUT, classes: CLASSES, width: 0.05 } as const
    const runFolder = await writeNetworkRun(home.runs, 'made', network)
    await writeMadeEvaluation({
      runFolder,
      folder,
      classNames,
      pictures: PICTURES,
      inputSize: INPUT,
    })
    lab = await LabApp.launch(home)
    await lab.page.getByText('Engine ready').waitFor(PATIENT)
    await lab.show('Evaluate')
    const choice = lab.view.getByLabel('Evaluation', { exact: true })
    await choice
      .locator('option')
      .nth(1)
      .waitFor({ ...PATIENT, state: 'attached' })
    await choice.selectOption({ index: 1 })
    await tab('Pictures').click()
    await gallery().waitFor(PATIENT)
  })
  afterAll(async () => {
    await lab.close()
    home.remove()
  })
  const tab = (name: string) => lab.view.getByRole('tab', { name, exact: true })
  const gallery = () => lab.view.getByRole('listbox', { name: /^Pictures of the evaluation/ })
  const matrix = () => lab.view.getByRole('application', { name: /^Confusion matrix/ })
  const listed = () => lab.view.getByText(/^[\d,]+( of [\d,]+)? pictures?$/).first()
  const countListed = async () => Number((await listed().innerText()).replace(/ .*|,/g, ''))
  const detail = () => lab.view.getByRole('region', { name: 'Picture', exact: true })

  it('draws few of the pictures, with their thumbnails, and scrolls in frames shorter than another list takes', async () => {
    expect(await countListed()).toBe(PICTURES)
    await expect.poll(() => gallery().locator('img').count()).toBeGreaterThan(10)
    const filtering = await traceFrames(lab, async () => {
      await lab.view.getByRole('button', { name: 'Most confident mistakes' }).click()
      await expect.poll(countListed).toBeLessThan(PICTURES)
    })
    await lab.view.getByRole('button', { name: 'Clear filters' }).click()
    await gallery().hover()
    const scrolling = await traceFrames(lab, async () => {
      for (let scroll = 0; scroll < SCROLLS; scroll++) {
        await lab.page.mouse.wheel(0, 300)
        await lab.page.waitForTimeout(8)
      }
    })
    const told = { filtering, scrolling }
    for (const [what, { tasks, thread }] of Object.entries(told))
      console.log(
        `${what}: script p95 ${thread.p95Ms.toFixed(1)}, longest ${thread.longestMs.toFixed(1)} ms; ` +
          `main thread p95 ${tasks.p95Ms.toFixed(1)}, longest ${tasks.longestMs.toFixed(1)} ms; ` +
          `${tasks.framesMs.filter((ms) => ms > 32).length} of ${tasks.framesMs.length} frames over 32 ms`,
      )
    expect(await gallery().evaluate((box) => box.scrollTop)).toBeGreaterThan(1000)
    // What is not seen is not in the page, however far down.
    expect(await gallery().getByRole('option').count()).toBeLessThan(PICTURES / 20)
    expect(scrolling.tasks.p95Ms).toBeLessThan(2 * filtering.tasks.longestMs)
  })

  it('opens a cell of the matrix by the keyboard, and its count is what is listed', async () => {
    await tab('Confusion').click()
    const pair = lab.view.getByRole('button', { name: /^Show \d+ pictures? of/ }).first()
    const count = Number(/\d+/.exec((await pair.getAttribute('aria-label')) ?? '')?.[0])
    expect(count).toBeGreaterThan(0)
    // The matrix goes to the cell of the pair that has the focus.
    await pair.focus()
    await matrix().focus()
    for (const key of ['ArrowDown', 'ArrowUp', 'Enter']) await lab.page.keyboard.press(key)
    await expect.poll(countListed).toBe(count)
    const first = gallery().getByRole('option').first()
    expect(await first.getAttribute('aria-label')).toMatch(/wrong: predicted class/)
  })

  it('tells of a picture what the network makes of it, and lays Grad-CAM and the score map over it', async () => {
    await gallery().focus()
    await lab.page.keyboard.press('Home')
    await detail().getByRole('table', { name: 'Top classes' }).waitFor()
    expect(await detail().getByRole('row').count()).toBe(5)
    await detail().getByText('Grad-CAM', { exact: true }).click()
    await detail()
      .getByRole('img', { name: /^Grad-CAM of/ })
      .waitFor(PATIENT)
    await detail().getByText('Score map', { exact: true }).click()
    const map = detail().getByRole('application', { name: /^Score map of/ })
    await map.waitFor(PATIENT)
    await map.focus()
    await lab.page.keyboard.press('ArrowRight')
    expect(
      await detail()
        .getByText(/^place \(x/)
        .innerText(),
    ).toMatch(/field \d+ px/)
  })

  it('corrects what is selected, marks it, takes it back, and exports what is listed', async () => {
    await lab.view.getByRole('button', { name: 'Clear filters' }).click()
    await gallery().focus()
    for (const key of ['Home', 'Shift+ArrowRight', 'Shift+ArrowRight'])
      await lab.page.keyboard.press(key)
    await lab.view.getByText('3 selected').waitFor()
    await lab.view.getByRole('button', { name: 'Exclude' }).click()
    await expect.poll(() => gallery().getByText('excluded').count()).toBe(3)
    await lab.view.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => gallery().getByText('excluded').count()).toBe(0)
    await lab.view.getByLabel('Find pictures by file name').fill('c17/')
    await expect.poll(countListed).toBe(PICTURES / CLASSES)
    const file = join(home.folder, 'pictures.csv')
    await lab.saveInDialogs(file)
    await lab.view.getByRole('button', { name: 'Export pictures as CSV' }).click()
    await expect
      .poll(() => {
        try {
          return readFileSync(file, 'utf8').trim().split('\r\n').length
        } catch {
          return 0
        }
      })
      .toBe(1 + PICTURES / CLASSES)
  })

  it('opens a picture in Inspect at Why', async () => {
    await lab.page.waitForTimeout(SETTLE_MS)
    await detail().getByRole('button', { name: 'Why' }).click()
    const map = lab.view.getByRole('application', { name: /^Grad-CAM for .* over the picture/ })
    await map.waitFor(PATIENT)
    expect(lab.faults).toEqual([])
  })
})
