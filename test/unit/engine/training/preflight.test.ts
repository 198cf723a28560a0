import { describe, expect, test } from 'vitest'
import { readGroup, readMachine } from '../../../../src/main/engine/memory'
import { checkMemory } from '../../../../src/main/engine/training/preflight'
import { defaultSettings, planMemory } from '../../../../src/shared/spec'
import { estimateTrainingMemory, type NetworkSpec } from '../../../../src/shared/vgg'

const SPEC: NetworkSpec = { configuration: 'D', inputSize: 224, classes: 1000, width: 1 }
const settings = { ...defaultSettings(224), configuration: 'D' as const, width: 1, batchSize: 64 }
const bytesOf = (batchSize: number, microBatch = batchSize): number =>
  estimateTrainingMemory({ spec: SPEC, batchSize, microBatch, precision: 'float32' }).bytes

describe('the plan of the memory', () => {
  test('a batch that fits goes in one call, and the largest that would is told', () => {
    const plan = planMemory(SPEC, settings, 32e9)
    expect(plan).toMatchObject({ neededBytes: bytesOf(64), isFitting: true })
    expect(plan.mostPictures).toBeGreaterThan(64)
    expect(bytesOf(plan.mostPictures)).toBeLessThanOrEqual(32e9)
    expect(bytesOf(plan.mostPictures * 2)).toBeGreaterThan(32e9)
    expect(planMemory(SPEC, { ...settings, microBatch: 8 }, 32e9).neededBytes).toBe(bytesOf(64, 8))
  })

  test('the preflight bounds the micro-batch, warns, or refuses what can never be', () => {
    const roomy = checkMemory(SPEC, settings, { totalBytes: 64e9, availableBytes: 32e9 })
    expect(roomy.note).toMatch(
      /^Memory: about [\d.]+ GB of 32.0 GB that are free; up to \d+ pictures/,
    )
    const short = checkMemory(SPEC, settings, { totalBytes: 64e9, availableBytes: 5e9 })
    expect(short.mostPictures).toBeGreaterThan(1)
    expect(short.mostPictures).toBeLessThan(64)
    expect(short.note).toContain(`at most ${short.mostPictures} go into one; the batch stays`)
    const busy = checkMemory(SPEC, settings, { totalBytes: 64e9, availableBytes: 1e9 })
    expect(busy.mostPictures).toBe(1)
    expect(busy.note).toMatch(/even one picture a call/)
    expect(() => checkMemory(SPEC, settings, { totalBytes: 1e9, availableBytes: 1e9 })).toThrow(
      /Expected [\d.]+ GB of memory to train D at 224 px; there are 1.0 GB/,
    )
  })
})

describe('the memory that is there', () => {
  test('of the machine: what can be had without swapping', () => {
    expect(readMachine('MemTotal: 9 kB\nMemFree:  100 kB\nMemAvailable:    2048 kB\n')).toBe(
      2 ** 21,
    )
    expect(readMachine('')).toBeGreaterThan(0)
  })

  test('of a control group of either version; none is no limit', () => {
    expect(readGroup('1000\n', '400\n')).toEqual({ totalBytes: 1000, availableBytes: 600 })
    expect(readGroup('max\n', '400\n')).toBeNull()
    expect(readGroup('9223372036854771712\n', '400\n')).toBeNull()
    expect(readGroup('', '')).toBeNull()
  })
})
