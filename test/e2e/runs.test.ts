import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeSampleDataset } from '../../src/main/engine/data/sample/sample-dataset'
import { findViolations } from '../support/accessibility'
import { LabApp, LabHome } from '../support/lab-app'
import { writeRunFolder } from '../support/written-run'
import { PATIENT } from '../support/patience'
import type { RunFile } from '../../src/shared/spec'

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

  /** Opens the menu of a run, and takes one of its items. */
  async function act(run: string, item: string): Promise<void> {
    await lab.button(`More actions for ${run}`).click()
    await lab.view.getByRole('menuitem', { name: item }).click()
  }
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
    const differing = lab.view.getByRole('table', { name: 'Differences in settings' })
    expect(await differing.getByRole('row').allInnerTexts()).toEqual([
      'Setting\tslow\tfast',
      'Learning rate\t0.001\t0.005',
    ])
    const same = lab.view.getByRole('table', { name: 'Settings in common' })
    expect(await same.isVisible()).toBe(false)
    await lab.view.getByText(/settings in common/).click()
    await same.getByRole('row', { name: /^Data folder/ }).waitFor()
  })

  it('names, tags and groups runs, and filters by them', async () => {
    await act('slow', 'Name, tags and note…')
    const dialog = lab.page.getByRole('dialog', { name: 'Name, tags and note' })
    await dialog.getByLabel('Name', { exact: true }).fill('patient')
    await dialog.getByLabel('Group').fill('paper')
    await dialog.getByLabel('Tags').fill('good, small')
    await dialog.getByLabel('Note').fill('Rate too high?')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await row('patient').getByRole('list', { name: 'Tags' }).getByText('small').waitFor()
    await lab.view.getByRole('rowheader', { name: 'paper 1 run' }).waitFor()
    await lab.view.getByLabel('Tag', { exact: true }).selectOption('good')
    await row('fast').waitFor({ state: 'detached' })
    await lab.view.getByLabel('Tag', { exact: true }).selectOption('')
    await lab.view.getByLabel('Filter runs').fill('FAST')
    await row('patient').waitFor({ state: 'detached' })
    await lab.view.getByLabel('Filter runs').fill('too high')
    await row('fast').waitFor({ state: 'detached' })
    await lab.view.getByLabel('Filter runs').fill('')
    await row('fast').waitFor()
  })

  it('sorts by a heading, and cuts no action off in the smallest window', async () => {
    await lab.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.setContentSize(1024, 700),
    )
    await expect.poll(() => lab.page.evaluate(() => window.innerWidth)).toBe(1024)
    const heading = lab.view.getByRole('columnheader', { name: 'Best top-1' })
    await heading.getByRole('button').focus()
    await lab.page.keyboard.press('Enter')
    expect(await heading.getAttribute('aria-sort')).toBe('descending')
    await lab.page.keyboard.press('Enter')
    expect(await heading.getAttribute('aria-sort')).toBe('ascending')
    const box = lab.view.locator('.content')
    expect(await box.evaluate((at) => at.scrollWidth - at.clientWidth)).toBe(0)
    await lab.button('More actions for fast').click()
    const last = lab.view.getByRole('menuitem', { name: 'Move to trash…' })
    // A click needs the item in sight, under nothing else.
    await last.click({ trial: true })
    await lab.page.keyboard.press('Escape')
    await lab.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.setContentSize(1440, 900),
    )
  })

  it('exports a run as one file and imports it as another run', async () => {
    const file = join(home.folder, 'patient.tar')
    await lab.app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
    }, file)
    await act('patient', 'Export run…')
    await lab.view.getByText(`The run is in ${file}.`).waitFor()
    await lab.chooseInDialogs(file)
    await lab.button('Import run').click()
    await lab.view.getByText(`The run was imported into ${join(home.runs, 'slow-2')}.`).waitFor()
    await row('patient (2)').waitFor()
    writeFileSync(file, 'no archive')
    await lab.button('Import run').click()
    const alert = lab.view.getByRole('alert').filter({ hasText: 'complete archive of a run' })
    await alert.waitFor()
    await alert.getByRole('button').click()
    rmSync(join(home.runs, 'slow-2'), { recursive: true })
    await lab.button('Refresh').click()
    await row('patient (2)').waitFor({ state: 'detached' })
  })

  it.each(['light', 'dark'] as const)('has nothing that axe finds wrong in %s', async (scheme) => {
    await lab.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await lab.page.locator(`html[data-theme=${scheme}]`).waitFor()
    await row('patient').getByRole('button', { name: 'Show curves' }).waitFor()
    expect(await findViolations(lab.page)).toEqual([])
  })

  it('moves a run to the trash once that is agreed to', async () => {
    const trash = join(home.folder, 'trash')
    // A test machine may have no trash; where the folder goes is the system's business.
    await lab.app.evaluate(({ shell }, to) => {
      shell.trashItem = (path) => {
        // An evaluated function has no other way to a module on Electron 22.
        // eslint-disable-next-line @typescript-eslint/no-deprecated
        const { renameSync } = process.mainModule?.require('node:fs') as typeof import('node:fs')
        renameSync(path, to)
        return Promise.resolve()
      }
    }, trash)
    await act('fast', 'Move to trash…')
    const dialog = lab.page.getByRole('dialog', { name: 'Move to the trash' })
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect(readdirSync(home.runs)).toContain('fast')
    await act('fast', 'Move to trash…')
    await dialog.getByRole('button', { name: 'Move to trash' }).click()
    await row('fast').waitFor({ state: 'detached' })
    expect(readdirSync(home.runs)).toEqual(['slow'])
    expect(readdirSync(trash)).toContain('run.json')
  })

  it('goes on with a run whose pictures were moved, where they are chosen', async () => {
    const pictures = join(home.folder, 'moved-here')
    await writeSampleDataset({ folder: pictures, classes: 2, images: 6, size: 40, seed: 1 })
    const classNames = readdirSync(pictures).filter((name) => !name.startsWith('.'))
    const halves = { train: [] as string[], validation: [] as string[] }
    for (const name of classNames) {
      const files = readdirSync(join(pictures, name)).map((file) => `${name}/${file}`)
      halves.train.push(...files.slice(0, 4))
      halves.validation.push(...files.slice(4))
    }
    const run = writeRunFolder(home.runs, {
      ...{ name: 'nomad', epochs: 0, stepsPerEpoch: 1, rate: 0.1 },
      settings: { epochs: 1, batchSize: 4 },
      run: {
        ...{ state: 'stopped', trainImages: 8, validationImages: 4 },
        ...{ dataFolder: join(home.folder, 'was-here'), classNames },
      },
    })
    writeFileSync(join(run, 'split.json'), JSON.stringify({ version: 1, ...halves }))
    const readRunFile = (): string => readFileSync(join(run, 'run.json'), 'utf8')
    const before = readRunFile()
    await lab.button('Refresh').click()
    await row('nomad').getByRole('button', { name: 'Continue' }).click()
    const alert = (place: string) =>
      lab.view.getByRole('alert').filter({ hasText: `the 12 pictures of this run in ${place};` })
    await alert(join(home.folder, 'was-here')).waitFor()
    const none = join(home.folder, 'none')
    mkdirSync(none)
    await lab.chooseInDialogs(none)
    await lab.button('Choose where the pictures are now…').click()
    await alert(none).waitFor()
    expect(readRunFile()).toBe(before)

    // The same where the run is told of.
    await lab.chooseInDialogs(pictures)
    await lab.show('Runs')
    await row('nomad').getByRole('button', { name: 'Show curves' }).click()
    await lab.button('Choose where the pictures are now…').click()
    await lab.trainingStatus.getByText('Finished', { exact: true }).waitFor(PATIENT)
    expect(JSON.parse(readRunFile())).toMatchObject({ dataFolder: pictures, state: 'finished' })
    expect(await lab.button('Choose where the pictures are now…').count()).toBe(0)
  })

  it('trains a finished run longer, classifies its pictures, and takes its settings over', async () => {
    await lab.button('Train longer…').click()
    const dialog = lab.page.getByRole('dialog', { name: 'Train longer' })
    await dialog.getByLabel('More epochs').fill('1')
    await dialog.getByText(/continues from the checkpoint of epoch 1 and ends at epoch 2/).waitFor()
    await dialog.getByRole('button', { name: 'Train longer' }).click()
    await lab.trainingStatus.getByText('Epoch 2 of 2', { exact: true }).waitFor(PATIENT)
    await lab.trainingStatus.getByText('Finished', { exact: true }).waitFor(PATIENT)
    const run = JSON.parse(readFileSync(join(home.runs, 'nomad', 'run.json'), 'utf8')) as RunFile
    expect(run.settings.epochs).toBe(2)

    await lab.show('Runs')
    await act('nomad', 'Classify its pictures')
    await lab.button('Classify 4 pictures').click()
    await lab.view.getByText(/^\d of 4 right/).waitFor(PATIENT)
    const table = lab.view.getByRole('table', { name: 'Classified pictures' })
    expect(await table.getByRole('row').count()).toBe(5)

    await act('nomad', 'Use these settings')
    await lab.view.getByText('Settings of the run nomad.').waitFor()
    expect(await lab.view.getByLabel('Epochs', { exact: true }).inputValue()).toBe('2')
    await lab.button('Open its data').click()
    await lab.button('Open its data').waitFor({ state: 'detached' })
  })

  it('queues runs behind the one in training, and goes on whatever becomes of it', async () => {
    const field = (name: string) => lab.view.getByLabel(name, { exact: true })
    await lab.show('Data')
    await lab.button('Use sample data').click()
    await lab.view.getByText('240 pictures in 6 classes').first().waitFor(PATIENT)
    await lab.show('Train')
    await field('Input size').fill('32')
    await field('Width').fill('0.1')
    await field('Epochs').fill('500')
    await lab.view.getByText('More settings').click()
    await field('Run name').fill('one')
    await lab.button('Start training').click()
    await lab.trainingStatus.getByText(/Epoch \d+ of 500/).waitFor()
    for (const name of ['two', 'three', 'four']) {
      await field('Run name').fill(name)
      await lab.button('Add to queue').click()
    }
    await lab.view.getByRole('status', { name: 'Queue' }).getByText('3 queued').waitFor()

    await lab.show('Runs')
    const queued = lab.view.getByRole('list', { name: 'Queued runs' })
    await lab.button('Move three up').click()
    await lab.button('Remove four from the queue').click()
    await expect.poll(() => queued.getByRole('listitem').count()).toBe(2)
    expect(await queued.getByRole('listitem').first().innerText()).toMatch(/three/)
    expect(await findViolations(lab.page)).toEqual([])

    await lab.show('Train')
    await lab.button('Stop').click()
    await lab.trainingStatus.getByText('three', { exact: true }).waitFor()
    await lab.trainingStatus.getByText(/Epoch \d+ of 500/).waitFor()
    // The engine dies with the run in training; the next one has its turn all the same.
    process.kill(await lab.findEnginePid(), 'SIGKILL')
    await lab.trainingStatus.getByText('two', { exact: true }).waitFor(PATIENT)
    await lab.show('Runs')
    const told = lab.view.getByRole('status', { name: 'Results of queued runs' })
    await expect
      .poll(() => told.allInnerTexts().then((texts) => texts.join(' ')))
      .toMatch(/three ended early: .*SIGKILL.* The next run was started\./)
    await expect.poll(() => queued.count()).toBe(0)
  })

  it('has said nothing wrong on the console', () => {
    expect(lab.faults).toEqual([])
  })
})
