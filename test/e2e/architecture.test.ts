import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findViolations } from '../support/accessibility'
import { traceFrames } from '../support/frame-trace'
import { LabApp, LabHome } from '../support/lab-app'

/** The Architecture view in the built app. */
describe('the Architecture view', () => {
  const home = new LabHome()
  let lab: LabApp

  beforeAll(async () => {
    lab = await LabApp.launch(home)
    await lab.show('Architecture')
  })
  afterAll(async () => {
    await lab.close()
    home.remove()
  })
  const tab = (name: string) => lab.page.getByRole('tab', { name, exact: true }).click()

  it.each([
    'Table 1',
    'Costs',
    'Receptive fields',
    'Stacks of 3×3',
    'Convolution',
    'Pre-initialisation',
  ])('has nothing that axe finds wrong in %s', async (name) => {
    await tab(name)
    await lab.page.waitForTimeout(400)
    expect(await findViolations(lab.page)).toEqual([])
  })

  it('refuses a bad knob in place, with the range', async () => {
    await lab.view.getByLabel('Input size', { exact: true }).fill('100')
    await lab.view
      .getByText(/multiple of 32; got 100/)
      .first()
      .waitFor()
  })

  it('traces the script of a hover with E at 512', async () => {
    await lab.view.getByLabel('Input size', { exact: true }).fill('512')
    await lab.view.getByLabel('Configuration', { exact: true }).selectOption('E')
    await tab('Receptive fields')
    const plane = lab.view.getByRole('slider').first()
    const box = await plane.boundingBox()
    if (box === null) throw new Error('Expected a plane of units.')
    const script = await traceFrames(lab, async () => {
      for (let at = 0; at < 60; at++) {
        await lab.page.mouse.move(box.x + 20 + at * 3, box.y + 20 + at * 2)
      }
    })
    console.log(`hover: longest ${script.longestMs} ms, 95% ${script.p95Ms} ms of script a frame`)
    expect(script.framesMs.length).toBeGreaterThan(10)
  })
})
