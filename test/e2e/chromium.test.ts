import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findViolations, untilStill } from '../support/accessibility'
import { BridgedWindow } from '../support/bridged-window'
import { countColours } from '../support/canvas'
import { PAGE_NAMES } from '../../src/shared/contract'
import { PATIENT } from '../support/patience'

/**
 * The built renderer in the system's own, current Chromium, on the built engine with its real
 * TensorFlow: the half of the declared Electron that the fallback's Chromium 108 cannot stand for.
 */
describe('the window in a current Chromium, on the real engine', () => {
  const lab = new BridgedWindow()
  beforeAll(() => lab.open())
  afterAll(() => lab.close())

  it('runs on a Chromium that is newer than the fallback', () => {
    expect(Number.parseInt(lab.version, 10)).toBeGreaterThan(108)
  })

  it('says what the engine runs on', async () => {
    const bar = lab.page.getByRole('contentinfo', { name: 'Status bar' })
    await bar.getByText('Engine ready').waitFor()
    await bar.getByText(/(CPU|GPU).*float32/).waitFor()
  })

  it('opens the sample data and shows its pictures', async () => {
    await lab.show('Data')
    await lab.button('Use sample data').click()
    const classes = lab.view.getByRole('listbox', { name: 'Classes' })
    await classes.getByRole('option', { name: /stripes/ }).waitFor(PATIENT)
    const pictures = lab.view.locator('img')
    await expect.poll(() => pictures.count()).toBeGreaterThan(10)
    await expect
      .poll(() => pictures.first().evaluate((image) => (image as HTMLImageElement).naturalWidth))
      .toBeGreaterThan(90)
  })

  it('trains, and draws the curves as they come', async () => {
    await lab.show('Train')
    await lab.view.getByLabel('Input size', { exact: true }).fill('32')
    await lab.view.getByLabel('Width', { exact: true }).fill('0.1')
    await lab.view.getByLabel('Epochs', { exact: true }).fill('300')
    await lab.button('Start training').click()
    const status = lab.page.getByRole('status', { name: 'Training status' })
    await status.getByText(/Epoch ([3-9]|\d\d+) of 300/).waitFor(PATIENT)
    for (const name of ['Loss', 'Accuracy']) {
      const canvas = lab.view.getByRole('figure', { name }).locator('canvas').first()
      expect(await countColours(canvas)).toBeGreaterThan(10)
    }
  })

  it('looks into the network while it trains', async () => {
    await lab.show('Data')
    await lab.view.locator('img').first().click()
    const layers = lab.view.getByRole('listbox', { name: 'Layers' })
    await layers.getByRole('option', { name: /^conv2_1/ }).click()
    const channels = lab.view.getByRole('listbox', { name: 'Channels' })
    await expect.poll(() => countColours(channels.locator('canvas'))).toBeGreaterThan(10)
    await channels.hover({ position: { x: 40, y: 40 } })
    await expect
      .poll(() => lab.view.getByRole('region', { name: 'Receptive field' }).innerText())
      .toMatch(/conv2_1 \(x \d+, y \d+, c \d+\)[^]*\d × \d/)
  })

  it('lets the maps of a pinned picture follow the training', async () => {
    await lab.button('Pin').click()
    await lab.button('Pinned').waitFor()
    const field = lab.view.getByRole('region', { name: 'Receptive field' })
    const seen = new Set<string>()
    await expect.poll(async () => seen.add(await field.innerText()).size).toBeGreaterThan(3)
  })

  it('stops at once', async () => {
    await lab.show('Train')
    await lab.button('Stop').click()
    await lab.button('Start training').waitFor()
  })

  describe.each(['light', 'dark'] as const)('in its %s colours', (colorScheme) => {
    beforeAll(async () => {
      await lab.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await lab.page.locator(`html[data-theme=${colorScheme}]`).waitFor()
    })
    it.each(PAGE_NAMES)('has nothing that axe finds wrong in %s', async (view) => {
      await lab.show(view)
      await untilStill(lab.page)
      expect(await findViolations(lab.page)).toEqual([])
    })
  })

  it('has said nothing wrong on the console', () => {
    expect(lab.faults).toEqual([])
  })
})
