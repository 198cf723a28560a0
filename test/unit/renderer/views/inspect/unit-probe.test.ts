import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  UnitProbe,
  type ReadUnit,
} from '../../../../../src/renderer/src/views/inspect/unit-probe.svelte'
import { readUnit, sendMaps } from '../../../../support/sent-maps'

/** Two channels of four units; a third is no whole number of steps. */
const maps = sendMaps({
  shape: [2, 2, 2],
  data: new Float32Array([0, 0, 1 / 3, 5, 1, 6, 0, 7]),
})
const unit = (column: number) => ({ row: 0, column, channel: 0 })
const exactThird = { value: Math.fround(1 / 3), rankInChannel: 2, rankAtPlace: 2, isExact: true }

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A probe whose answers come when the test lets them. */
function hold() {
  const answers: (() => Promise<void>)[] = []
  const probe = new UnitProbe(
    (asked) =>
      new Promise((resolve) => {
        answers.push(async () => {
          resolve(await readUnit(asked))
          await vi.advanceTimersByTimeAsync(0)
        })
      }),
  )
  return { probe, answers }
}

describe('UnitProbe', () => {
  it('tells the unit before until the answer is there, so that nothing flickers', async () => {
    const { probe, answers } = hold()
    probe.ask(maps, unit(0))
    await answers[0]?.()
    expect(probe.told).toMatchObject({ column: 0, value: 0, isExact: true })
    probe.ask(maps, unit(1))
    expect(probe.told).toMatchObject({ column: 0 })
    await answers[1]?.()
    expect(probe.told).toMatchObject({ ...unit(1), ...exactThird })
  })

  it('tells what the bytes stand for when the engine is busy, and the exact value after it', async () => {
    const { probe, answers } = hold()
    probe.ask(maps, unit(0))
    probe.ask(maps, unit(1))
    await vi.advanceTimersByTimeAsync(100)
    expect(probe.told).toMatchObject({ ...unit(1), rankInChannel: 2, isExact: false })
    expect(probe.told?.value).toBeCloseTo(1 / 3, 2)
    // The one before was overtaken.
    await answers[0]?.()
    expect(probe.told).toMatchObject({ column: 1, isExact: false })
    await answers[1]?.()
    expect(probe.told).toMatchObject(exactThird)
  })

  it('tells what the bytes stand for when the engine no longer has the values', async () => {
    const refuse: ReadUnit = () => Promise.reject(new Error('gone'))
    const probe = new UnitProbe(refuse)
    probe.ask(maps, unit(1))
    await vi.advanceTimersByTimeAsync(0)
    expect(probe.told).toMatchObject({ ...unit(1), isExact: false })
  })

  it('knows a channel of one unit without a question', () => {
    const never: ReadUnit = () => Promise.reject(new Error('not to be asked'))
    const probe = new UnitProbe(never)
    const flat = sendMaps({ shape: [1, 1, 3], data: new Float32Array([0.1, 0.7, 0.2]) })
    probe.ask(flat, { row: 0, column: 0, channel: 2 })
    const value = Math.fround(0.2)
    expect(probe.told).toMatchObject({ value, rankInChannel: 1, rankAtPlace: 2, isExact: true })
  })
})
