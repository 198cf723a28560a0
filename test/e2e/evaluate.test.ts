import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findViolations } from '../support/accessibility'
import { LabApp, LabHome } from '../support/lab-app'
import { trainSmallNetwork } from '../support/small-training'

/** The paper's test protocols on a network that the app has just trained. */
describe('Evaluate, on the built app', () => {
  const home = new LabHome()
  let lab: LabApp
  const tab = (name: string) => lab.view.getByRole('tab', { name, exact: true })
  const plan = () => lab.view.getByRole('region', { name: 'Plan' })
  const start = () => lab.view.getByRole('button', { name: /Start evaluation|Show the numbers/ })
  const top1 = () => lab.view.locator('dt', { hasText: 'Top-1' }).locator('+ dd')

  beforeAll(async () => {
    lab = await LabApp.launch(home)
    await trainSmallNetwork(lab)
  })
  afterAll(async () => {
    await lab.close()
    home.remove()
  })

  it('is reached from the run that has ended, with its plan told before the start', async () => {
    await lab.view.getByRole('button', { name: 'Evaluate', exact: true }).click()
    await plan().getByText('48 pictures in 1 pass.').waitFor({ timeout: 30_000 })
    expect(await findViolations(lab.page)).toEqual([])
  })

  it('gives by centre crop the accuracy of the log, to the picture', async () => {
    await start().click()
    await top1().waitFor({ timeout: 60_000 })
    await tab('Log').click()
    await lab.view.getByText('of 48 right, as the log says.').waitFor()
  })

  it('keeps what was computed when it is cancelled, and goes on from there', async () => {
    await tab('Set up').click()
    // 150 views of each picture: long enough to be cancelled.
    await lab.view.getByText('Multi-crop', { exact: true }).click()
    await lab.view.getByLabel('As in the paper').selectOption({ index: 0 })
    await lab.view.getByLabel('Average with the mirrored picture').check()
    const others = lab.view.locator('button[aria-pressed="false"]', { hasText: 'px' })
    while ((await others.count()) > 0) await others.first().click()
    await plan()
      .getByText(/48 pictures in [23] passes/)
      .waitFor()
    await start().click()
    await lab.view.getByRole('button', { name: 'Cancel', exact: true }).click()
    await start().click()
    await top1().waitFor({ timeout: 60_000 })
    await tab('Set up').click()
    await plan().getByText('Nothing remains to be computed').waitFor()
  })

  it('compares two protocols picture by picture, and opens the pictures of a cell', async () => {
    await tab('Compare').click()
    await lab.view.getByLabel('Compare with').selectOption({ index: 1 })
    await lab.view.getByText('McNemar’s test').waitFor({ timeout: 30_000 })
    const cells = lab.view.getByRole('table', { name: 'Pictures that both' }).getByRole('button')
    const counts = (await cells.allInnerTexts()).map(Number)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(48)
    expect(await findViolations(lab.page)).toEqual([])
  })
})
