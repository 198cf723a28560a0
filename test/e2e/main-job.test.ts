import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LabApp, LabHome } from '../support/lab-app'
import { readMetrics } from '../support/metrics'

const TRAINING_MS = 180_000

/** The whole main job in one window, in the order in which a person does it. */
describe('the main job, on the built app', () => {
  const home = new LabHome()
  let lab: LabApp

  beforeAll(async () => {
    lab = await LabApp.launch(home)
  })
  afterAll(async () => {
    await lab.close()
    home.remove()
  })

  const startTraining = async (epochs: number): Promise<void> => {
    const { page } = lab
    await lab.show('Train')
    await page.getByLabel('Input size', { exact: true }).fill('32')
    await page.getByLabel('Width', { exact: true }).fill('0.1')
    await page.getByLabel('Epochs', { exact: true }).fill(String(epochs))
    await lab.button('Start training').click()
  }
  const runFolders = (): string[] =>
    readdirSync(home.runs)
      .map((name) => join(home.runs, name))
      .sort()

  it('shows Table 1 before any data and with exact numbers', async () => {
    await lab.show('Architecture')
    await expect.poll(() => lab.page.getByText('132,863,336').count()).toBeGreaterThan(0)
  })

  it('says what the engine runs on', async () => {
    await lab.page
      .getByText(/CPU|GPU/)
      .first()
      .waitFor({ timeout: 30_000 })
    await lab.page
      .getByText(/float32/)
      .first()
      .waitFor()
  })

  it('makes and opens the sample data', async () => {
    await lab.show('Data')
    await lab.button('Use sample data').first().click()
    await lab.page.getByText('circle').first().waitFor({ timeout: 60_000 })
    expect(await lab.page.getByText(/240/).count()).toBeGreaterThan(0)
  })

  it('refuses a setting in place and does not start', async () => {
    await lab.show('Train')
    const input = lab.page.getByLabel('Input size', { exact: true })
    await input.fill('100')
    await lab.page.getByText(/multiple of 32; got 100/).waitFor()
    expect(await lab.button('Start training').isDisabled()).toBe(true)
    await input.fill('32')
  })

  it('trains, answers an inspection meanwhile, and the loss falls', async () => {
    const { page } = lab
    await startTraining(12)
    await lab.button('Stop').waitFor()
    await page.getByRole('figure', { name: 'Loss' }).waitFor()
    await page.getByRole('figure', { name: 'Accuracy' }).waitFor()

    await lab.show('Inspect')
    const layers = page.getByRole('listbox', { name: 'Layers' })
    await layers.waitFor({ timeout: 60_000 })
    await layers.getByRole('option', { name: /conv2_1/ }).click()
    await page.getByRole('region', { name: 'Feature maps' }).locator('canvas').first().waitFor()

    await lab.show('Train')
    await lab.trainingStatus
      .getByText(/finished/i)
      .first()
      .waitFor({ timeout: TRAINING_MS })
    const [folder] = runFolders()
    const epochs = readMetrics(folder ?? '').filter(({ kind }) => kind === 'epoch')
    expect(epochs).toHaveLength(12)
    const losses = epochs.map(({ train }) => train.loss)
    expect(losses[11]).toBeLessThan((losses[0] ?? 0) * 0.7)
  })

  it('shows a unit with its value and its receptive field', async () => {
    const { page } = lab
    await lab.show('Inspect')
    const layers = page.getByRole('listbox', { name: 'Layers' })
    await layers.getByRole('option', { name: /conv3_1/ }).click()
    const canvas = page.getByRole('region', { name: 'Feature maps' }).locator('canvas').first()
    await canvas.waitFor()
    const field = page.getByRole('region', { name: 'Receptive field' })
    await expect
      .poll(
        async () => {
          const box = await canvas.boundingBox()
          if (box === null) return ''
          await page.mouse.move(box.x + 30, box.y + 30)
          await page.mouse.move(box.x + 34, box.y + 34)
          return field.innerText()
        },
        { timeout: 20_000 },
      )
      // The field of conv3_1 in configuration A, by the arithmetic of shared/vgg.
      .toMatch(/18/)
  })

  it('stops within a step and keeps what it learned', async () => {
    await startTraining(200)
    await expect
      .poll(() => runFolders().flatMap((folder) => readMetrics(folder)).length, { timeout: 60_000 })
      .toBeGreaterThan(14)
    await lab.button('Stop').click()
    await lab.button('Start training').waitFor({ timeout: 15_000 })
  })

  it('says that the engine was killed, starts it again and goes on with the run', async () => {
    const { page } = lab
    await startTraining(400)
    const checkpointsOf = (folder: string): string[] => {
      try {
        return readdirSync(join(folder, 'checkpoints'))
      } catch {
        return []
      }
    }
    await expect
      .poll(() => runFolders().filter((folder) => checkpointsOf(folder).length > 0).length, {
        timeout: 60_000,
      })
      .toBe(3)
    const pid = await lab.findEnginePid()
    process.kill(pid, 'SIGKILL')
    const alert = page.getByRole('alert').filter({ hasText: /killed/ })
    await alert.waitFor({ timeout: 5_000 })
    await alert.getByRole('button', { name: 'Continue run' }).click()
    await lab.show('Train')
    await lab.button('Stop').waitFor({ timeout: 30_000 })
    await expect.poll(() => lab.findEnginePid()).not.toBe(pid)
  })

  it('asks before it closes while training, and finds the run at the next start', async () => {
    await lab.app.evaluate(({ dialog }) => {
      const asked = { count: 0 }
      Object.assign(globalThis, { asked })
      dialog.showMessageBox = () => {
        asked.count += 1
        return Promise.resolve({ response: 1, checkboxChecked: false })
      }
    })
    await lab.app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.close()
    })
    await expect
      .poll(() =>
        lab.app.evaluate(() => (globalThis as unknown as { asked: { count: number } }).asked.count),
      )
      .toBe(1)
    expect(await lab.button('Stop').isVisible()).toBe(true)

    await lab.close()
    lab = await LabApp.launch(home)
    await lab.page.getByRole('button', { name: 'Continue run' }).first().waitFor()
    await lab.show('Runs')
    await expect.poll(() => lab.page.getByText(/cut off/i).count()).toBeGreaterThan(0)
  })

  it('has said nothing wrong on the console', () => {
    expect(lab.faults).toEqual([])
  })

  it('wrote run folders that hold what the docs say', () => {
    const [folder] = runFolders()
    const names = readdirSync(folder ?? '')
    for (const name of ['run.json', 'metrics.jsonl', 'split.json', 'checkpoints', 'best']) {
      expect(names).toContain(name)
    }
    expect(names.some((name) => name.startsWith('events.out.tfevents.'))).toBe(true)
    const run = JSON.parse(readFileSync(join(folder ?? '', 'run.json'), 'utf8')) as {
      state: string
    }
    expect(run.state).toBe('finished')
  })
})
