import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findViolations } from '../support/accessibility'
import { LabApp, LabHome } from '../support/lab-app'
import { trainSmallNetwork } from '../support/small-training'

/** "Neighbours" on a network that the app has just trained. */
describe('the Neighbours tool, on the built app', () => {
  const home = new LabHome()
  let lab: LabApp
  const tool = () => lab.page.getByRole('region', { name: 'Neighbours', exact: true })
  const prediction = () => lab.page.getByRole('list', { name: 'Predictions', exact: true })

  beforeAll(async () => {
    lab = await LabApp.launch(home)
    await trainSmallNetwork(lab)
    await lab.show('Inspect')
    await prediction().waitFor()
    await lab.page.getByRole('tab', { name: 'Neighbours' }).click()
  })
  afterAll(async () => {
    await lab.close()
    home.remove()
  })

  it('shows the 24 nearest pictures with class and distance, of which a click opens one', async () => {
    await tool().getByRole('button', { name: 'Find the nearest' }).click()
    const nearest = tool().getByRole('list', { name: 'Nearest pictures' })
    await nearest.getByRole('button').nth(23).waitFor()
    expect(await nearest.getByRole('button').count()).toBe(24)
    await tool()
      .getByText(/^The network predicts \w+, .* of the 24 nearest pictures are/)
      .waitFor()
    await tool()
      .getByText(/240 of 240 pictures of the data set/)
      .waitFor()
    const first = nearest.getByRole('button').first()
    const file = ((await first.getAttribute('title')) ?? '').replace('Open ', '')
    await first.click()
    await lab.view.getByText(file.split('/').at(-1) ?? '', { exact: true }).waitFor()
    // Another picture is answered at once, and is no neighbour of itself.
    await expect
      .poll(() => nearest.getByRole('button', { name: /./ }).first().getAttribute('title'))
      .not.toBe(`Open ${file}`)
    expect(await findViolations(lab.page)).toEqual([])
    // The picture itself, and those around it.
    const svg = join(home.folder, 'nearest.svg')
    await lab.saveInDialogs(svg)
    await tool().getByRole('button', { name: 'Export the nearest pictures' }).click()
    await lab.page.getByRole('menuitem', { name: 'SVG' }).click()
    await expect.poll(() => (read(svg).match(/<image [^>]*href="data:/g) ?? []).length).toBe(25)
  })

  it('maps the data set, and goes from point to point by keys', async () => {
    await tool().getByText('Map of the data set').click()
    await tool().getByRole('button', { name: 'Make the map' }).click()
    const map = tool().getByRole('application', { name: 'Embedding: 240 pictures as points' })
    await map.waitFor()
    const marks = tool().getByRole('list', { name: 'Marks of the map' })
    expect(await marks.getByRole('listitem').count()).toBe(6)
    expect(await marks.getByRole('img', { name: 'triangle', exact: true }).count()).toBe(1)
    await map.focus()
    for (const key of ['ArrowRight', 'ArrowLeft', 'ArrowUp', 'Enter']) {
      await lab.page.keyboard.press(key)
    }
    await tool().locator('.hovered img').waitFor()
    expect(await findViolations(lab.page)).toEqual([])
  })

  it('selects all pictures by a line around them, with class shares, and exports places', async () => {
    const map = tool().getByRole('application')
    const box = await map.boundingBox()
    if (box === null) throw new Error('No map.')
    const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const
    await lab.page.mouse.move(...at(0.01, 0.01))
    await lab.page.mouse.down()
    for (const place of [at(0.99, 0.01), at(0.99, 0.99), at(0.01, 0.99)]) {
      await lab.page.mouse.move(...place, { steps: 4 })
    }
    await lab.page.mouse.up()
    await tool().getByText('240 pictures', { exact: true }).waitFor()
    await tool()
      .getByText(/checker 17%, circle 17%, cross 17%/)
      .waitFor()
    const csv = join(home.folder, 'map.csv')
    await lab.saveInDialogs(csv)
    await tool().getByRole('button', { name: 'Export the embedding' }).click()
    await lab.page.getByRole('menuitem', { name: 'CSV' }).click()
    await expect.poll(() => lines(csv).length).toBe(241)
    expect(lines(csv)[0]).toBe('file,class,predicted,split,x,y,selected')
    const svg = join(home.folder, 'map.svg')
    await lab.saveInDialogs(svg)
    await tool().getByRole('button', { name: 'Export the embedding' }).click()
    await lab.page.getByRole('menuitem', { name: 'SVG' }).click()
    await expect.poll(() => (read(svg).match(/<use /g) ?? []).length).toBe(240)
    expect(lab.faults).toEqual([])
  })
})

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

const lines = (file: string): string[] => read(file).trim().split('\r\n')
