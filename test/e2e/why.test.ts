import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findViolations } from '../support/accessibility'
import { runCommand, runForJson } from '../support/command-line'
import { LabApp, LabHome } from '../support/lab-app'

/** Why a class was predicted, in Inspect on the built app. */
describe('why this prediction, on the built app', () => {
  const home = new LabHome()
  const data = join(home.folder, 'data')
  let lab: LabApp

  beforeAll(async () => {
    await runForJson(home.folder, 'sample', data, '--classes', '3', '--images', '8', '--size', '40')
    const network = ['--config', 'A', '--input', '32', '--width', '0.1', '--epochs', '1']
    await runCommand(home.folder, 'train', data, '--run', join(home.runs, 'small'), ...network)
    lab = await LabApp.launch(home)
    await lab.page.getByText('Engine ready').waitFor()
    await lab.chooseInDialogs(join(data, 'circle', 'circle-0001.png'))
    await lab.show('Inspect')
    await lab.button('Open image').click()
    await lab.page.getByRole('tab', { name: 'Why' }).click()
  })
  afterAll(async () => {
    expect(lab.faults).toEqual([])
    await lab.close()
    home.remove()
  })

  const region = () => lab.view.getByRole('region', { name: 'Why this prediction' })
  const choosePart = (name: string) => region().getByRole('radio', { name }).check({ force: true })
  const facts = () => region().getByLabel('The map in numbers')

  /** Saves by a menu; what is in the file so far, nothing before it is there. */
  const save = async (menu: string, item: string, name: string): Promise<() => string> => {
    const file = join(home.folder, name)
    await lab.saveInDialogs(file)
    await region().getByRole('button', { name: menu }).click()
    await lab.page.getByRole('menuitem', { name: item, exact: true }).click()
    return () => (existsSync(file) ? readFileSync(file, 'utf8') : '')
  }

  it('shows Grad-CAM of the predicted class at once, and of any other layer and class', async () => {
    await facts()
      .getByText(/Grad-CAM at conv5_2; one pass/)
      .waitFor()
    const plane = region().getByRole('application', { name: /^Grad-CAM for / })
    await plane.focus()
    const probe = region().getByText(/^cell \(x \d, y \d\) of 2 × 2/)
    const before = await probe.innerText()
    await lab.page.keyboard.press('ArrowLeft')
    await expect.poll(() => probe.innerText()).not.toBe(before)
    await region().getByLabel('Layer').selectOption('conv3_1')
    await region()
      .getByText(/of 8 × 8/)
      .waitFor()
    const predicted = await facts().innerText()
    const names = await region()
      .locator('datalist option')
      .evaluateAll((options) => options.map((option) => option.getAttribute('value') ?? ''))
    const other = names.find((name) => !predicted.includes(name)) ?? ''
    expect(names).toHaveLength(3)
    await region().getByLabel('Class', { exact: true }).fill(other)
    await facts().getByText(`${other}: score`).waitFor()
    expect(await facts().innerText()).not.toBe(predicted)
    await region().getByRole('button', { name: 'Predicted' }).click()
    await expect.poll(() => facts().innerText()).toBe(predicted)
    await region().getByLabel('Class', { exact: true }).fill('no such class')
    expect(await region().getByLabel('Class', { exact: true }).getAttribute('aria-invalid')).toBe(
      'true',
    )
    await lab.page.keyboard.press('Tab')
    expect(await findViolations(lab.page)).toEqual([])
  })

  it('integrates gradients when asked to, and tells how well they add up', async () => {
    await region().getByLabel('Method').selectOption('integrated')
    await region().getByLabel('Steps').fill('0')
    await region().getByText('Steps from 1 to 1000.').waitFor()
    await region().getByLabel('Steps').fill('50')
    await region().getByRole('button', { name: 'Compute' }).click()
    await facts()
      .getByText(/from the mean colour, 50 steps; 52 passes/)
      .waitFor()
    await facts().getByText('Adds up to').waitFor()
    const file = join(home.folder, 'map.npy')
    await lab.saveInDialogs(file)
    await region().getByRole('button', { name: 'Export map' }).click()
    await region().getByRole('menuitem', { name: 'Values (npy)' }).click()
    await expect
      .poll(() => {
        try {
          return readFileSync(file).subarray(0, 128).toString('latin1')
        } catch {
          return ''
        }
      })
      .toContain("'shape': (32, 32)")
  })

  it('compares all methods, and measures how faithful they are', async () => {
    await choosePart('Compare all')
    await region().getByRole('button', { name: 'Compute all 6' }).click()
    await region().getByRole('button', { name: 'All computed' }).waitFor()
    expect(await region().getByText('not computed').count()).toBe(0)
    const sheet = await save('Export the maps of all methods', 'SVG', 'methods.svg')
    await expect.poll(() => sheet().match(/<image /g)?.length).toBe(6)
    await choosePart('Faithfulness')
    await region().getByLabel('Steps').last().fill('8')
    await region().getByRole('button', { name: 'Measure all' }).click()
    const areas = region().getByRole('table', { name: 'Areas under the curves' })
    await areas.getByRole('row', { name: /Random order/ }).waitFor()
    expect(await areas.getByRole('row').count()).toBe(8)
    const figure = region().getByRole('figure', { name: 'Deletion' })
    await figure.getByRole('application').focus()
    await lab.page.keyboard.press('ArrowRight')
    await areas.getByText(/values at 13% of the pixels/).waitFor()
    expect(await findViolations(lab.page)).toEqual([])
  })

  it('checks a map against random weights', async () => {
    await choosePart('Random weights')
    await region()
      .getByRole('button', { name: /^Check/ })
      .click()
    const maps = region().getByRole('list', { name: 'Maps with random weights' })
    await maps.getByText('and conv1_1').waitFor()
    // The true one, and one for each of A's eleven weight layers.
    expect(await maps.getByRole('listitem').count()).toBe(12)
    const table = await save('Export the maps with random weights', 'Correlations (CSV)', 'rho.csv')
    await expect.poll(() => table().trim().split('\r\n').length).toBe(1 + 12)
    expect(await findViolations(lab.page)).toEqual([])
  })
})
