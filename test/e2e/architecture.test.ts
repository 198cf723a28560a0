import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findViolations } from '../support/accessibility'
import { LabApp, LabHome } from '../support/lab-app'

/** The Architecture view in the built app. */
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
  const tab = (name: string) => lab.page.getByRole('tab', { name, exact: true }).click()

  it.each([
    'Table 1',
    'Costs',
    'Receptive fields',
    'Stacks of 3×3',
    'Convolution',
    'Pre-initialisation',
  ])('has nothing that axe finds wrong in %s', async (name) => {
    await tab(name)
    await lab.page.waitForTimeout(400)
    expect(await findViolations(lab.page)).toEqual([])
  })

  it('refuses a bad knob in place, with the range', async () => {
    await lab.view.getByLabel('Input size', { exact: true }).fill('100')
    await lab.view
      .getByText(/multiple of 32; got 100/)
      .first()
      .waitFor()
  })
})
