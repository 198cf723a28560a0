import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NetworkSpec } from '../../src/shared/vgg'
import { startEdit } from '../../src/shared/vgg'
import { parseCsv } from '../support/csv'
import { LabApp, LabHome } from '../support/lab-app'
import { writeNetworkRun } from '../support/network-run'
import { PATIENT } from '../support/patience'

/** As many classes as the paper's; to rank its channels on the sample data takes far longer than the test. */
const NETWORK: NetworkSpec = {
  configuration: 'A',
  inputSize: 128,
  classes: 1000,
  width: 0.5,
  edit: { ...startEdit('A', 'small head'), fullyConnectedUnits: [256, 256] },
}
const SAMPLE_CLASSES = ['checker', 'circle', 'cross', 'dots', 'stripes', 'triangle']
const PICTURE = resolve(import.meta.dirname, '../support/cat.png')

/** Two units beside each other, a job that is given up, and many classes, in the built app. */
describe('Inspect on a network of 1000 classes', () => {
  const home = new LabHome()
  let lab: LabApp

  beforeAll(async () => {
    await writeNetworkRun(home.runs, 'thousand', NETWORK, SAMPLE_CLASSES)
    lab = await LabApp.launch(home)
    await lab.page.getByText('Engine ready').waitFor(PATIENT)
    await lab.show('Data')
    await lab.button('Use sample data').click()
    await lab.view.getByText('240 pictures in 6 classes').first().waitFor(PATIENT)
    await lab.show('Inspect')
    await lab.chooseInDialogs(PICTURE)
    await lab.button('Open image').click()
    await lab.view.getByText('cat.png', { exact: true }).waitFor({ state: 'attached' })
  })
  afterAll(async () => {
    await lab.close()
    home.remove()
  })
  const layer = (name: string) =>
    lab.view.getByRole('listbox', { name: 'Layers' }).getByText(name, { exact: true })
  const tab = (name: string) => lab.page.getByRole('tab', { name, exact: true })
  const field = () => lab.view.getByRole('region', { name: 'Receptive field' })
  /** What stands beside a term of the probed unit. */
  const fact = (term: string) =>
    field()
      .locator('dt', { hasText: new RegExp(`^${term}$`) })
      .locator('xpath=following-sibling::dd[1]')

  it('lists the five most probable classes, and the strongest units by their class', async () => {
    const list = lab.view.getByRole('list', { name: 'Predictions', exact: true })
    await expect.poll(() => list.getByRole('listitem').count()).toBe(5)
    const shares = (await list.locator('.number').allInnerTexts()).map(parseFloat)
    expect(shares).toEqual([...shares].sort((a, b) => b - a))
    const first = (await list.locator('.name').first().innerText()).trim()
    await layer('prob').click()
    await lab.view.getByText('The 12 strongest of 1,000 units').waitFor()
    const strongest = lab.view.getByRole('list', { name: 'Strongest units' })
    expect(await strongest.locator('.name').first().innerText()).toBe(first)
  })

  it('explains any class that is typed, and the predicted one again', async () => {
    await tab('Why').click()
    const chooser = lab.view.getByLabel('Class', { exact: true })
    await expect.poll(() => chooser.inputValue()).not.toBe('')
    const predicted = await chooser.inputValue()
    await chooser.fill('class 777')
    await lab.view
      .getByRole('region', { name: 'Why this prediction' })
      .getByText(/class 777/)
      .first()
      .waitFor()
    await lab.button('Predicted').click()
    await expect.poll(() => chooser.inputValue()).toBe(predicted)
    await chooser.fill('no such class')
    await expect.poll(() => chooser.getAttribute('aria-invalid')).toBe('true')
    await chooser.blur()
    await expect.poll(() => chooser.inputValue()).toBe(predicted)
  })

  it('keeps a unit beside the one that is pointed at, with what their fields share', async () => {
    await tab('Maps').click()
    await layer('conv2_1').click()
    const grid = lab.view.getByRole('listbox', { name: 'Channels' })
    await grid.hover({ position: { x: 60, y: 60 } })
    await expect.poll(() => fact('Unit').innerText()).toMatch(/^conv2_1 \(x \d+, y \d+, c 0\)$/)
    await expect.poll(() => fact('Value').innerText()).toMatch(/^[\d.e-]+$/)
    const [unit, value] = [await fact('Unit').innerText(), await fact('Value').innerText()]
    await lab.page.keyboard.press('p')
    await expect.poll(() => fact('Pinned').innerText()).toContain(`${unit} = ${value}`)
    expect(await fact('Overlap').innerText()).toMatch(/100\.0% of this unit’s, 100\.0% of the/)
    await grid.hover({ position: { x: 190, y: 70 } })
    await expect.poll(() => fact('Unit').innerText()).toMatch(/c [1-9]\d*\)$/)
    expect(await fact('Pinned').innerText()).toContain(`${unit} = ${value}`)
    await layer('conv5_1').click()
    await expect.poll(() => fact('Unit').innerText()).toMatch(/^conv5_1/)
    expect(await fact('Overlap').innerText()).toMatch(/ px of the picture: /)
    const save = async (item: string, name: string): Promise<string> => {
      const file = join(home.folder, name)
      await lab.saveInDialogs(file)
      await lab.button('Export the receptive field').press('Enter')
      await field().locator('[role=menuitem]:focus').waitFor()
      await field().getByRole('menuitem', { name: item, exact: true }).press('Enter')
      await expect.poll(() => existsSync(file) && statSync(file).size).toBeGreaterThan(0)
      return readFileSync(file, 'utf8')
    }
    const rows = parseCsv(await save('CSV', 'field.csv'))
    expect(rows.map(([name]) => name)).toEqual(['layer', 'input', 'conv1_1', 'pool1', 'conv2_1'])
    const svg = await save('SVG', 'field.svg')
    expect(svg).toContain(`>${unit}</text>`)
    expect(svg).toContain('href="data:image/png')
    expect(await save('PNG', 'field.png')).toContain('PNG')
    await lab.button('Unpin the unit').click()
    expect(await fact('Pinned').count()).toBe(0)
  })

  it('tells and saves the raw values, though the maps are drawn from bytes', async () => {
    // Before the ReLU, where no value is zero.
    await lab.view.getByText('Before', { exact: true }).click()
    await lab.view.getByText('conv5_1 before ReLU 8 × 8 × 256').waitFor()
    await expect.poll(() => fact('Value').innerText()).toMatch(/^-?[\d.]*[1-9][\d.e-]*$/)
    const told = await fact('Value').innerText()
    const unit = /^conv5_1 \(x (\d+), y (\d+), c (\d+)\)$/.exec(await fact('Unit').innerText())
    const [x = 0, y = 0, channel = 0] = (unit ?? []).slice(1).map(Number)
    const file = join(home.folder, 'maps.npy')
    await lab.saveInDialogs(file)
    await lab.view.getByLabel('Format', { exact: true }).selectOption('npy')
    await lab.button('Export').click()
    const [side, channels] = [8, 256]
    const length = side * side * channels * Float32Array.BYTES_PER_ELEMENT
    await expect.poll(() => existsSync(file) && statSync(file).size).toBeGreaterThan(length)
    const bytes = readFileSync(file)
    const at = bytes.length - length + 4 * ((y * side + x) * channels + channel)
    expect(Number(bytes.readFloatLE(at).toPrecision(6))).toBe(Number(told))
  })

  it('saves the enlarged map as picture and as raw values', async () => {
    const told = Number(await fact('Value').innerText())
    const unit = /^conv5_1 \(x (\d+), y (\d+), c (\d+)\)$/.exec(await fact('Unit').innerText())
    const [x = 0, y = 0, channel = 0] = (unit ?? []).slice(1).map(Number)
    await lab.view.getByRole('listbox', { name: 'Channels' }).focus()
    await lab.page.keyboard.press('z')
    const zoom = lab.view.getByRole('group', { name: 'Enlarged map' })
    await zoom.getByText(`channel ${channel}`, { exact: true }).waitFor()
    const save = async (item: string, name: string): Promise<Buffer> => {
      const file = join(home.folder, name)
      await lab.saveInDialogs(file)
      // By keyboard: a pointer on its way would probe another unit.
      await zoom.getByRole('button', { name: 'Export the enlarged map' }).press('Enter')
      // The menu takes the focus to its first item when it opens.
      await zoom.locator('[role=menuitem]:focus').waitFor()
      await zoom.getByRole('menuitem', { name: item, exact: true }).press('Enter')
      await expect.poll(() => existsSync(file) && statSync(file).size).toBeGreaterThan(0)
      return readFileSync(file)
    }
    const rows = parseCsv((await save('CSV', 'map.csv')).toString())
    expect(rows).toHaveLength(1 + 8)
    expect(Number(Number(rows[1 + y]?.[1 + x]).toPrecision(6))).toBe(told)
    const npy = await save('NPY', 'map.npy')
    expect(npy.toString('latin1')).toContain("'shape': (8, 8)")
    expect(Number(npy.readFloatLE(npy.length - 4 * (64 - (y * 8 + x))).toPrecision(6))).toBe(told)
    const trueSize = await save('PNG 1:1', 'map.true-size.png')
    expect([trueSize.readUInt32BE(16), trueSize.readUInt32BE(20)]).toEqual([8, 8])
    expect((await save('PNG', 'map.png')).readUInt32BE(16)).toBeGreaterThan(512)
    // The map and the legend's bar.
    expect((await save('SVG', 'map.svg')).toString().match(/<image /g)).toHaveLength(2)
    await lab.page.keyboard.press('Escape')
    await zoom.waitFor({ state: 'detached' })
  })

  it('gives a ranking up at once, keeps what it found, and answers other questions', async () => {
    await layer('conv2_1').click()
    await tab('What if').click()
    const tool = lab.page.getByRole('region', { name: 'What if' })
    await tool.getByText('Rank channels').click()
    await tool.getByLabel('Pictures').selectOption('all')
    await tool.getByRole('button', { name: 'Rank the channels of conv2_1' }).click()
    await tool.getByText(/so far of/).waitFor()
    await tool.getByRole('button', { name: 'Cancel', exact: true }).click()
    await lab.page
      .getByRole('progressbar', { name: 'Ranking of channels' })
      .waitFor({ state: 'detached' })
    await tool.getByText(/stopped after \d+ of/).waitFor()
    expect(await tool.getByRole('table', { name: 'Channels of conv2_1 by cost' }).count()).toBe(1)
    await tab('Maps').click()
    await layer('conv3_1').click()
    await lab.view.getByText('32 × 32 × 128').waitFor()
    expect(lab.faults).toEqual([])
  })
})
