import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findViolations } from '../support/accessibility'
import { parseCsv } from '../support/csv'
import { LabApp, LabHome } from '../support/lab-app'
import { inspectSmallNetwork } from '../support/small-training'

const CAT = resolve(import.meta.dirname, '../support/cat.png')

/** Pictures and networks side by side, on a network that the app has just trained. */
describe('side by side, on the built app', () => {
  const home = new LabHome()
  let lab: LabApp
  const tool = () => lab.page.getByRole('region', { name: 'Side by side' })
  const maps = () => tool().getByRole('group', { name: 'Maps side by side' })
  const heads = () => maps().locator('thead th:not(.label)')
  const chooseLayer = (name: string) =>
    lab.page.getByRole('listbox', { name: 'Layers' }).getByText(name, { exact: true }).click()
  const pick = async (item: string): Promise<void> => {
    await tool().getByRole('button', { name: 'Pictures of the list' }).click()
    await lab.page.getByRole('menuitem', { name: item }).click()
  }
  /** Names of the pictures in their order. */
  const order = () => heads().locator('.name').allInnerTexts()

  /** Drops a file of this machine on the tool, as from a file manager. */
  const drop = async (path: string): Promise<void> => {
    const input = await lab.page.evaluateHandle(() =>
      Object.assign(document.createElement('input'), { type: 'file' }),
    )
    await input.setInputFiles(path)
    await tool().evaluate((element, { files }) => {
      const dataTransfer = new DataTransfer()
      for (const file of files ?? []) dataTransfer.items.add(file)
      const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true })
      element.dispatchEvent(event)
    }, input)
  }

  beforeAll(async () => {
    lab = await LabApp.launch(home)
    await inspectSmallNetwork(lab)
    await lab.page.getByRole('tab', { name: 'Side by side' }).click()
  })
  afterAll(async () => {
    await lab.close()
    home.remove()
  })

  it('shows the same channels of one picture of each class, on one scale a row', async () => {
    await tool().getByText('No pictures side by side yet').waitFor()
    await tool().getByRole('button', { name: 'Add this picture' }).click()
    await maps().locator('tbody tr').first().waitFor()
    await pick('Add one of each class')
    await expect.poll(() => heads().count()).toBe(6)
    // The layer has six channels at this width: fewer than the rows that are asked for.
    await expect.poll(() => maps().locator('tbody canvas').count()).toBe(6 * 6)
    expect(await findViolations(lab.page)).toEqual([])
  })

  it('tells the raw value of the pointed unit in every picture', async () => {
    await maps().locator('tbody tr').first().locator('td').nth(2).hover()
    const captions = maps().locator('tbody tr').first().locator('.caption')
    await expect
      .poll(async () => (await captions.allInnerTexts()).every((text) => /^-?[\d.e-]+$/.test(text)))
      .toBe(true)
    expect(await maps().locator('tbody .mark').count()).toBe(6)
  })

  it('keeps the heads in sight, with small pictures where the large ones are gone', async () => {
    expect(await heads().locator('canvas').count()).toBe(0)
    await maps().focus()
    await lab.page.keyboard.press('End')
    await expect.poll(() => maps().evaluate((box) => box.scrollTop)).toBeGreaterThan(0)
    await expect.poll(() => heads().locator('canvas').count()).toBe(6)
    const top = async (one: Locator) => (await one.boundingBox())?.y ?? NaN
    const rows = maps().locator('tbody tr')
    expect(Math.abs((await top(heads().first())) - (await top(maps())))).toBeLessThan(3)
    await lab.page.keyboard.press('ArrowUp')
    // The marked row is under no head.
    await expect
      .poll(async () => (await top(rows.nth(4))) - (await top(heads().first())))
      .toBeGreaterThan(30)
    await lab.page.keyboard.press('Home')
    await expect.poll(() => maps().evaluate((box) => box.scrollTop)).toBe(0)
    await expect.poll(() => heads().locator('canvas').count()).toBe(0)
  })

  it('takes pictures that are dropped on it, and puts them where they are dragged', async () => {
    const before = await order()
    await drop(CAT)
    await expect.poll(order).toEqual([...before, 'cat.png'])
    await expect.poll(() => maps().locator('tbody tr').first().locator('canvas').count()).toBe(7)
    // Once only.
    await drop(CAT)
    expect(await order()).toHaveLength(7)
    await tool().getByRole('button', { name: 'Remove cat.png' }).click()
    await expect.poll(order).toEqual(before)
    const [first, second, third, ...others] = before
    await heads().nth(0).dragTo(heads().nth(2))
    await expect.poll(order).toEqual([second, third, first, ...others])
    await heads().nth(2).dragTo(heads().nth(0))
    await expect.poll(order).toEqual(before)
  })

  it('moves pictures by key, and goes on with the others when one is broken', async () => {
    const before = await order()
    await tool()
      .getByRole('button', { name: `Move ${before[0] ?? ''} right` })
      .click()
    await expect.poll(order).toEqual([before[1], before[0], ...before.slice(2)])
    await lab.page.keyboard.press('Control+z')
    await expect.poll(order).toEqual(before)
    await tool()
      .getByRole('button', { name: `Remove ${before[5] ?? ''}` })
      .click()
    await expect.poll(() => heads().count()).toBe(5)

    const broken = join(home.folder, 'broken.png')
    writeFileSync(broken, 'no picture')
    await lab.chooseInDialogs(broken)
    await pick('Add from a file')
    await tool()
      .getByRole('alert')
      .filter({ hasText: /^broken\.png can't be used/ })
      .waitFor()
    await expect.poll(() => maps().locator('tbody tr').first().locator('canvas').count()).toBe(5)
    await tool().getByRole('button', { name: 'Remove broken.png' }).click()
  })

  it('goes through layers, to units, and exports the numbers of every channel', async () => {
    await chooseLayer('fc8')
    await maps().getByRole('button', { name: 'circle', exact: true }).waitFor()
    await expect.poll(() => maps().locator('tbody tr').count()).toBe(6)
    await chooseLayer('conv2_1')
    await maps()
      .getByRole('columnheader', { name: /conv2_1/ })
      .waitFor()
    await maps().focus()
    await lab.page.keyboard.press('ArrowDown')
    await expect
      .poll(() => maps().locator('tbody tr').nth(1).getAttribute('class'))
      .toContain('active')
    const csv = join(home.folder, 'pictures.csv')
    await lab.saveInDialogs(csv)
    await tool().getByRole('button', { name: 'Export the comparison' }).click()
    await lab.page.getByRole('menuitem', { name: 'CSV' }).click()
    await expect.poll(() => readCsv(csv).length).toBe(1 + 13)
    expect(readCsv(csv)[0]).toHaveLength(1 + 2 * 5)
    const svg = join(home.folder, 'pictures.svg')
    await lab.saveInDialogs(svg)
    await tool().getByRole('button', { name: 'Export the comparison' }).click()
    await lab.page.getByRole('menuitem', { name: 'SVG' }).click()
    await expect.poll(() => readText(svg)).toContain('</svg>')
  })

  it('has the colours that were chosen for the maps, and they those chosen here', async () => {
    const gradient = () =>
      maps()
        .locator('tbody tr')
        .first()
        .locator('.gradient')
        .evaluate((bar: HTMLElement) => bar.style.background)
    // Viridis begins with a dark violet, grey with black.
    expect(await gradient()).toContain('rgb(68, 1, 84)')
    await tool().getByRole('button', { name: 'Colours' }).click()
    await tool().getByLabel('Palette').selectOption('grey')
    await expect.poll(gradient).toContain('rgb(0, 0, 0)')
    const first = maps().locator('tbody canvas').first()
    const isGrey = (canvas: HTMLCanvasElement): boolean => {
      const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data
      return data?.every((value, at) => at % 4 === 3 || value === data[at - (at % 4)]) ?? false
    }
    await expect.poll(() => first.evaluate(isGrey)).toBe(true)
    await lab.page.getByRole('tab', { name: 'Maps', exact: true }).click()
    const colours = lab.page.getByRole('region', { name: 'Feature maps' })
    await colours.getByRole('button', { name: 'Colours' }).click()
    expect(await colours.getByLabel('Palette').inputValue()).toBe('grey')
    await colours.getByLabel('Palette').selectOption('automatic')
    await lab.page.getByRole('tab', { name: 'Side by side' }).click()
    await expect.poll(gradient).toContain('rgb(68, 1, 84)')
  })

  it('finds no difference between a network and itself', async () => {
    await tool().getByText('Networks', { exact: true }).click()
    await tool().getByText('No second network yet').waitFor()
    const model = tool().getByLabel('Model')
    await model.selectOption({ index: 1 })
    await maps().getByText('r of the layer 1.000').waitFor()
    const differences = maps().locator('tbody td:last-child .caption').filter({ hasText: 'mean' })
    await expect.poll(() => differences.count()).toBeGreaterThan(3)
    expect(new Set(await differences.allInnerTexts())).toEqual(new Set(['mean |·| 0']))
    expect(await findViolations(lab.page)).toEqual([])
  })

  it('shows how a channel that is off travels up, and goes back to it', async () => {
    await tool().getByText('Ablations', { exact: true }).click()
    await tool().getByRole('button', { name: 'Open What if' }).click()
    await chooseLayer('conv1_1')
    const whatIf = lab.page.getByRole('region', { name: 'What if' })
    await whatIf.getByLabel('Channels', { exact: true }).fill('0-2')
    await whatIf.getByRole('button', { name: 'Add', exact: true }).click()
    await lab.page.getByRole('tab', { name: 'Side by side' }).click()
    await maps().locator('thead').getByText('with conv1_1 0-2 × 0', { exact: true }).waitFor()
    const changeOf = (channel: number) =>
      maps()
        .getByRole('row', { name: `channel ${channel}` })
        .locator('td:last-child .caption')
        .first()
    // Of the layer itself those channels alone, of the layers above many.
    for (const channel of [3, 4, 5]) {
      await expect.poll(() => changeOf(channel).innerText()).toMatch(/^(mean \|·\| )?0$/)
    }
    await chooseLayer('conv2_1')
    await maps()
      .getByRole('columnheader', { name: /conv2_1/ })
      .waitFor()
    const captions = maps().locator('tbody td:last-child .caption').filter({ hasText: 'mean' })
    await expect
      .poll(async () => (await captions.allInnerTexts()).filter((one) => one !== 'mean |·| 0'))
      .not.toHaveLength(0)
    const csv = join(home.folder, 'ablations.csv')
    await lab.saveInDialogs(csv)
    await tool().getByRole('button', { name: 'Export the comparison' }).click()
    await lab.page.getByRole('menuitem', { name: 'CSV' }).click()
    await expect
      .poll(() => readCsv(csv)[0]?.join())
      .toMatch(/max, A: as it is, .*max, B: with conv1_1 0-2 × 0, /)
    await lab.page
      .getByRole('status', { name: 'Ablations' })
      .getByRole('button', { name: 'Off' })
      .click()
    await tool().getByText('No ablations active').waitFor()
    await lab.page.keyboard.press('Control+z')
    await maps().locator('thead').getByText('with conv1_1 0-2 × 0', { exact: true }).waitFor()
    expect(await findViolations(lab.page)).toEqual([])
    expect(lab.faults).toEqual([])
  })
})

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

const readCsv = (file: string): string[][] => parseCsv(readText(file))
