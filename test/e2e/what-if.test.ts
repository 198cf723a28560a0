import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findViolations } from '../support/accessibility'
import { LabApp, LabHome } from '../support/lab-app'
import { inspectSmallNetwork } from '../support/small-training'

/** "What if" on a network that the app has just trained. */
describe('the What if tool, on the built app', () => {
  const home = new LabHome()
  let lab: LabApp
  const tool = () => lab.page.getByRole('region', { name: 'What if' })
  const chooseLayer = (name: string) =>
    lab.page.getByRole('listbox', { name: 'Layers' }).getByText(name, { exact: true }).click()

  beforeAll(async () => {
    lab = await LabApp.launch(home)
    await inspectSmallNetwork(lab)
  })
  afterAll(async () => {
    await lab.close()
    home.remove()
  })

  it('turns channels off, and tells what becomes of the prediction', async () => {
    await chooseLayer('fc6')
    await lab.page.getByRole('tab', { name: 'What if' }).click()
    await tool().getByLabel('Channels', { exact: true }).fill('99999')
    await tool()
      .getByText(/Expected channels from 0 to \d+, such as 3, 7-12 or all; got 99999/)
      .waitFor()
    await tool()
      .getByRole('button', { name: /^All \d+$/ })
      .click()
    await tool().getByRole('button', { name: 'Add', exact: true }).click()
    const table = tool().getByRole('table', { name: 'Prediction before and after' })
    await table.waitFor()
    expect(await table.getByRole('row').count()).toBeGreaterThan(5)
    expect(await findViolations(lab.page)).toEqual([])
  })

  it('measures the validation set: without fc6 one class is told for every picture', async () => {
    await tool().getByText('Validation set').click()
    await tool().getByRole('button', { name: 'Measure accuracy' }).click()
    const table = tool().getByRole('table', { name: 'Accuracy before and after' })
    await table.waitFor()
    const cells = await table.getByRole('row', { name: /^All/ }).getByRole('cell').allInnerTexts()
    expect(cells[0]).toBe('48')
    // Six classes of eight pictures each, of which one is told always.
    expect(cells[2]).toBe('16.7%')
    const rows = await table.getByRole('row').allInnerTexts()
    expect(rows).toHaveLength(8)
    expect(rows.filter((row) => row.includes('100.0%')).length).toBeGreaterThan(0)
  })

  it('shows the maps as they are then, says so, and goes back on one click', async () => {
    const maps = lab.page.getByRole('region', { name: 'Feature maps' })
    await lab.page.getByRole('tab', { name: 'Maps' }).click()
    const banner = lab.page.getByRole('status', { name: 'Ablations' })
    expect(await banner.innerText()).toMatch(/fc6 0-\d+ × 0/)
    await maps.getByText(/fc6 \(c \d+\) = 0$/).waitFor()
    await lab.page.getByText(/centre crop \d+, float32, with ablations/).waitFor()
    // Without fc6 no score depends on the picture: the map of why is zero all over.
    await lab.page.getByRole('tab', { name: 'Why' }).click()
    await banner.waitFor()
    const map = lab.page.getByRole('application', { name: /over the picture; arrows move/ })
    await map.waitFor()
    const value = lab.page.getByRole('region', { name: 'Why this prediction' }).getByText(/^cell/)
    expect(await value.innerText()).toMatch(/= 0\b(?!\.)/)
    await lab.page.getByRole('tab', { name: 'Unit' }).click()
    await banner.getByText('The data set search and the filters use it without').waitFor()
    await lab.page.getByRole('tab', { name: 'Maps' }).click()
    await banner.getByRole('button', { name: 'Off' }).click()
    await banner.waitFor({ state: 'detached' })
    // The strongest unit is told by its number, so that it is one that is active.
    await maps.getByText(/^fc6 \(c \d+\)/).waitFor()
  })

  it('goes back on undo, and keeps a set that outlives the window', async () => {
    await lab.page.getByRole('tab', { name: 'What if' }).click()
    const list = tool().getByRole('list', { name: 'Ablations' })
    await list.getByRole('button', { name: /Remove the ablation of fc6/ }).click()
    await list.waitFor({ state: 'detached' })
    await tool().getByRole('button', { name: 'Undo the last change of the ablations' }).click()
    await list.waitFor()
    await tool().getByLabel('Name of the set').fill('no fc6')
    await tool().getByRole('button', { name: 'Keep', exact: true }).click()
    await tool().getByLabel('Kept sets of this run').waitFor()
    const settings = JSON.parse(readFileSync(join(home.userData, 'settings.json'), 'utf8')) as {
      settings: { ablationSets: { name: string; ablations: { layer: string }[] }[] }
    }
    expect(settings.settings.ablationSets).toMatchObject([
      { name: 'no fc6', ablations: [{ layer: 'fc6', factor: 0 }] },
    ])
  })

  it('ranks the channels of a layer and exports them', async () => {
    await chooseLayer('pool5')
    await tool().getByText('Rank channels').click()
    await tool().getByLabel('Pictures').selectOption('at most 20')
    await tool().getByRole('button', { name: 'Rank the channels of pool5' }).click()
    const table = tool().getByRole('table', { name: 'Channels of pool5 by cost', exact: true })
    await table.waitFor()
    await lab.page
      .getByRole('progressbar', { name: 'Ranking of channels' })
      .waitFor({ state: 'detached' })
    await tool()
      .getByText(/20 of 48 validation pictures of the run/)
      .waitFor()
    const csv = join(home.folder, 'channels.csv')
    await lab.saveInDialogs(csv)
    await tool().getByRole('button', { name: 'Export the ranking of channels' }).click()
    await lab.page.getByRole('menuitem', { name: 'CSV' }).click()
    await expect.poll(() => readFileSync(csv, 'utf8').trim().split('\n').length).toBeGreaterThan(20)
    expect(lab.faults).toEqual([])
  })
})
