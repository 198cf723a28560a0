import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runForJson } from '../support/command-line'
import { LabApp, LabHome } from '../support/lab-app'
import { readMetrics } from '../support/metrics'
import { PATIENT } from '../support/patience'

/**
 * What Electron's own processes cannot hold: an allocation of 2 GiB ends any of them. Both runs need
 * some gigabytes of memory.
 */
describe('in the window, at the sizes of the paper', () => {
  const home = new LabHome()
  let lab: LabApp

  beforeAll(async () => {
    lab = await LabApp.launch(home)
  })
  afterAll(async () => {
    await lab.close()
    home.remove()
  })

  const field = (name: string) => lab.view.getByLabel(name, { exact: true })

  /** Trains for one epoch of one update; resolves to the run's folder. */
  async function trainOnce(data: string, settings: Record<string, string>): Promise<string> {
    const before = readdirSync(home.folder).includes('runs') ? readdirSync(home.runs) : []
    await lab.show('Train')
    await field('Dataset folder').fill(data)
    await field('Dataset folder').press('Enter')
    const more = lab.view.getByText('More settings')
    if (!(await field('Micro-batch').isVisible())) await more.click()
    for (const [name, value] of Object.entries(settings)) await field(name).fill(value)
    await lab.button('Start training').click()
    // Not by the window's word alone, which may still be of the run before.
    await lab.button('Stop').waitFor(PATIENT)
    const made = readdirSync(home.runs).find((name) => !before.includes(name)) ?? ''
    const alert = lab.page.getByRole('alert').first()
    await lab.button('Start training').or(alert).waitFor(PATIENT)
    if (await alert.isVisible()) throw new Error(await alert.innerText())
    return join(home.runs, made)
  }

  it('A at 224 with all its channels makes an update and is validated', async () => {
    const data = join(home.folder, 'twenty')
    await runForJson(home.folder, 'sample', data, '--classes', '2', '--images', '10')
    const run = await trainOnce(data, {
      'Input size': '224',
      Width: '1',
      'Batch size': '16',
      Epochs: '1',
      'Learning rate': '0.001',
    })
    const lines = readMetrics(run)
    expect(lines.filter(({ kind }) => kind === 'step')).toHaveLength(1)
    const [epoch] = lines.flatMap((line) => (line.kind === 'epoch' ? [line] : []))
    expect(epoch?.validation.loss).toBeGreaterThan(0)
    expect(readdirSync(join(run, 'checkpoints'))).toEqual(['epoch-0001'])
  })

  it('a tensor of more than 2 GiB goes through the engine', async () => {
    const data = join(home.folder, 'many')
    await runForJson(home.folder, 'sample', data, '--classes', '4', '--images', '80')
    // conv1_1 puts out 256 x 512 x 512 x 9 float32: 2.4 GB.
    const run = await trainOnce(data, {
      'Input size': '512',
      Width: '0.14',
      'Batch size': '256',
      'Micro-batch': '256',
      Epochs: '1',
      'Learning rate': '0.001',
    })
    const lines = readMetrics(run)
    expect(lines.filter(({ kind }) => kind === 'step')).toHaveLength(1)
    expect(lines.filter(({ kind }) => kind === 'epoch')).toHaveLength(1)
    // In one call, not cut.
    expect(await lab.trainingStatus.innerText()).toMatch(/Micro-batch\s+256/)
  })
})
