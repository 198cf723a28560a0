import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NetworkSpec } from '../../src/shared/vgg'
import { countColours } from '../support/canvas'
import { traceFrames, type FrameScript, type FrameTimes } from '../support/frame-trace'
import { LabApp, LabHome } from '../support/lab-app'
import { writeNetworkRun } from '../support/network-run'
import { PATIENT } from '../support/patience'

/** Its conv2_1 has 512 maps of 224 by 224; kernels of 1 above keep it quick. */
const WIDE: NetworkSpec = {
  configuration: 'A',
  inputSize: 448,
  classes: 2,
  width: 4,
  edit: {
    name: 'wide',
    kernels: [[3], [1], [1], [1], [1]],
    fullyConnectedUnits: [1, 1],
  },
}
const PICTURE = resolve(import.meta.dirname, '../support/cat.png')
const MOVES = 120
const SCROLLS = 120
const SCROLL_PX = 400
/** For what was asked for to be drawn. */
const SETTLE_MS = 500

/** What the grid of 512 maps of 224 by 224 takes of the window while it is scrolled and pointed at. */
describe('512 maps of 224 by 224', () => {
  const home = new LabHome()
  let lab: LabApp

  beforeAll(async () => {
    await writeNetworkRun(home.runs, 'wide', WIDE)
    lab = await LabApp.launch(home)
    await lab.page.getByText('Engine ready').waitFor({ timeout: 30_000 })
    await lab.show('Inspect')
    await lab.chooseInDialogs(PICTURE)
    await lab.button('Open image').click()
    await layer('conv2_1').click()
    await lab.view.getByText('224 × 224 × 512').waitFor(PATIENT)
  })
  afterAll(async () => {
    await lab.close()
    home.remove()
  })
  const layer = (name: string) => lab.page.getByRole('option', { name: new RegExp(`^${name}`) })
  const grid = () => lab.view.getByRole('listbox', { name: 'Channels' })

  async function sweep(): Promise<void> {
    const box = await grid().boundingBox()
    if (box === null) throw new Error('Expected a grid to point at.')
    for (let move = 0; move < MOVES; move++) {
      const turn = (Math.PI * move) / MOVES
      const x = 0.5 + 0.45 * Math.cos(7 * turn)
      const y = 0.5 + 0.45 * Math.sin(4 * turn)
      await lab.page.mouse.move(box.x + box.width * x, box.y + box.height * y)
      await lab.page.waitForTimeout(8)
    }
  }

  /** Traces an action, and measures how far apart frames are while one is asked for after the other. */
  async function trace(what: string, action: () => Promise<void>): Promise<FrameScript> {
    await lab.page.evaluate(() => {
      const times: number[] = []
      const next = (ms: number): void => {
        times.push(ms)
        if (Reflect.get(window, 'frameTimes') === times) requestAnimationFrame(next)
      }
      Reflect.set(window, 'frameTimes', times)
      requestAnimationFrame(next)
    })
    const script = await traceFrames(lab, action)
    const times = await lab.page.evaluate(() => {
      const taken = Reflect.get(window, 'frameTimes') as number[]
      Reflect.deleteProperty(window, 'frameTimes')
      return taken
    })
    tell(
      what,
      script,
      times.slice(1).map((ms, index) => ms - (times[index] ?? 0)),
    )
    await lab.page.waitForTimeout(SETTLE_MS)
    return script
  }

  it('takes other maps in without copying them, and scrolls and points in frames as short', async () => {
    const canvas = grid().locator('canvas')
    const look = () => canvas.evaluate((one: HTMLCanvasElement) => one.toDataURL())
    await expect.poll(() => countColours(canvas)).toBeGreaterThan(10)
    const first = await look()
    const coming = await trace('another layer and back', async () => {
      await layer('pool1').click()
      await lab.view.getByText('224 × 224 × 256').waitFor()
      await layer('conv2_1').click()
      await lab.view.getByText('224 × 224 × 512').waitFor()
    })
    // Copying the bytes of another process takes longer than drawing them: the worker's thread does it.
    const [read, done] = [coming.messages, coming.tasks].map(({ framesMs }) =>
      framesMs.reduce((sum, ms) => sum + ms, 0),
    )
    expect(read).toBeGreaterThan(0)
    expect(read).toBeLessThan((done ?? 0) / 4)
    await grid().hover()
    const scrolled = await trace('scrolling down', async () => {
      for (let scroll = 0; scroll < SCROLLS; scroll++) {
        await lab.page.mouse.wheel(0, SCROLL_PX)
        await lab.page.waitForTimeout(8)
      }
    })
    expect(await look()).not.toBe(first)
    const unit = lab.view.getByRole('region', { name: 'Receptive field' }).locator('dd').first()
    const before = await unit.innerText()
    const pointed = await trace('pointing', sweep)
    expect(await unit.innerText()).not.toBe(before)
    for (const { tasks } of [scrolled, pointed]) {
      expect(tasks.framesMs.length).toBeGreaterThan(MOVES / 3)
      expect(tasks.p95Ms).toBeLessThan(2 * coming.tasks.longestMs)
    }
    expect(lab.faults).toEqual([])
  })
})

function tell(
  what: string,
  { thread, wall, tasks, messages }: FrameScript,
  gapsMs: number[],
): void {
  const write = ({ meanMs, p95Ms, longestMs }: FrameTimes): string =>
    `mean ${meanMs.toFixed(2)}, p95 ${p95Ms.toFixed(2)}, longest ${longestMs.toFixed(2)} ms`
  console.log(
    `${what}: script a frame, processor time ${write(thread)}; wall ${write(wall)}; ` +
      `all of the main thread, processor time ${write(tasks)}; of it messages ${write(messages)}; ` +
      `${thread.framesMs.length} frames, ${gapsMs.filter((ms) => ms > 32).length} of ` +
      `${gapsMs.length} gaps over 32, longest ${Math.max(...gapsMs).toFixed(1)} ms`,
  )
}
