import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findViolations } from '../support/accessibility'
import { runCommand, runForJson } from '../support/command-line'
import { LabApp, LabHome } from '../support/lab-app'
import { paintPicture } from '../support/pictures'

/** Pictures that come by themselves, links, steps and files, in Inspect; the camera is Chromium's own fake. */
describe('Inspect with pictures that come by themselves, on the built app', () => {
  const home = new LabHome()
  const data = join(home.folder, 'data')
  const LONG_NAME = 'Ruby-throated hummingbird'
  let lab: LabApp

  beforeAll(async () => {
    await runForJson(home.folder, 'sample', data, '--classes', '3', '--images', '8', '--size', '40')
    renameSync(join(data, 'triangle'), join(data, LONG_NAME))
    const network = ['--config', 'A', '--input', '32', '--width', '0.1', '--epochs', '1']
    await runCommand(home.folder, 'train', data, '--run', join(home.runs, 'small'), ...network)
    lab = await LabApp.launch(home, [
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
    ])
    await lab.show('Inspect')
    await lab.page.getByText('Engine ready').waitFor()
  })
  afterAll(async () => {
    expect(lab.faults).toEqual([])
    await lab.close()
    home.remove()
  })

  const start = async (source: string): Promise<void> => {
    await lab.button('Live pictures').click()
    await lab.page.getByRole('menuitem', { name: source }).click()
  }
  const predictions = () => lab.view.getByRole('region', { name: 'Predictions' })
  /** Without the time that they took. */
  const readPredictions = async () => (await predictions().innerText()).replace(/in \d+ ms/, '')

  it('begins with a picture of the run, beside the names of its classes, and has room at 150%', async () => {
    const note = () => lab.view.getByRole('note', { name: 'Where the picture is from' })
    await note().getByText('A validation picture of this run').waitFor()
    const name = predictions().getByText(LONG_NAME)
    expect(await name.evaluate((own) => own.scrollWidth > own.clientWidth)).toBe(false)
    const zoom = (factor: number) =>
      lab.app.evaluate(({ BrowserWindow }, to) => {
        const [window] = BrowserWindow.getAllWindows()
        window?.setContentSize(1440, 900)
        window?.webContents.setZoomFactor(to)
      }, factor)
    await zoom(1.5)
    const maps = lab.view.getByRole('listbox', { name: 'Channels' })
    // Two rows of maps, with their numbers, and all of the view within the window.
    await expect.poll(() => maps.evaluate((own) => own.clientHeight)).toBeGreaterThan(2 * 84)
    expect(await lab.view.evaluate((own) => own.scrollWidth - own.clientWidth)).toBeLessThanOrEqual(
      0,
    )
    await zoom(1)
  })

  it('predicts a drawing while it is drawn, and again after an undo', async () => {
    await start('Draw')
    const pad = lab.view.getByRole('application', { name: 'Drawing pad' })
    await predictions().getByText('Not from this run’s data').waitFor()
    const empty = await readPredictions()
    const box = await pad.boundingBox()
    if (box === null) throw new Error('Expected a drawing pad that is seen.')
    const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const
    await lab.page.mouse.move(...at(0.2, 0.2))
    await lab.page.mouse.down()
    for (let step = 1; step <= 10; step++) await lab.page.mouse.move(...at(0.2 + step * 0.06, 0.8))
    await lab.page.mouse.up()
    await expect.poll(readPredictions).not.toBe(empty)
    await lab.button('Undo the last stroke').click()
    await expect.poll(readPredictions).toBe(empty)
    await pad.focus()
    for (const key of ['Space', 'ArrowRight', 'ArrowRight', 'ArrowDown', 'Space']) {
      await lab.page.keyboard.press(key)
    }
    await expect.poll(readPredictions).not.toBe(empty)
    expect(await findViolations(lab.page)).toEqual([])
    // Another picture's maps are not those of the pad.
    const strip = lab.view.getByRole('group', { name: 'Pictures of the data set' })
    await strip.getByRole('button').nth(1).click()
    const aside = lab.view.getByText(/^Not shown: the maps are of another picture/)
    await aside.waitFor()
    expect(await findViolations(lab.page)).toEqual([])
    await lab.button('Show the drawing').click()
    await aside.waitFor({ state: 'detached' })
    await lab.button('Stop draw').click()
    await pad.waitFor({ state: 'detached' })
  })

  it('predicts what the camera sees', async () => {
    await start('Camera')
    const panel = lab.view.getByRole('region', { name: 'Camera' })
    await panel.getByText(/\d+\.\d pictures\/s/).waitFor()
    await lab.button('Stop camera').click()
  })

  it('shows pictures as they come into a watched folder, and says when it is gone', async () => {
    const folder = join(home.folder, 'incoming')
    mkdirSync(folder)
    await lab.chooseInDialogs(folder)
    await start('Watch a folder')
    await lab.view.getByRole('region', { name: 'Watched folder' }).waitFor()
    const [first] = readdirSync(join(data, 'circle'))
    copyFileSync(join(data, 'circle', first ?? ''), join(folder, 'came.png'))
    await lab.view.getByText('came.png').waitFor()
    await lab.button('Stop watched folder').click()
  })

  it('goes back and forward, and where a link leads', async () => {
    const layers = lab.view.getByRole('listbox', { name: 'Layers' })
    const chosen = () => layers.getByRole('option', { selected: true })
    const choose = async (name: string): Promise<void> => {
      await layers.getByRole('option', { name: new RegExp(`^${name}`) }).click()
      await chosen().getByText(name).waitFor()
    }
    await choose('conv3_1')
    await lab.button('Links and steps').click()
    await lab.page.getByRole('menuitem', { name: 'Copy link' }).click()
    await choose('conv5_1')
    await lab.page.keyboard.press('Control+z')
    await chosen().getByText('conv3_1').waitFor()
    await lab.page.keyboard.press('Control+y')
    await chosen().getByText('conv5_1').waitFor()
    await lab.button('Links and steps').click()
    await lab.page.getByRole('menuitem', { name: 'Follow the copied link' }).click()
    await chosen().getByText('conv3_1').waitFor()
    await lab.app.evaluate(({ clipboard }) => clipboard.writeText('words'))
    await lab.button('Links and steps').click()
    await lab.page.getByRole('menuitem', { name: 'Follow the copied link' }).click()
    await lab.view.getByText(/Expected a link to the Inspect view/).waitFor()
    await lab.button('Links and steps').click()
    await lab.page.getByRole('menuitem', { name: 'Copy the maps as an image' }).click()
    // What was copied is a picture that can be pasted.
    await start('Paste a picture')
    await lab.view.getByText(/^pasted /).waitFor()
  })

  it('saves the maps as they are shown and at their true size', async () => {
    const save = async (format: string): Promise<Buffer> => {
      const file = join(home.folder, `saved ${format}`)
      await lab.saveInDialogs(file)
      await lab.view.getByLabel('Format', { exact: true }).selectOption(format)
      await lab.button('Export').click()
      await expect.poll(() => existsSync(file) && readFileSync(file).length > 0).toBe(true)
      return readFileSync(file)
    }
    const region = lab.view.getByRole('region', { name: 'Feature maps' })
    await region.getByRole('heading', { name: /conv3_1/ }).waitFor()
    const heading = await region.getByRole('heading').innerText()
    const [side, , channels] = [...heading.matchAll(/\d+/g)].slice(-3).map(Number)
    if (side === undefined || channels === undefined) throw new Error(`No shape in ${heading}`)
    const columns = Math.ceil(Math.sqrt(channels))
    const trueSize = await save('true-size')
    // Width and height of a PNG; a pixel a unit, and one between two maps.
    expect(trueSize.readUInt32BE(16)).toBe(columns * (side + 1) - 1)
    expect(trueSize.readUInt32BE(20)).toBe(Math.ceil(channels / columns) * (side + 1) - 1)
    const svg = (await save('svg')).toString()
    // A picture for each channel and one for the legend.
    expect(svg.match(/<image /g)).toHaveLength(channels + 1)
    expect(svg).toMatch(/^<svg [^]*conv3_1[^]*<\/svg>$/)
  })

  it('shows a picture that is pasted, and refuses words', async () => {
    await lab.view.getByRole('region', { name: 'Predictions' }).click()
    await lab.app.evaluate(({ clipboard }) => clipboard.writeText('words'))
    await start('Paste a picture')
    await lab.view.getByText(/Expected a picture on the clipboard/).waitFor()
    const before = await lab.view.getByText(/^pasted /).innerText()
    await lab.page.evaluate(async () => {
      const canvas = document.createElement('canvas')
      const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done))
      const transfer = new DataTransfer()
      transfer.items.add(new File([blob ?? ''], 'image.png', { type: 'image/png' }))
      window.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer }))
    })
    await expect.poll(() => lab.view.getByText(/^pasted /).innerText()).not.toBe(before)
    // A picture that comes by another way does away with the refusal too.
    await lab.app.evaluate(({ clipboard }) => clipboard.writeText('words'))
    await start('Paste a picture')
    const refusal = lab.view.getByText(/Expected a picture on the clipboard/)
    await refusal.waitFor()
    const opened = join(home.folder, 'opened.png')
    writeFileSync(opened, await paintPicture(32, 32, (x) => [8 * x, 0, 0]).png())
    await lab.chooseInDialogs(opened)
    await lab.button('Open image').click()
    await lab.view.getByText('opened.png', { exact: true }).waitFor()
    await refusal.waitFor({ state: 'detached' })
  })
})
