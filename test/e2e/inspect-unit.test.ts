import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findViolations } from '../support/accessibility'
import { parseCsv } from '../support/csv'
import { LabApp, LabHome } from '../support/lab-app'
import { PATIENT } from '../support/patience'

/** The tab "Unit" of the Inspect view, in the built app. */
describe('what a unit looks for', () => {
  const home = new LabHome()
  let lab: LabApp

  beforeAll(async () => {
    lab = await LabApp.launch(home)
    await lab.show('Data')
    await lab.button('Use sample data').click()
    await lab.view.getByText('240 pictures in 6 classes').first().waitFor(PATIENT)
    await lab.show('Train')
    const field = (name: string) => lab.view.getByLabel(name, { exact: true })
    await field('Input size').fill('32')
    await field('Width').fill('0.1')
    await field('Epochs').fill('1')
    await lab.button('Start training').click()
    await lab.trainingStatus.getByText('Finished').first().waitFor({ timeout: 120_000 })
    await lab.show('Inspect')
    await lab.page.getByRole('tab', { name: 'Unit', exact: true }).click()
    await lab.page.getByRole('option', { name: /^conv2_1/ }).click()
  })
  afterAll(async () => {
    await lab.close()
    home.remove()
  })

  const unit = () => lab.view.getByRole('region', { name: 'What this unit looks for' })
  const patches = () => unit().getByRole('region', { name: 'Strongest patches' })

  it('searches part of the data set, goes on to all of it, and keeps it with the run', async () => {
    await unit().getByLabel('Pictures at most').fill('60')
    await unit().getByRole('button', { name: 'Search for conv2_1' }).click()
    await unit().getByText('60 of 240 pictures counted; kept with the run').waitFor()
    await unit().getByLabel('Pictures at most').fill('1000')
    await unit().getByRole('button', { name: 'Continue' }).click()
    await unit().getByText('240 of 240 pictures counted; kept with the run').waitFor()
    const [run = ''] = readdirSync(home.runs)
    const kept = readdirSync(join(home.runs, run, 'inspect', 'epoch-0001'))
    expect(kept).toEqual([expect.stringMatching(/^conv2_1-[0-9a-f]{8}\.safetensors$/)])
  })

  it('shows a channel: patches that open their picture, classes, a histogram', async () => {
    await unit().getByLabel('Sort channels by').selectOption('selectivity')
    const first = unit().getByRole('listbox', { name: 'Channels' }).getByRole('option').first()
    await first.click()
    const index = Number((await first.innerText()).split(/\s+/)[1])
    await unit().getByText(index.toFixed(2)).first().waitFor()
    await expect.poll(() => patches().getByRole('button').count()).toBe(16)
    const values = await patches()
      .getByRole('button')
      .evaluateAll((all) => all.map((one) => parseFloat(one.getAttribute('aria-label') ?? '')))
    expect(values).toEqual([...values].sort((a, b) => b - a))
    const tile = patches().getByRole('button').nth(3)
    const words = (await tile.getAttribute('aria-label')) ?? ''
    const [, file = '', x = '', y = ''] = /, ([^,]+), unit x (\d+), y (\d+)$/.exec(words) ?? []
    await tile.click()
    const field = lab.view.getByText(new RegExp(`conv2_1 \\(x ${x}, y ${y}, c`))
    await field.waitFor()
    await lab.view
      .getByText(file.split('/').at(-1) ?? '', { exact: true })
      .waitFor({ state: 'attached' })
    // The probed value is the patch's.
    const facts = lab.view.getByRole('group', { name: 'Picture and predictions' })
    const probe = async () => parseFloat(await facts.locator('dd').nth(1).innerText())
    await expect.poll(probe).toBeCloseTo(values[3] ?? NaN, 1)
    await unit()
      .getByText(/^Selectivity 0\.\d+, for \w+$/)
      .waitFor()
    expect(
      await unit()
        .getByRole('list', { name: /most exciting/ })
        .locator('li')
        .count(),
    ).toBe(6)
    await unit()
      .getByRole('img', { name: /^Largest activation of each picture/ })
      .waitFor()
  })

  it('exports a table of all channels', async () => {
    const file = join(home.folder, 'channels.csv')
    await lab.saveInDialogs(file)
    await lab.button('Export unit results').click()
    await lab.page.getByRole('menuitem', { name: 'All channels (CSV)' }).click()
    // The file is there before its bytes are.
    await expect.poll(() => parseCsv(readFileSync(file, 'utf8')).length).toBe(1 + 13)
    const rows = parseCsv(readFileSync(file, 'utf8'))
    expect(rows[0]?.[0]).toBe('channel')
  })

  it('sorts the maps by class selectivity, of a layer that was searched or is now', async () => {
    await lab.page.getByRole('tab', { name: 'Maps', exact: true }).click()
    const maps = lab.view.getByRole('region', { name: 'Feature maps' })
    const order = maps.getByLabel('Sort by')
    const grid = maps.getByRole('listbox', { name: 'Channels' })
    const told = async () =>
      parseFloat(
        /selectivity (\S+?),?$/.exec(await grid.getByRole('option').innerText())?.[1] ?? '',
      )
    await order.selectOption('selectivity')
    await grid.press('Home')
    await expect.poll(told).toBeGreaterThan(0)
    const first = await told()
    await grid.press('ArrowRight')
    await grid.getByText(/^channel/).waitFor({ state: 'attached' })
    expect(await told()).toBeLessThanOrEqual(first)
    await lab.page.getByRole('option', { name: /^conv1_1/ }).click()
    await maps.getByText(/^conv1_1 \(x/).waitFor()
    await order
      .getByRole('option', {
        name: 'class selectivity (search the data set first)',
        disabled: true,
      })
      .waitFor({ state: 'attached' })
    await maps.getByRole('button', { name: 'Search classes' }).click()
    // What was chosen is in force again once it is known of this layer.
    await expect.poll(() => order.inputValue()).toBe('selectivity')
    await lab.page.getByRole('tab', { name: 'Unit', exact: true }).click()
    await lab.page.getByRole('option', { name: /^conv2_1/ }).click()
  })

  it('maximises a channel: one step, a run, a pause, settings while it runs, stop', async () => {
    await unit().getByText('Maximise', { exact: true }).click()
    const region = unit().getByRole('group', { name: 'Activation maximisation' })
    const button = (name: string) => region.getByRole('button', { name, exact: true })
    await region.getByLabel('Steps', { exact: true }).fill('60')
    await button('Step').click()
    await region.getByText(/after 1 of 60 steps/).waitFor()
    const canvas = region.locator('canvas').first()
    const look = () => canvas.evaluate((one: HTMLCanvasElement) => one.toDataURL())
    const before = await look()
    await region.getByLabel('Step size').fill('0')
    await region.getByText('A number from 0.01 to 128.').waitFor()
    expect(await button('Continue').isDisabled()).toBe(true)
    await region.getByLabel('Step size').fill('6')
    await button('Continue').click()
    await region.getByText(/after 60 of 60 steps/).waitFor()
    await button('Continue').waitFor()
    expect(await look()).not.toBe(before)
    const curve = region.getByRole('img', { name: /^Value over 60 steps/ })
    const words = (await curve.getAttribute('aria-label')) ?? ''
    const [, from = '', to = ''] = /from (\S+) to (\S+)$/.exec(words) ?? []
    expect(Number(to)).toBeGreaterThan(Number(from))
    const file = join(home.folder, 'maximised.csv')
    await lab.saveInDialogs(file)
    await lab.button('Export the maximised picture').click()
    await lab.page.getByRole('menuitem', { name: 'Curve (CSV)' }).click()
    await expect.poll(() => parseCsv(readFileSync(file, 'utf8')).length).toBe(1 + 60)
    await region.getByLabel('Steps', { exact: true }).fill('100000')
    await button('Continue').click()
    await button('Pause').click()
    await button('Continue').waitFor()
    await button('Stop').click()
    expect(await region.locator('canvas').count()).toBe(0)
  })

  it('shows the kernels by input channel and goes to one; those on the picture as colours', async () => {
    await unit().getByText('Filters', { exact: true }).click()
    const region = unit().getByRole('group', { name: 'Filters' })
    const tiles = region.getByRole('button', { name: /, channel \d+: norm/ })
    await expect.poll(() => tiles.count()).toBe(6)
    await region.getByRole('img', { name: /^Colours of weight/ }).waitFor()
    await lab.page.getByRole('option', { name: /^conv1_1/ }).click()
    await region.getByText(/All kernels of conv1_1 as colours/).waitFor()
    await tiles.nth(2).click()
    await expect.poll(() => tiles.nth(2).getAttribute('aria-pressed')).toBe('true')
  })

  it('saves the filters as pictures, raw weights and norms', async () => {
    const save = async (item: string, name: string) => {
      const file = join(home.folder, name)
      await lab.saveInDialogs(file)
      await lab.button('Export the filters').click()
      await lab.page.getByRole('menuitem', { name: item, exact: true }).click()
      await expect.poll(() => existsSync(file) && readFileSync(file).length > 0).toBe(true)
      return readFileSync(file)
    }
    const npy = await save('All weights, HWIO (npy)', 'weights.npy')
    expect(npy.toString('latin1')).toContain("'shape': (3, 3, 3, 6)")
    expect(npy.length).toBe(128 + 4 * 3 * 3 * 3 * 6)
    const rows = parseCsv((await save('Norms (CSV)', 'norms.csv')).toString())
    expect(rows).toHaveLength(1 + 6)
    const svg = (await save('SVG', 'kernels.svg')).toString()
    // The six kernels and the legend's bar.
    expect(svg.match(/<image /g)).toHaveLength(7)
    const sheet = await save('PNG', 'kernels.png')
    const trueSize = await save('PNG 1:1', 'true.png')
    // Three kernels of 3 x 3 beside each other, with a pixel between them.
    expect([trueSize.readUInt32BE(16), trueSize.readUInt32BE(20)]).toEqual([11, 7])
    expect(sheet.readUInt32BE(16)).toBeGreaterThan(600)
  })

  it('has no accessibility fault, light or dark, and nothing was thrown', async () => {
    for (const theme of ['light', 'dark']) {
      await lab.page.evaluate((name) => (document.documentElement.dataset.theme = name), theme)
      expect(await findViolations(lab.page)).toEqual([])
    }
    expect(lab.faults).toEqual([])
  })
})
