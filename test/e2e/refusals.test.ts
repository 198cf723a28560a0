import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NetworkSpec } from '../../src/shared/vgg'
import { makeLabWeights, toTorchvision, writeForeign } from '../support/foreign-weights'
import { LabApp, LabHome } from '../support/lab-app'
import { paintPicture } from '../support/pictures'

/** What a person gets to read for input that cannot be used; no test needs what another did. */
describe('what is refused in the window', () => {
  const home = new LabHome()
  let lab: LabApp

  beforeAll(async () => {
    lab = await LabApp.launch(home)
  })
  afterAll(async () => {
    await lab.close()
    home.remove()
  })

  const field = (name: string) => lab.view.getByLabel(name, { exact: true })

  it('says in a line what is wrong with a folder', async () => {
    await lab.show('Data')
    const file = join(home.folder, 'notes.txt')
    writeFileSync(file, 'no folder')
    mkdirSync(join(home.folder, 'one/cats'), { recursive: true })
    writeFileSync(join(home.folder, 'one/cats/cat.png'), ONE_PIXEL_PNG)
    mkdirSync(join(home.folder, 'none'))
    const wrong = [
      [join(home.folder, 'nowhere'), /no folder .*nowhere/],
      [file, /notes\.txt/],
      [join(home.folder, 'one'), /one class only \(cats\)/],
      [join(home.folder, 'none'), /no class folders: it is empty/],
    ] as const
    for (const [folder, said] of wrong) {
      await field('Dataset folder').fill(folder)
      await field('Dataset folder').press('Enter')
      const alert = lab.view.getByRole('alert').filter({ hasText: said })
      await alert.waitFor()
      expect((await alert.locator('p').first().innerText()).split('\n')).toHaveLength(1)
    }
    await lab.show('Train')
    await field('Dataset folder').fill(join(home.folder, 'nowhere'))
    await lab.button('Start training').click()
    await lab.view
      .getByRole('alert')
      .filter({ hasText: /nowhere/ })
      .first()
      .waitFor()
    expect(await lab.button('Stop').isVisible()).toBe(false)
  })

  it('lists a picture that it cannot read, with the reason, and opens the rest', async () => {
    const folder = join(home.folder, 'torn')
    for (const name of ['cats', 'dogs']) {
      mkdirSync(join(folder, name), { recursive: true })
      for (const file of ['a.png', 'b.png']) writeFileSync(join(folder, name, file), ONE_PIXEL_PNG)
    }
    writeFileSync(join(folder, 'cats', 'torn.png'), 'not a picture')
    writeFileSync(join(folder, 'cats', 'empty.jpg'), '')
    await lab.show('Data')
    await lab.chooseInDialogs(folder)
    await lab.button('Open folder').click()
    await lab.view.getByText('4 pictures in 2 classes').first().waitFor()
    await lab.view.getByText('2 skipped files, with the reasons').click()
    const skipped = lab.view.getByRole('list', { name: 'Skipped files' })
    for (const name of ['torn.png', 'empty.jpg']) {
      const line = skipped.getByRole('listitem').filter({ hasText: name })
      expect((await line.locator('.reason').textContent())?.length).toBeGreaterThan(3)
    }
  })

  it('tells of a folder in sight of a scrolled page, until the next one opens', async () => {
    const folder = join(home.folder, 'whole')
    for (const name of ['cats', 'dogs']) {
      mkdirSync(join(folder, name), { recursive: true })
      writeFileSync(join(folder, name, 'a.png'), ONE_PIXEL_PNG)
    }
    await lab.show('Data')
    await lab.chooseInDialogs(folder)
    await lab.button('Open folder').click()
    const opened = lab.view.getByText('2 pictures in 2 classes').first()
    await opened.waitFor()
    const page = lab.view.getByRole('button', { name: 'Check pictures' })
    await page.scrollIntoViewIfNeeded()
    expect(await field('Dataset folder').evaluate(isInSight)).toBe(false)
    await lab.chooseInDialogs(join(home.folder, 'nowhere at all'))
    await lab.button('Open folder').click()
    const alert = lab.view.getByRole('alert').filter({ hasText: 'nowhere at all' })
    await alert.waitFor()
    expect(await alert.evaluate(isInSight)).toBe(true)
    // What was open stays, and is where it was scrolled to.
    expect(await opened.isVisible()).toBe(true)
    expect(await page.evaluate(isInSight)).toBe(true)
    await alert.getByRole('button', { name: 'Dismiss' }).click()
    expect(await alert.count()).toBe(0)
    await lab.button('Open folder').click()
    await alert.waitFor()
    await lab.chooseInDialogs(folder)
    await lab.button('Open folder').click()
    await alert.waitFor({ state: 'detached' })
  })

  it('keeps a good picture in Inspect where another cannot be read, until a good one comes', async () => {
    const spec: NetworkSpec = { configuration: 'A', inputSize: 32, classes: 2, width: 0.03 }
    const weights = join(home.folder, 'small.safetensors')
    await writeForeign(weights, toTorchvision(spec, makeLabWeights(spec)))
    const jpeg = await paintPicture(48, 32, (x, y) => [5 * x, 7 * y, 99]).jpeg(90)
    const [good, other, cut] = ['good.jpg', 'other.jpg', 'cut.jpg'].map((name) =>
      join(home.folder, name),
    ) as [string, string, string]
    writeFileSync(good, jpeg)
    writeFileSync(other, jpeg)
    writeFileSync(cut, jpeg.subarray(0, -40))
    await lab.show('Runs')
    await lab.chooseInDialogs(weights)
    await lab.button('Import weights').click()
    const told = lab.page.getByRole('region', { name: 'Import of weights' })
    await told.getByRole('list', { name: 'Import notes' }).waitFor()
    await lab.show('Inspect')
    await lab.chooseInDialogs(good)
    await lab.button('Open image').click()
    const prediction = lab.view.getByRole('list', { name: 'Predictions' })
    await lab.view.getByText('good.jpg', { exact: true }).waitFor()
    await lab.chooseInDialogs(cut)
    await lab.button('Open image').click()
    const alert = lab.view.getByRole('alert').filter({ hasText: 'cut.jpg is cut off' })
    await alert.waitFor()
    expect(await alert.evaluate(isInSight)).toBe(true)
    expect(await lab.view.getByText('good.jpg', { exact: true }).isVisible()).toBe(true)
    expect(await prediction.count()).toBe(1)
    await lab.chooseInDialogs(other)
    await lab.button('Open image').click()
    await lab.view.getByText('other.jpg', { exact: true }).waitFor()
    expect(await alert.count()).toBe(0)
  })

  it('refuses a setting in place and does not start', async () => {
    await lab.show('Train')
    await field('Input size').fill('31')
    await lab.view.getByText(/from 32 to [\d,]+ px; got 31/).waitFor()
    expect(await lab.button('Start training').isDisabled()).toBe(true)
    await field('Input size').fill('32')
    expect(await lab.button('Start training').isDisabled()).toBe(false)
  })
})

/** Whether nothing hides the middle of an element, in the page. */
function isInSight(element: Element): boolean {
  const { left, top, width, height } = element.getBoundingClientRect()
  const there = document.elementFromPoint(left + width / 2, top + height / 2)
  return there !== null && element.contains(there)
}

const ONE_PIXEL_PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
