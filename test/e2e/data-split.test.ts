import { cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeSampleDataset } from '../../src/main/engine/data/sample/sample-dataset'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readRun } from '../../src/main/engine/training'
import { findViolations } from '../support/accessibility'
import { LabApp, LabHome } from '../support/lab-app'
import { PATIENT } from '../support/patience'

/** Split and class balance, chosen in the Data view of the built app and used by a run. */
describe('split and balance', () => {
  const home = new LabHome()
  const pictures = join(home.folder, 'pictures')
  const others = join(home.folder, 'others')
  const wrapper = join(home.folder, 'archive')
  let lab: LabApp

  beforeAll(async () => {
    for (const [folder, seed] of [
      [pictures, 1],
      [others, 2],
    ] as const) {
      await writeSampleDataset({ folder, classes: 3, images: 10, size: 32, seed })
    }
    for (const [at, name] of readdirSync(others)
      .filter((one) => !one.startsWith('.'))
      .entries()) {
      // One has a mark in its name that turns what follows around.
      const className = at === 0 ? 'dog\u202e' : name
      for (const half of ['training_set', 'test_set']) {
        cpSync(join(others, name), join(wrapper, 'pets', half, className), { recursive: true })
      }
    }
    const [first = ''] = readdirSync(pictures).filter((name) => !name.startsWith('.'))
    for (const file of readdirSync(join(pictures, first)).slice(2)) {
      rmSync(join(pictures, first, file))
    }
    lab = await LabApp.launch(home)
  })
  afterAll(async () => {
    await lab.close()
    home.remove()
  })

  const field = (name: string) => lab.view.getByLabel(name, { exact: true })
  const waitForSplit = (words: string): Promise<void> =>
    lab.view.getByRole('status', { name: 'Current split' }).filter({ hasText: words }).waitFor()

  it('follows share, seed and folder at once', async () => {
    await lab.show('Data')
    await field('Dataset folder').fill(pictures)
    await field('Dataset folder').press('Enter')
    await waitForSplit(
      '20% of each class held out for validation, seed 1. 17 to train, 5 to validate.',
    )
    await lab.view.getByRole('slider', { name: 'Held-out share' }).fill('0.5')
    await waitForSplit(
      '50% of each class held out for validation, seed 1. 11 to train, 11 to validate.',
    )
    await lab.button('Draw others').click()
    await waitForSplit('seed 2')
    await lab.view.getByText('Another folder', { exact: true }).click()
    await field('Validation folder').fill(others)
    await field('Validation folder').press('Enter')
    await waitForSplit(`validation pictures from ${others}. 22 to train, 30 to validate.`)
    await lab.view.getByRole('option', { name: /All classes.*22.*30/ }).waitFor()
    expect(await findViolations(lab.page)).toEqual([])
  })

  it('is what a run uses, with the balance that was chosen where the imbalance is told', async () => {
    await field('Balance in training').selectOption('sampling')
    await lab.view.getByText('Each class is drawn 7 times per epoch').waitFor()
    await lab.show('Train')
    await field('Input size').fill('32')
    await field('Width').fill('0.05')
    await field('Epochs').fill('1')
    await lab.button('Start training').click()
    await lab.trainingStatus.getByText('Finished').first().waitFor(PATIENT)
    const [name = ''] = readdirSync(home.runs)
    const run = await readRun(join(home.runs, name))
    expect(run).toMatchObject({ trainImages: 22, validationImages: 30 })
    expect(run.settings).toMatchObject({ validationFolder: others, seed: 2, balance: 'sampling' })
  })

  it('opens the folder inside a wrapper, and shows its test half', async () => {
    await lab.show('Data')
    await field('Dataset folder').fill(wrapper)
    await field('Dataset folder').press('Enter')
    await lab.view.getByRole('alert').filter({ hasText: 'its folder pets' }).waitFor()
    await lab.button('Open pets').click()
    await waitForSplit('15 to train, 15 to validate.')
    await lab.view.getByRole('note', { name: 'Test half' }).filter({ hasText: '30' }).waitFor()
    await lab.view.getByRole('option', { name: /All classes.*15.*15.*30/ }).waitFor()
    await lab.view.getByRole('option', { name: /^dog\\u202e/ }).waitFor()
    await lab.view.getByText('Test', { exact: true }).click()
    await lab.view.getByRole('heading', { name: 'All classes: 30 pictures' }).waitFor()
    expect(
      await lab.view.getByRole('list', { name: 'Pictures' }).getByText('test').count(),
    ).toBeGreaterThan(0)
    expect(await findViolations(lab.page)).toEqual([])
  })
})
