import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { traceFrames, type FrameScript, type FrameTimes } from '../support/frame-trace'
import { LabApp, LabHome } from '../support/lab-app'

const MOVES = 120
/** For what was asked for to be drawn. */
const SETTLE_MS = 500

/** The script that pointing takes in the Receptive fields of E at 512, the largest that is shown. */
describe('pointing at E at 512', () => {
  const home = new LabHome()
  let lab: LabApp

  beforeAll(async () => {
    lab = await LabApp.launch(home)
    await lab.show('Architecture')
    await field('Input size').fill('512')
    await field('Configuration').selectOption('E')
    await lab.page.getByRole('tab', { name: 'Receptive fields', exact: true }).click()
    await lab.page.getByText('Engine ready').waitFor()
    await lab.page.waitForTimeout(SETTLE_MS)
  })
  afterAll(async () => {
    await lab.close()
    home.remove()
  })
  const field = (name: string) => lab.view.getByLabel(name, { exact: true })

  /** Moves the mouse over all of a place in loops, about once a frame. */
  async function sweep(place: Locator, moves: number): Promise<void> {
    const box = await place.boundingBox()
    if (box === null) throw new Error('Expected a place to point at.')
    for (let move = 0; move < moves; move++) {
      const turn = (Math.PI * move) / moves
      const x = 0.5 + 0.47 * Math.cos(7 * turn)
      const y = 0.5 + 0.47 * Math.sin(4 * turn)
      await lab.page.mouse.move(box.x + box.width * x, box.y + box.height * y)
      await lab.page.waitForTimeout(8)
    }
  }

  async function traceSweep(what: string, place: Locator): Promise<FrameScript> {
    // What is compiled and laid out once belongs to the first visit.
    await sweep(place, MOVES / 3)
    await lab.page.waitForTimeout(SETTLE_MS)
    const script = await traceFrames(lab, () => sweep(place, MOVES))
    tell(what, script)
    return script
  }

  it('takes a small part of the script that another network takes', async () => {
    const changes: number[] = []
    const heading = lab.view.getByRole('heading', { level: 1 })
    await field('Configuration').focus()
    for (const key of ['ArrowUp', 'ArrowDown', 'ArrowUp', 'ArrowDown']) {
      const { thread } = await traceFrames(lab, async () => {
        // Frames are counted from their begin on: one before the key.
        await sweep(heading, 5)
        await lab.page.keyboard.press(key)
        await lab.page.waitForTimeout(SETTLE_MS)
      })
      changes.push(thread.longestMs)
    }
    const change = changes.sort((a, b) => a - b)[1] ?? 0
    console.log(`another network: ${changes.map((ms) => ms.toFixed(2)).join(', ')} ms in its frame`)

    const idle = await traceSweep('nothing', heading)
    const units = await traceSweep(
      'units of conv3_3',
      lab.view.getByRole('slider', { name: 'Units of conv3_3' }),
    )
    const pixels = await traceSweep(
      'pixels of the input',
      lab.view.getByRole('slider', { name: 'Pixels of the input' }),
    )
    for (const { thread } of [units, pixels]) {
      // It is seen that the pointer is followed, and that no more is done than follows from it.
      expect(thread.framesMs.length).toBeGreaterThan(MOVES / 3)
      expect(thread.meanMs).toBeGreaterThan(idle.thread.meanMs)
      expect(thread.p95Ms).toBeLessThan(change / 3)
    }
  })
})

function tell(what: string, { thread, wall }: FrameScript): void {
  const write = ({ meanMs, p95Ms, longestMs }: FrameTimes): string =>
    `mean ${meanMs.toFixed(2)}, p95 ${p95Ms.toFixed(2)}, longest ${longestMs.toFixed(2)} ms`
  const over = thread.framesMs.filter((ms) => ms > 8).length
  console.log(
    `pointing at ${what}: script a frame, processor time ${write(thread)}; wall ${write(wall)}; ` +
      `${over} of ${thread.framesMs.length} frames over 8 ms`,
  )
}
