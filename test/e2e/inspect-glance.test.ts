import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countColours } from '../support/canvas'
import { parseCsv } from '../support/csv'
import { LabApp, LabHome } from '../support/lab-app'

/** Inspect on a run of three epochs. */
describe('the network at a glance, on the built app', () => {
  const home = new LabHome()
  let lab: LabApp

  beforeAll(async () => {
    lab = await LabApp.launch(home)
    await lab.page.getByText('Engine ready').waitFor()
    await lab.show('Data')
    await lab.button('Use sample data').click()
    await lab.view
      .getByText(/\d+ pictures in \d+ classes/)
      .first()
      .waitFor()
    await lab.show('Train')
    for (const [name, value] of [
      ['Input size', '64'],
      ['Width', '0.1'],
      ['Epochs', '3'],
    ] as const) {
      await lab.view.getByLabel(name, { exact: true }).fill(value)
    }
    await lab.button('Start training').click()
    await lab.trainingStatus.getByText('Finished').first().waitFor({ timeout: 90_000 })
    await lab.show('Inspect')
  }, 150_000)
  afterAll(async () => {
    await lab.close()
    home.remove()
  })

  const layers = () => lab.view.getByRole('listbox', { name: 'Layers' })
  const row = (name: string) => layers().getByRole('option', { name: new RegExp(`^${name}`) })

  it('draws every layer, its strongest maps first', async () => {
    const canvases = layers().locator('canvas')
    // Configuration A: eight convolutions, five pools, three fully connected layers, the soft-max.
    await expect.poll(() => canvases.count()).toBe(17)
    for (const name of ['conv1_1', 'conv5_2', 'fc6']) {
      await expect.poll(() => countColours(row(name).locator('canvas'))).toBeGreaterThan(5)
      await row(name)
        .getByText(/\d+×\d+×\d+/)
        .waitFor()
    }
    expect(await row('conv2_1').getAttribute('title')).toMatch(
      /^conv2_1: 3×3 conv, ReLU; strongest channels, with their maxima: \d+ \([\d.]+\), \d+ /,
    )
  })

  it('saves the list of layers with shapes and statistics', async () => {
    const file = join(home.folder, 'layers.csv')
    await lab.saveInDialogs(file)
    await lab.button('Export the list of layers').click()
    await lab.page.getByRole('menuitem', { name: 'CSV', exact: true }).click()
    // The file is there before its bytes are.
    const rows = () => (existsSync(file) ? parseCsv(readFileSync(file, 'utf8')) : [])
    await expect.poll(() => rows().length).toBe(1 + 17)
    const [, first] = rows()
    expect(first?.slice(0, 5)).toEqual(['conv1_1', '3×3 conv', '64', '64', '6'])
    const title = (await row('conv1_1').getAttribute('title')) ?? ''
    expect(title).toContain(`with their maxima: ${first?.at(-1) ?? 'none'}`)
  })

  it('opens the layer at the map that is clicked, and boxes what its unit sees below', async () => {
    const title = (await row('conv3_1').getAttribute('title')) ?? ''
    const [, second] = [...title.matchAll(/(\d+) \(/g)].map(([, channel]) => channel)
    await row('conv3_1')
      .locator('canvas')
      .click({ position: { x: 50, y: 16 } })
    const facts = lab.view.getByRole('region', { name: 'Receptive field' })
    await facts.getByText(new RegExp(`conv3_1 \\(x \\d+, y \\d+, c ${second ?? ''}\\)`)).waitFor()
    expect(await row('conv1_1').locator('path.over').count()).toBe(1)
    expect(await row('conv3_2').locator('path.over').count()).toBe(0)
    const outline = row('conv1_1').locator('path.over')
    const before = await outline.getAttribute('d')
    await lab.view.getByRole('listbox', { name: 'Channels' }).hover({ position: { x: 90, y: 90 } })
    await expect.poll(() => outline.getAttribute('d')).not.toBe(before)
  })

  it('tells which units see the pixel that is pointed at', async () => {
    const facts = lab.view.getByRole('region', { name: 'Receptive field' })
    const picture = facts.getByRole('img')
    const box = await picture.boundingBox()
    // The middle of 64 pixels; units of conv3_1, one for 4 pixels, see 18 each.
    await picture.hover({ position: { x: (box?.width ?? 0) / 2, y: (box?.height ?? 0) / 2 } })
    await facts.getByText(/\(3[12], 3[12]\), seen by x 6–9, y 6–9/).waitFor()
    await facts.getByText(/conv3_1 \(x 7, y 7, c \d+\)/).waitFor()
  })

  it('gives the tools the room of the picture, and gives it back', async () => {
    const side = lab.view.getByRole('group', { name: 'Picture and predictions' })
    await lab.button('Hide picture and predictions').click()
    await side.waitFor({ state: 'hidden' })
    await lab.button('Show picture and predictions').click()
    await side.waitFor()
  })

  it('slides through the checkpoints, and the maps stay until others are there', async () => {
    const slider = lab.view.getByRole('slider', { name: 'Checkpoint' })
    // The last two are kept, and the best where it is another.
    expect(Number(await slider.getAttribute('max'))).toBeGreaterThanOrEqual(1)
    const maps = lab.view.getByRole('listbox', { name: 'Channels' })
    const epochOfSlider = async (): Promise<string> =>
      /^epoch (\d), step \d+, top-1 [\d.]+%/.exec(
        (await slider.getAttribute('aria-valuetext')) ?? '',
      )?.[1] ?? ''
    const shown: string[] = []
    await slider.focus()
    for (const key of ['Home', 'End']) {
      await lab.page.keyboard.press(key)
      expect(await maps.count()).toBe(1)
      await expect.poll(epochOfSlider).not.toBe(shown.at(-1) ?? '')
      const epoch = await epochOfSlider()
      await lab.view.getByText(`run sample A, epoch-000${epoch}`).waitFor()
      shown.push(epoch)
    }
    expect(new Set(shown).size).toBe(2)
    await expect.poll(() => countColours(maps.locator('canvas'))).toBeGreaterThan(10)
    expect(lab.faults).toEqual([])
  })
})
