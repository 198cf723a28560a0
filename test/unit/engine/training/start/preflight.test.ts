import { describe, expect, test } from 'vitest'
import { readAddressSpace, readGroup, readMachine } from '../../../../../src/main/engine/memory'
import { checkMemory } from '../../../../../src/main/engine/training/start/preflight'
import { countFittingPictures, defaultSettings, planMemory } from '../../../../../src/shared/spec'
import {
  describeNetwork,
  estimateTrainingMemory,
  findTrainingPeak,
  type NetworkSpec,
} from '../../../../../src/shared/vgg'

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
    expect(roomy.note).toMatch(/^Memory: about [\d.]+ GB of 32.0 GB free; up to \d+ pictures/)
    const short = checkMemory(SPEC, settings, { totalBytes: 64e9, availableBytes: 5e9 })
    expect(short.mostPictures).toBeGreaterThan(1)
    expect(short.mostPictures).toBeLessThan(64)
    expect(short.note).toContain(
      `at most ${short.mostPictures} pictures; the batch size stays the same`,
    )
    const busy = { totalBytes: 64e9, availableBytes: 1e9 }
    expect(() => checkMemory(SPEC, settings, busy)).toThrow(
      /Expected [\d.]+ GB of memory to train VGG-16 \(D\) at 224 px with one picture per call; there are 1.0 GB free\./,
    )
    expect(() => checkMemory(SPEC, settings, { totalBytes: 1e9, availableBytes: 1e9 })).toThrow(
      expect.objectContaining({
        code: 'out-of-memory',
        message: expect.stringMatching(/with one picture per call; there are 1.0 GB\.$/) as string,
      }),
    )
  })

  test('a batch is cut so that a gradient of every weight fits beside it', () => {
    const available = 5e9
    const { mostPictures } = planMemory(SPEC, settings, available)
    const bytesOfPart = (pictures: number): number =>
      findTrainingPeak(describeNetwork(SPEC), 'float32', pictures, 'later part').bytes
    expect(bytesOfPart(mostPictures)).toBeLessThanOrEqual(available * 0.9)
    expect(bytesOfPart(mostPictures + 1)).toBeGreaterThan(available * 0.9)
  })

  test('a single picture may take what is left for others', () => {
    const bytesOf = (pictures: number): number => pictures * 100
    expect(countFittingPictures(bytesOf, 1000, 64)).toBe(9)
    expect(countFittingPictures(bytesOf, 1000, 4)).toBe(4)
    expect(countFittingPictures(bytesOf, 105, 64)).toBe(1)
    expect(countFittingPictures(bytesOf, 99, 64)).toBe(0)
  })
})

describe('the memory that is there', () => {
  test('of the machine: what can be had without swapping', () => {
    expect(readMachine('MemTotal: 9 kB\nMemFree:  100 kB\nMemAvailable:    2048 kB\n')).toBe(
      2 ** 21,
    )
    expect(readMachine('')).toBeGreaterThan(0)
  })

  test('of a process whose address space is bounded', () => {
    const limits = 'Max address space         5000000              unlimited            bytes\n'
    expect(readAddressSpace(limits, 'VmSize:\t    1000 kB\n')).toBe((5_000_000 - 1_024_000) / 2)
    expect(readAddressSpace(limits.replace('5000000', 'unlimited'), 'VmSize:\t 1 kB\n')).toBe(
      Infinity,
    )
    expect(readAddressSpace('', '')).toBe(Infinity)
  })

  test('of a control group: the pages of files count as free', () => {
    const stat = 'anon 100\nactive_file 200\ninactive_file 50\n'
    expect(readGroup('1000\n', '400\n', stat)).toEqual({ totalBytes: 1000, availableBytes: 850 })
  })

  test('of a control group of either version; none is no limit', () => {
    expect(readGroup('1000\n', '400\n')).toEqual({ totalBytes: 1000, availableBytes: 600 })
    expect(readGroup('max\n', '400\n')).toBeNull()
    expect(readGroup('9223372036854771712\n', '400\n')).toBeNull()
    expect(readGroup('', '')).toBeNull()
  })
})
