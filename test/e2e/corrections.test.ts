import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeSampleDataset } from '../../src/main/engine/data/sample/sample-dataset'
import { readSplit } from '../../src/main/engine/runs/run-folder'
import { findViolations } from '../support/accessibility'
import { LabApp, LabHome } from '../support/lab-app'

/** Pictures that are excluded and relabelled in the Data view of the built app, and the run that goes by it. */
describe('corrections', () => {
  const home = new LabHome()
  const pictures = join(home.folder, 'pictures')
  let lab: LabApp

  beforeAll(async () => {
    await writeSampleDataset({ folder: pictures, classes: 3, images: 10, size: 32, seed: 1 })
    lab = await LabApp.launch(home)
  })
  afterAll(async () => {
    await lab.close()
    home.remove()
  })

  const field = (name: string) => lab.view.getByLabel(name, { exact: true })
  const panel = () => lab.view.getByRole('region', { name: 'Corrections' })
  const effect = () => panel().getByRole('status', { name: 'Effect of the corrections' })
  const dialog = () => lab.page.getByRole('dialog', { name: 'Correct picture' })
  const classes = (): string[] => readdirSync(pictures).filter((name) => !name.startsWith('.'))

  it('are made on a picture with the keyboard, told, and marked', async () => {
    await lab.show('Data')
    await field('Dataset folder').fill(pictures)
    await field('Dataset folder').press('Enter')
    const tiles = lab.view.getByRole('list', { name: 'Pictures' }).locator('[data-index]')
    await tiles.first().focus()
    await lab.page.keyboard.press('c')
    await dialog()
      .getByRole('radio', { name: /^Exclude/ })
      .check()
    await dialog().getByRole('button', { name: 'Save' }).click()
    await effect().filter({ hasText: '1 picture excluded' }).waitFor()
    await tiles.nth(1).focus()
    await lab.page.keyboard.press('c')
    await dialog()
      .getByRole('radio', { name: /^Relabel/ })
      .check()
    await dialog()
      .getByRole('combobox', { name: 'Class' })
      .selectOption(classes()[2] ?? '')
    await dialog().getByLabel('Note').fill('looks like it')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await effect().filter({ hasText: '1 picture excluded, 1 relabelled' }).waitFor()
    await tiles.first().getByText('excluded').waitFor()
    await tiles.nth(1).getByText(`→ ${classes()[2]}`).waitFor()
    expect(await findViolations(lab.page)).toEqual([])
  })

  it('are used by the run that is started, which the form tells before', async () => {
    await lab.show('Train')
    await lab.view.getByText('By your corrections: 1 picture excluded, 1 relabelled').waitFor()
    for (const [name, value] of [
      ['Input size', '32'],
      ['Width', '0.1'],
      ['Epochs', '1'],
    ] as const) {
      await field(name).fill(value)
    }
    await lab.button('Start training').click()
    await lab.trainingStatus.getByText('Finished').first().waitFor({ timeout: 120_000 })
    const [run = ''] = readdirSync(home.runs)
    const { train, validation, labels } = await readSplit(join(home.runs, run))
    const files = [...train, ...validation]
    const classIndices = [...(labels?.train ?? []), ...(labels?.validation ?? [])]
    const [first = '', second = ''] = readdirSync(join(pictures, classes()[0] ?? '')).sort()
    expect(files).not.toContain(`${classes()[0]}/${first}`)
    expect(classIndices[files.indexOf(`${classes()[0]}/${second}`)]).toBe(2)
    expect(files).toHaveLength(29)
  })

  it('are exported, cleared, and come back by undo and by the file', async () => {
    await lab.show('Data')
    const saved = join(home.folder, 'corrections.csv')
    await lab.saveInDialogs(saved)
    await panel().getByRole('button', { name: 'Export CSV' }).click()
    await expect.poll(() => existsSync(saved)).toBe(true)
    const [heading, ...lines] = readFileSync(saved, 'utf8').trim().split('\n')
    expect(heading).toBe('file,action,class,previous class,note,when,source')
    expect(lines).toHaveLength(2)
    await panel().getByRole('button', { name: 'Clear all' }).click()
    await panel().getByRole('button', { name: 'Remove all 2' }).click()
    await panel().getByText('Exclude, relabel or flag').waitFor()
    await panel().getByRole('button', { name: 'Undo' }).click()
    await effect().filter({ hasText: '1 picture excluded, 1 relabelled' }).waitFor()
    await panel().getByRole('button', { name: 'Remove the correction of' }).first().click()
    await effect().filter({ hasText: 'The next run: 1 picture relabelled' }).waitFor()
    await lab.chooseInDialogs(saved)
    await panel().getByRole('button', { name: 'Import CSV' }).click()
    await effect().filter({ hasText: '1 picture excluded, 1 relabelled' }).waitFor()
    // Kept by the lab, and the folder is as it was.
    const kept = readdirSync(join(home.userData, 'corrections'))
    expect(kept.filter((name) => name.endsWith('.json'))).toHaveLength(1)
    expect(statSync(pictures).isDirectory()).toBe(true)
    expect(classes().flatMap((name) => readdirSync(join(pictures, name)))).toHaveLength(30)
  })
})
