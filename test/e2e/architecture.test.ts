import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findViolations, untilStill } from '../support/accessibility'
import { parseCsv } from '../support/csv'
import { tabThrough } from '../support/keyboard'
import { LabApp, LabHome } from '../support/lab-app'
import { PATIENT } from '../support/patience'

const TABS = [
  'Table 1',
  'Costs',
  'Receptive fields',
  'Stacks of 3×3',
  'Convolution',
  'Pre-initialisation',
]

/** The Architecture view in the built app, as a person goes through it. */
describe('the Architecture view', () => {
  const home = new LabHome()
  let lab: LabApp

  beforeAll(async () => {
    lab = await LabApp.launch(home)
    await lab.show('Architecture')
  })
  afterAll(async () => {
    await lab.close()
    home.remove()
  })
  const tab = (name: string) => lab.page.getByRole('tab', { name, exact: true })
  const field = (name: string) => lab.view.getByLabel(name, { exact: true })
  const table = (name: string | RegExp) => lab.view.getByRole('table', { name, exact: true })
  const status = (name: string) => lab.view.getByRole('status', { name, exact: true })
  const configuration = () =>
    field('Configuration').evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.text)
  const readClipboard = () => lab.app.evaluate(({ clipboard }) => clipboard.readText())

  /** Exports by the menu of a subject; what the file says. */
  async function exportAs(subject: string, kind: 'SVG' | 'CSV'): Promise<string> {
    const file = join(home.folder, `${subject}.${kind}`)
    await lab.saveInDialogs(file)
    await lab.button(`Export ${subject}`).click()
    await lab.page.getByRole('menuitem', { name: kind }).click()
    await expect
      .poll(() => existsSync(file) && readFileSync(file, 'utf8').length)
      .toBeGreaterThan(9)
    return readFileSync(file, 'utf8')
  }

  it('names each knob above its field', async () => {
    const knobs = ['Configuration', 'Compare with', 'Input size', 'Classes', 'Width', 'fc6 units']
    const boxOf = async (knob: Locator) => {
      const box = await knob.boundingBox()
      if (box === null) throw new Error('Expected a knob that is shown.')
      return box
    }
    for (const name of knobs) {
      const named = await boxOf(lab.view.locator('label', { hasText: name }).first())
      const edited = await boxOf(field(name))
      expect(named.y + named.height, name).toBeLessThanOrEqual(edited.y)
      expect(named.x, name).toBeCloseTo(edited.x, 0)
    }
  })

  it('refuses bad knobs in place, with the range, and keeps the last good network', async () => {
    const bad = [
      ['Input size', '31', /from 32 to [\d,]+ px; got 31/, '224'],
      ['Width', '0', /from 0\.\d+ to \d+; got 0/, '1'],
      ['Classes', '1000000', /to [\d,]+; got 1,?000,?000/, '1000'],
      ['fc6 units', '0', /from 1 to [\d,]+; got 0/, '4096'],
    ] as const
    for (const [name, value, said, good] of bad) {
      await field(name).fill(value)
      await lab.view.getByText(said).first().waitFor()
      expect(await field(name).getAttribute('aria-invalid')).toBe('true')
      await lab.view.getByText(/Shown is the last network that could be built: D at 224/).waitFor()
      await lab.view.getByText('138,357,544').first().waitFor()
      await field(name).fill(good)
    }
    expect(await field('fc7 units').inputValue()).toBe('4096')
    expect(await lab.view.getByText(/Shown is the last/).count()).toBe(0)
  })

  it('edits a network, which is named, undone, redone, kept and exchanged as a file', async () => {
    await lab.button('Edit').click()
    await lab.button('Remove conv5_3').click()
    await expect.poll(configuration).toMatch(/^D edited/)
    expect(await status('Differences').innerText()).toMatch(/^Block 5: 3×3, 3×3 where D has/)
    await lab.page.keyboard.press('Control+z')
    await expect.poll(configuration).toBe('VGG-16 (D)')
    await lab.button('Remove conv5_3').waitFor()
    expect(await status('Differences').innerText()).toMatch(/As in the paper/)
    await lab.button('Redo').click()
    await expect.poll(configuration).toMatch(/^D edited/)
    await lab.button('Undo').click()

    await lab.button('Add 3×3 to block 2').click()
    await lab.button('Remove conv2_2').click()
    await field('Kernel of conv2_2').selectOption('5')
    await field('fc6 units').fill('64')
    await field('fc7 units').fill('32')
    const differences = await status('Differences').innerText()
    expect(differences).toMatch(/5×5/)
    expect(differences).toMatch(/fc6[^]*64/)
    await lab.button('Keep').click()
    await lab.view.getByRole('button', { name: 'Kept' }).waitFor()

    const file = join(home.folder, 'network.json')
    await lab.saveInDialogs(file)
    await lab.button('Export network file').click()
    await expect.poll(() => existsSync(file)).toBe(true)
    await field('Configuration').selectOption('A')
    await expect.poll(configuration).toBe('VGG-11 (A)')
    await lab.chooseInDialogs(file)
    await lab.button('Open network file').click()
    await expect.poll(configuration).toMatch(/^D edited/)
    expect(await status('Differences').innerText()).toBe(differences)
  })

  it('goes back to a place by its link, and says in one line what is wrong with another', async () => {
    await field('Configuration').selectOption('E')
    await field('Compare with').selectOption('B')
    await field('Input size').fill('288')
    await tab('Receptive fields').click()
    await lab.view.getByRole('option', { name: /^conv4_2/ }).click()
    await lab.button('Copy link').click()
    await status('Link').getByText('Link copied').waitFor()
    const link = await readClipboard()
    await field('Configuration').selectOption('A')
    await field('Compare with').selectOption('nothing')
    await field('Input size').fill('224')
    await tab('Table 1').click()
    await lab.button('Paste link').click()
    await status('Link').getByText('Link followed').waitFor()
    expect(await configuration()).toBe('VGG-19 (E)')
    expect(await field('Compare with').inputValue()).toBe('B')
    expect(await field('Input size').inputValue()).toBe('288')
    await lab.view.getByRole('slider', { name: 'Units of conv4_2' }).waitFor()
    await lab.button('Copy link').click()
    await expect.poll(readClipboard).toBe(link)

    await lab.app.evaluate(({ clipboard }) =>
      clipboard.writeText('vgg-lab:architecture?config=Q&input=288'),
    )
    await lab.button('Paste link').click()
    const alert = lab.view.getByRole('alert')
    await alert.getByText(/config.*Q/).waitFor()
    expect((await alert.locator('p').first().innerText()).split('\n')).toHaveLength(1)
    expect(await alert.count()).toBe(1)
    expect(await configuration()).toBe('VGG-19 (E)')
    await alert.getByRole('button', { name: 'Dismiss' }).click()
  })

  it('tells the field of a unit, pins it, and follows the keys', async () => {
    await field('Configuration').selectOption('D')
    await field('Compare with').selectOption('nothing')
    await field('Input size').fill('224')
    await tab('Receptive fields').click()
    const layers = lab.view.getByRole('listbox', { name: 'Layers' })
    await layers.getByRole('option', { name: /^conv3_3/ }).click()
    await lab.button('Middle unit').click()
    const region = lab.view.getByRole('region', { name: 'Receptive field', exact: true })
    await expect.poll(() => region.innerText()).toMatch(/Field\s+40 × 40 px[^]*Box\s+x 94, y 94/)
    await lab.button('Pin unit').click()
    const plane = lab.view.getByRole('slider', { name: 'Units of conv3_3' })
    await plane.press('ArrowRight')
    await expect.poll(() => region.innerText()).toMatch(/Box\s+x 98, y 94\s+x 94, y 94/)
    await lab.button('Unpin').click()
    await plane.press('o')
    await layers.getByRole('option', { name: /^pool3/, selected: true }).waitFor()
  })

  it('exports figures and tables as valid files', async () => {
    const svg = await exportAs('the pyramid', 'SVG')
    const told = await lab.page.evaluate((text) => {
      const read = new DOMParser().parseFromString(text, 'image/svg+xml')
      return {
        root: read.documentElement.nodeName,
        fault: read.querySelector('parsererror')?.textContent ?? '',
        words: [...read.querySelectorAll('text')].map(({ textContent }) => textContent.trim()),
      }
    }, svg)
    expect(told).toMatchObject({ root: 'svg', fault: '' })
    expect(told.words).toContain('conv3_3')
    const rows = parseCsv(await exportAs('the fields of all layers', 'CSV'))
    const [heads = []] = rows
    const conv = rows.find(([layer]) => layer === 'conv3_3')
    expect(conv?.[heads.indexOf('field (px)')]).toBe('40')
    // 13 convolutions, 5 pools, 3 fully connected, soft-max, and the heads.
    expect(rows).toHaveLength(23)
  })

  it('counts stacks of small kernels', async () => {
    await tab('Stacks of 3×3').click()
    await expect.poll(() => status('Comparison in words').innerText()).toMatch(/81% more/)
    await table('Stack comparison').getByText('27 C²').first().waitFor()
    expect(await table('Shallow control, block by block').getByRole('row').count()).toBeGreaterThan(
      5,
    )
    await field('Layers in the stack').fill('2')
    await lab.button('Same field').click()
    expect(await field('Compared kernel').inputValue()).toBe('5')
  })

  it('takes a convolution apart, and keeps its place while another tab is shown', async () => {
    await tab('Convolution').click()
    await field('Kernel').selectOption('Outlines')
    await field('Row').fill('0')
    await field('Column').fill('5')
    const sum = lab.view.getByRole('region', { name: 'The sum', exact: true })
    await sum.getByRole('heading', { name: 'The sum at row 0, column 5' }).waitFor()
    const playback = lab.view.getByRole('group', { name: 'Playback of the window' })
    await playback.getByRole('button', { name: 'Step forward' }).click()
    await sum.getByRole('heading', { name: 'The sum at row 0, column 6' }).waitFor()
    await playback.getByRole('button', { name: 'Play' }).click()
    await expect.poll(() => field('Column').inputValue()).not.toBe('6')
    await playback.getByRole('button', { name: 'Pause' }).click()
    // With reduced motion nothing plays by itself, and whoever wants to play can.
    await lab.page.emulateMedia({ reducedMotion: 'reduce' })
    const still = await field('Column').inputValue()
    await playback.getByRole('button', { name: 'Play' }).click()
    await expect.poll(() => field('Column').inputValue()).not.toBe(still)
    await playback.getByRole('button', { name: 'Pause' }).click()
    await lab.page.emulateMedia({ reducedMotion: null })
    const column = await field('Column').inputValue()
    await tab('Costs').click()
    await tab('Convolution').click()
    expect(await field('Column').inputValue()).toBe(column)
    expect(await field('Kernel').inputValue()).toBe('Outlines')
  })

  it('trains an edited network, whose units and kernels are then looked into', async () => {
    await lab.show('Data')
    await lab.button('Use sample data').click()
    await lab.view.getByRole('listbox', { name: 'Classes' }).waitFor()
    await lab.show('Architecture')
    await tab('Table 1').click()
    await field('Configuration').selectOption('A')
    await field('Input size').fill('32')
    await field('Width').fill('0.1')
    await lab.button('Add 3×3 to block 2').click()
    await field('Kernel of conv2_2').selectOption('5')
    await lab.button('Train this network').click()
    const edited = lab.view.getByRole('group', { name: 'Edited network' })
    await edited.getByText('Block 2').waitFor()
    await field('Epochs').fill('1')
    await lab.button('Start training').click()
    await lab.trainingStatus.getByText('Finished').first().waitFor(PATIENT)
    const [run = ''] = readdirSync(home.runs)
    const { network } = JSON.parse(readFileSync(join(home.runs, run, 'run.json'), 'utf8')) as {
      network: { edit?: { kernels: number[][] } }
    }
    expect(network.edit?.kernels[1]).toEqual([3, 5])

    await lab.show('Architecture')
    await tab('Convolution').click()
    await lab.view.getByRole('radio', { name: 'A loaded network' }).check()
    await field('Layer').selectOption('conv2_2')
    const numbers = lab.view.getByLabel('The sum in numbers', { exact: true })
    await lab.view.getByText(/\(5 × 5 × 1\d weights\)/).waitFor()
    await table('Contributions of the input channels').waitFor()
    expect(await numbers.innerText()).toMatch(/Difference\s+(none|−?\d\.\de−([4-9]|\d\d))/)

    await tab('Receptive fields').click()
    await lab.view.getByRole('option', { name: /^conv2_2/ }).click()
    await lab.button('Measure effective field').click()
    const measured = lab.view.getByLabel('Effective field in numbers', { exact: true })
    await measured.getByText('nothing, as it must be').waitFor()
    const told = await measured.innerText()
    await lab.show('Train')
    await lab.show('Architecture')
    expect(await measured.innerText()).toBe(told)
    await tab('Convolution').click()
    expect(await field('Layer').inputValue()).toBe('conv2_2')
    await table('Contributions of the input channels').waitFor()
  })

  it('tells what a pre-initialisation copies, layer by layer', async () => {
    await tab('Pre-initialisation').click()
    await field('Width').fill('1')
    await field('From').selectOption('A')
    await field('Into').selectOption('E')
    // The whole view follows: it is the network of the other parts too.
    expect(await configuration()).toBe('VGG-19 (E)')
    const figure = lab.view.getByRole('figure', { name: 'Pre-initialisation, layer by layer' })
    await figure.getByRole('option', { name: /^conv1_1 .* is copied from A/ }).focus()
    const told = () => status('Layer of the pre-initialisation').innerText()
    await expect.poll(told).toMatch(/^conv1_1 \(3×3, 3 → 64\) is copied from A/)
    await lab.page.keyboard.press('ArrowDown')
    await expect.poll(told).toMatch(/^conv1_2 .* is randomly initialised/)
    const rows = table('Pre-initialisation, layer by layer').getByRole('row', { name: /copied/ })
    expect(await rows.count()).toBe(7)
    await figure.getByRole('option', { name: /^fc7/ }).hover()
    await expect.poll(told).toMatch(/^fc7 /)

    const svg = await exportAs('the pre-initialisation', 'SVG')
    expect(svg).toMatch(/2nd by position/)
    // It stands alone, as a picture: nothing is left to a style sheet or to the keyboard.
    expect(svg).not.toMatch(/var\(|tabindex|role="option"/)
  })

  it('is reached by the keyboard alone, in every tab', async () => {
    await tab('Table 1').click()
    await field('Configuration').focus()
    const selected = lab.page.getByRole('tab', { selected: true })
    const isFocused = () => selected.evaluate((own) => own === document.activeElement)
    for (let press = 0; press < 12 && !(await isFocused()); press++) {
      await lab.page.keyboard.press('Tab')
    }
    expect(await isFocused()).toBe(true)
    for (const name of TABS) {
      if (name !== TABS[0]) await lab.page.keyboard.press('ArrowRight')
      await lab.page.getByRole('tab', { name, exact: true, selected: true }).waitFor()
      await expect.poll(isFocused).toBe(true)
      expect(await tabThrough(lab.page, lab.page.getByRole('tabpanel')), name).toEqual([])
      await selected.focus()
    }
  })

  describe.each(['light', 'dark'] as const)('in its %s colours', (colorScheme) => {
    beforeAll(async () => {
      await lab.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await lab.page.locator(`html[data-theme=${colorScheme}]`).waitFor()
    })
    it.each(TABS)('has nothing that axe finds wrong in %s', async (name) => {
      await tab(name).click()
      await untilStill(lab.page)
      expect(await findViolations(lab.page)).toEqual([])
    })
  })

  it('has said nothing wrong on the console', () => {
    expect(lab.faults).toEqual([])
  })
})
