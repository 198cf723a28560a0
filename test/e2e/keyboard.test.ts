import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Settings } from '../../src/shared/contract'
import { FocusWalk } from '../support/focus-walk'
import { LabApp, LabHome } from '../support/lab-app'
import { PATIENT } from '../support/patience'

/** The main job by keyboard alone, from an empty home: the focus is always somewhere and can be seen. */
describe('by keyboard alone', () => {
  const home = new LabHome()
  let lab: LabApp
  let walk: FocusWalk

  beforeAll(async () => {
    lab = await LabApp.launch(home)
    walk = new FocusWalk(lab.page)
  })
  afterAll(async () => {
    await lab.close()
    home.remove()
  })

  const heading = (name: string) => lab.view.getByRole('heading', { level: 1, name })
  const setField = async (name: string, value: string): Promise<void> => {
    await walk.command(name)
    await walk.press('Control+a')
    await walk.type(value)
  }

  it('an empty home opens on the start page, which leads to pictures', async () => {
    await heading('VGG Lab').waitFor()
    await walk.seek('Use sample data')
    await walk.press('Enter')
    await heading('Data').waitFor()
    await lab.view.getByText('240 pictures in 6 classes').first().waitFor(PATIENT)
  })

  it('settings are found by name, and a run is started, paused, resumed and stopped', async () => {
    await setField('input size', '32')
    await heading('Train').waitFor()
    await setField('width', '0.1')
    await setField('epochs', '300')
    await walk.seek('Start training', 'Shift+Tab')
    await walk.press('Enter')
    await lab.trainingStatus.getByText(/^Epoch ([2-9]|\d\d+) of 300/).waitFor(PATIENT)
    // Buttons that take each other's place hand the focus on.
    await walk.seek('Pause')
    await walk.press('Enter')
    await lab.button('Resume').waitFor(PATIENT)
    await walk.seek('Resume')
    await walk.press('Enter')
    await lab.button('Pause').waitFor(PATIENT)
    await walk.seek('Stop')
    await walk.press('Enter')
    await lab.button('Start training').waitFor(PATIENT)
    await walk.press('Tab')
  })

  it('the maps of a layer, a unit of it and its field are reached', async () => {
    await walk.press('Control+4')
    const layers = lab.view.getByRole('listbox', { name: 'Layers' })
    await layers.waitFor()
    await walk.seek(/^conv1_1/)
    await walk.press('ArrowDown')
    await layers.getByRole('option', { name: /^pool1/, selected: true }).waitFor()
    await walk.command('conv3_1')
    await layers.getByRole('option', { name: /^conv3_1/, selected: true }).waitFor()
    await lab.view
      .getByRole('region', { name: 'Feature maps' })
      .getByText('conv3_1')
      .first()
      .waitFor()
    await walk.seek('Channels')
    await walk.press('ArrowRight')
    await walk.press('Shift+ArrowRight')
    const region = lab.view.getByRole('region', { name: 'Receptive field' })
    await expect.poll(() => region.innerText()).toMatch(/conv3_1 \(x \d, y \d, c 1\)/)
  })

  it('what is opened and closed again gives the focus back', async () => {
    await walk.press('z')
    await lab.view.getByRole('group', { name: 'Enlarged map' }).waitFor()
    await walk.press('ArrowRight')
    await walk.press('z')
    await walk.seek('Channels')
    for (const [key, title] of [
      ['h', 'Keys'],
      ['Control+,', 'Settings'],
      ['Control+k', 'Commands'],
    ] as const) {
      await walk.press(key)
      await lab.page.getByRole('dialog', { name: title }).waitFor()
      await walk.press('Tab')
      await walk.press('Escape')
    }
    await walk.seek('Channels')
    // Where the focus was in a view, it is again.
    await walk.press('Control+1')
    await walk.press('Tab')
    await walk.press('Control+4')
    await walk.seek('Channels')
  })

  it('a picture of Data is opened in Inspect, and each view takes the focus', async () => {
    await walk.press('Control+2')
    await walk.seek(/^checker-0001/)
    await walk.press('ArrowRight')
    await walk.press('Enter')
    await heading('Inspect').waitFor()
    for (const key of ['Control+3', 'Control+5', 'Control+6', 'Alt+Home']) await walk.press(key)
    await heading('VGG Lab').waitFor()
    await walk.seek('All runs')
    await walk.press('Enter')
    await heading('Runs').waitFor()
    await walk.seek('Refresh')
    await walk.press('Enter')
  })

  it('the palette finds runs, tabs, exports and the settings of the lab', async () => {
    await walk.command('sample stopped')
    await heading('Inspect').waitFor()
    await walk.command('what if')
    await lab.view.getByRole('tab', { name: 'What if', selected: true }).waitFor()
    await walk.press('Control+k')
    await walk.type('export svg')
    const found = lab.page.getByRole('listbox', { name: 'Commands' })
    const exports = found.getByRole('group', { name: 'Exports' }).getByRole('option')
    expect(await exports.count()).toBeGreaterThan(1)
    await walk.press('Escape')
    await walk.command('threads')
    const settings = lab.page.getByRole('dialog', { name: 'Settings' })
    await settings.waitFor()
    expect(await lab.page.locator(':focus').getAttribute('id')).toBe(
      await settings.getByLabel('Threads', { exact: true }).getAttribute('id'),
    )
    await walk.press('Escape')
    expect(lab.faults).toEqual([])
  })

  it('where it was left is kept when the window closes at once', async () => {
    await walk.press('Control+5')
    await lab.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    const file = join(home.userData, 'settings.json')
    const readPage = (): string =>
      (JSON.parse(readFileSync(file, 'utf8')) as { settings: Settings }).settings.lastSession.page
    await expect.poll(readPage).toBe('Evaluate')
  })
})
