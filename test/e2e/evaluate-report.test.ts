import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildCommandLine } from '../support/built-command'
import { LabApp, LabHome } from '../support/lab-app'
import { writeNetworkRun } from '../support/network-run'
import { PATIENT } from '../support/patience'
import { writeMadeEvaluation } from '../support/written-evaluation'

const CLASSES = 10
const PICTURES = 200
const INPUT = 32

/** What leaves the window of an evaluation. */
describe('the report and the bundle of an evaluation', () => {
  const home = new LabHome()
  const folder = join(home.folder, 'pictures')
  let lab: LabApp
  let command: string
  let top1: string

  beforeAll(async () => {
    const classNames = Array.from({ length: CLASSES }, (_, index) => `c${index}`)
    const network = { configuration: 'A', inputSize: INPUT, classes: CLASSES, width: 0.05 } as const
    const runFolder = await writeNetworkRun(home.runs, 'made', network, classNames)
    await writeMadeEvaluation({
      runFolder,
      folder,
      classNames,
      pictures: PICTURES,
      inputSize: INPUT,
    })
    // The pictures are kept, and evaluated by the network itself.
    rmSync(join(runFolder, 'evaluations'), { recursive: true })
    command = await buildCommandLine('evaluate-report')
    const told = runCommand(runFolder, folder)
    expect(told.status, told.stderr).toBe(0)
    const numbers = JSON.parse(told.stdout) as { top1: number }
    top1 = `${(numbers.top1 * 100).toFixed(1)}%`
    lab = await LabApp.launch(home)
    await lab.page.getByText('Engine ready').waitFor(PATIENT)
    await lab.show('Evaluate')
    const choice = lab.view.getByLabel('Evaluation', { exact: true })
    await choice
      .locator('option')
      .nth(1)
      .waitFor({ ...PATIENT, state: 'attached' })
    await choice.selectOption({ index: 1 })
    await lab.view.getByRole('button', { name: 'Export evaluation' }).waitFor(PATIENT)
  })
  afterAll(async () => {
    await lab.close()
    home.remove()
  })

  const runCommand = (...args: string[]) =>
    spawnSync(process.execPath, [command, 'evaluate', ...args, '--json'], { encoding: 'utf8' })

  /** Chooses an entry of the menu, and waits for its file to be written. */
  const exportAs = async (entry: string, name: string): Promise<string> => {
    const file = join(home.folder, name)
    await lab.saveInDialogs(file)
    await lab.view.getByRole('button', { name: 'Export evaluation' }).click()
    await lab.view.getByRole('menuitem', { name: entry }).click()
    await expect.poll(() => existsSync(file), { timeout: 60_000 }).toBe(true)
    await lab.view.getByRole('progressbar', { name: 'Export' }).waitFor({ state: 'detached' })
    return file
  }

  it('has the numbers and the pictures in one page that loads nothing and says no error', async () => {
    const file = await exportAs('Report as HTML', 'report.html')
    await lab.app.evaluate(({ BrowserWindow }, url) => {
      void new BrowserWindow({ show: false }).loadURL(url)
    }, pathToFileURL(file).href)
    await expect.poll(() => lab.app.windows().length).toBe(2)
    const report = lab.app.windows().find((page) => page !== lab.page)
    if (report === undefined) throw new Error('no window of the report')
    const faults: string[] = []
    report.on('console', (message) => faults.push(message.text()))
    await report.reload({ waitUntil: 'load' })
    expect(await report.title()).toContain('Evaluation of made')
    expect(await report.getByText(top1, { exact: true }).count()).toBeGreaterThan(0)
    const widths = await report
      .locator('img')
      .evaluateAll((images: HTMLImageElement[]) => images.map((image) => image.naturalWidth))
    expect(widths.length).toBeGreaterThan(10)
    expect(Math.min(...widths)).toBeGreaterThan(0)
    expect(faults).toEqual([])
    await report.close()
  })

  it('is printed as a PDF of several pages', async () => {
    const pdf = readFileSync(await exportAs('Report as PDF', 'report.pdf'), 'latin1')
    expect(pdf.slice(0, 5)).toBe('%PDF-')
    expect(pdf.match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(1)
  })

  it('is bundled, and the command line gets the same numbers from the bundle', async () => {
    const bundle = await exportAs('Bundle to repeat it', 'made-bundle.tar')
    const { status, stdout, stderr } = runCommand(bundle, folder)
    expect(status, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ agrees: true, missing: [], changed: [] })
    expect(lab.faults).toEqual([])
  })
})
