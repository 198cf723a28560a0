import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeSampleDataset } from '../../src/main/engine/data/sample/sample-dataset'
import { findViolations } from '../support/accessibility'
import { LabApp, LabHome } from '../support/lab-app'
import { writeNetworkRun } from '../support/network-run'
import { PATIENT } from '../support/patience'

const CLASSES = 3
const IMAGES = 6

/** Features of a folder of pictures, and a linear classifier on them, in the built app (appendix B). */
describe('features of pictures', () => {
  const home = new LabHome()
  const pictures = join(home.folder, 'pictures')
  let lab: LabApp

  beforeAll(async () => {
    await writeSampleDataset({
      folder: pictures,
      ...{ classes: CLASSES, images: IMAGES, size: 40, seed: 1 },
    })
    const network = { configuration: 'A', inputSize: 32, classes: 5, width: 0.05 } as const
    await writeNetworkRun(home.runs, 'tiny', network)
    lab = await LabApp.launch(home)
    await lab.page.getByText('Engine ready').waitFor(PATIENT)
    await lab.show('Evaluate')
    await lab.view.getByRole('tab', { name: 'Features', exact: true }).click()
  })
  afterAll(async () => {
    await lab.close()
    home.remove()
  })

  const panel = (name: string) => lab.view.getByRole('region', { name, exact: true })

  it('are extracted, a row a picture', async () => {
    await lab.chooseInDialogs(pictures)
    await panel('Features of pictures').getByRole('radio', { name: 'A folder' }).click()
    await lab.view.getByLabel('Layer', { exact: true }).selectOption('pool5')
    await lab.view.getByLabel('Scales Q').fill('36, 48')
    await lab.button('Extract features').click()
    await panel('Extracted').getByText('pool5, dense, Q=36, 48 averaged').waitFor(PATIENT)
    const shape = await panel('Extracted').getByRole('status').locator('strong').innerText()
    expect(shape).toMatch(new RegExp(`^${CLASSES * IMAGES} × \\d+$`))
    expect(await findViolations(lab.page)).toEqual([])
  })

  it('are exported as npy with the names of the rows', async () => {
    const npy = join(home.folder, 'pool5.npy')
    const csv = join(home.folder, 'pool5.csv')
    await lab.saveInDialogs(npy)
    await lab.button('Export npy and names').click()
    await panel('Extracted').getByText('Written: pool5.npy and pool5.csv').waitFor(PATIENT)
    expect(existsSync(npy)).toBe(true)
    expect(readFileSync(npy).toString('latin1')).toContain(`'shape': (${CLASSES * IMAGES}, `)
    expect(readFileSync(csv, 'utf8').trim().split('\n')).toHaveLength(1 + CLASSES * IMAGES)
  })

  it('are classified on drawn splits, and the mean of the recalls is told', async () => {
    const classifier = panel('Linear classifier')
    await classifier.getByLabel('Training pictures a class').fill('4')
    await classifier.getByLabel('Splits').fill('2')
    await classifier.getByLabel('C', { exact: true }).fill('1')
    await lab.button('Train a linear classifier').click()
    const told = classifier.getByRole('status').filter({ hasText: 'Mean class recall' })
    await told.waitFor(PATIENT)
    const [, mean] = /([\d.]+)% ±/.exec(await told.innerText()) ?? []
    const splits = classifier.getByRole('table', { name: 'Each split' }).locator('tbody tr')
    expect(await splits.count()).toBe(2)
    const recalls: number[] = []
    for (const split of await splits.all()) {
      const cells = await split.getByRole('cell').allInnerTexts()
      expect(cells.slice(0, 3)).toEqual(['12', '6', '1'])
      recalls.push(parseFloat(cells[3] ?? ''))
    }
    // Of numbers that are each rounded to a tenth.
    const expected = recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length
    expect(Math.abs(Number(mean) - expected)).toBeLessThan(0.11)
    expect(await findViolations(lab.page)).toEqual([])
  })

  it('that are there are told to be of other choices once one is changed', async () => {
    const changed = panel('Extracted').getByText('The choices at the left have changed since.')
    expect(await changed.count()).toBe(0)
    await lab.view.getByLabel('Scales Q').fill('36')
    await changed.waitFor()
    await lab.view.getByLabel('Scales Q').fill('36 x')
    expect(await lab.button('Extract features').isDisabled()).toBe(true)
  })
})
