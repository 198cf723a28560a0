import { mkdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findViolations } from '../support/accessibility'
import { LabApp, LabHome } from '../support/lab-app'
import { writeRunFolder } from '../support/written-run'

/** The Runs view on runs that were written before, as a person finds them. */
describe('the Runs view, on the built app', () => {
  const home = new LabHome()
  let lab: LabApp

  beforeAll(async () => {
    mkdirSync(home.runs, { recursive: true })
    const common = { epochs: 6, stepsPerEpoch: 20 }
    writeRunFolder(home.runs, { ...common, name: 'slow', rate: 0.1 })
    writeRunFolder(home.runs, {
      ...common,
      name: 'fast',
      rate: 0.4,
      settings: { learningRate: 0.005 },
    })
    lab = await LabApp.launch(home)
    await lab.show('Runs')
  })
  afterAll(async () => {
    await lab.close()
    home.remove()
  })

  const row = (name: string) => lab.view.getByRole('row', { name, exact: true })

  it('lays the curves of chosen runs over each other, aligned as asked', async () => {
    for (const name of ['slow', 'fast']) {
      await lab.view.getByRole('checkbox', { name: `Compare ${name}` }).check()
    }
    const compared = lab.view.getByRole('region', { name: 'Compare 2 runs' })
    const figure = compared.getByRole('figure', { name: 'Loss of the compared runs' })
    await figure
      .getByRole('img', { name: 'Loss of the compared runs by step: slow, fast' })
      .waitFor()
    await compared.getByText('Epoch', { exact: true }).click()
    await figure.getByRole('img', { name: /by epoch: slow, fast/ }).waitFor()
    const values = compared.getByRole('table', { name: 'Values of the compared runs' })
    expect(await values.getByRole('row').count()).toBe(3)
    await values.getByRole('img', { name: 'Marked by a square' }).waitFor()
    await figure.getByRole('application').focus()
    await lab.page.keyboard.press('ArrowLeft')
    await values.getByText(/at epoch 5\.94/).waitFor()
  })

  it('tells what differs in their specs, and folds what is the same', async () => {
    const differing = lab.view.getByRole('table', { name: 'What differs in the specs' })
    expect(await differing.getByRole('row').allInnerTexts()).toEqual([
      'Setting\tslow\tfast',
      'Learning rate\t0.001\t0.005',
    ])
    const same = lab.view.getByRole('table', { name: 'What is the same in the specs' })
    expect(await same.isVisible()).toBe(false)
    await lab.view.getByText(/settings that are the same in all/).click()
    await same.getByRole('row', { name: /^Data folder/ }).waitFor()
  })

  it.each(['light', 'dark'] as const)('has nothing that axe finds wrong in %s', async (scheme) => {
    await lab.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await lab.page.locator(`html[data-theme=${scheme}]`).waitFor()
    await row('slow').getByRole('button', { name: 'Show curves' }).waitFor()
    expect(await findViolations(lab.page)).toEqual([])
  })

  it('has said nothing wrong on the console', () => {
    expect(lab.faults).toEqual([])
  })
})
