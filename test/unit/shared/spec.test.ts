import { describe, expect, it } from 'vitest'
import {
  PARAMETERS,
  PARAMETER_ROWS,
  checkNetworkSpec,
  checkSettings,
  defaultScale,
  defaultSettings,
  formatRange,
  parseRange,
  type TrainingSettings,
} from '../../../src/shared/spec'
import { trainingSettingsSchema } from '../../../src/shared/spec/training-settings-schema'

describe('the hyper-parameters', () => {
  it('has defaults inside their own ranges, for every allowed input size', () => {
    for (const inputSize of [32, 64, 224, 1024]) {
      expect(checkSettings(defaultSettings(inputSize))).toEqual({})
    }
  })

  it('has a flag and a label of its own for each', () => {
    const parameters = Object.values(PARAMETERS)
    // The share and the folder of validation are one option.
    expect(new Set(parameters.map(({ flag }) => flag)).size).toBe(parameters.length - 1)
    expect(PARAMETERS.validationFolder.flag).toBe(PARAMETERS.validationShare.flag)
    expect(new Set(parameters.map(({ label }) => label)).size).toBe(parameters.length)
  })

  it('has a schema that takes a value of each and nothing else', () => {
    const settings = defaultSettings()
    expect(trainingSettingsSchema.parse(settings)).toEqual(settings)
    expect(trainingSettingsSchema.safeParse({ ...settings, unknown: 1 }).success).toBe(false)
    for (const [key] of PARAMETER_ROWS) {
      const { [key]: own, ...rest } = settings
      expect(own, key).toBeDefined()
      expect(trainingSettingsSchema.safeParse(rest).error?.issues[0]?.path, key).toEqual([key])
    }
    for (const change of [
      { schedule: 'never' },
      { augment: ['turn'] },
      { weights: 'not/absolute' },
      { freeze: '' },
      { scale: 64 },
      { epochs: '5' },
    ]) {
      expect(trainingSettingsSchema.safeParse({ ...settings, ...change }).success).toBe(false)
    }
  })

  it('keeps the ratio of S to the crop as in the paper', () => {
    expect(defaultScale(224)).toEqual({ min: 256, max: 256 })
  })

  it.each([
    [{ inputSize: 31 }, 'inputSize', /from 32 to 1024 px; got 31/],
    [{ width: 0 }, 'width', /from 0.01 to 4; got 0/],
    [{ epochs: 1.5 }, 'epochs', /whole number/],
    [{ learningRate: Number.NaN }, 'learningRate', /got NaN/],
    [{ scale: { min: 40, max: 80 } }, 'scale', /from the input size 64/],
    [{ scale: { min: 90, max: 80 } }, 'scale', /got 90-80/],
    [{ augment: ['flip', 'turn'] }, 'augment', /some of flip, crop, color .*; got flip,turn/],
  ] as const)('refuses %j with the range and what came', (change, key, message) => {
    const faults = checkSettings({ ...defaultSettings(), ...change } as TrainingSettings)
    expect(Object.keys(faults)).toEqual([key])
    expect(faults[key]).toMatch(message)
  })

  it('refuses networks that cannot be built', () => {
    const spec = { configuration: 'A', inputSize: 224, classes: 1000, width: 1 } as const
    expect(checkNetworkSpec(spec)).toEqual([])
    expect(checkNetworkSpec({ ...spec, classes: 1_000_000 })[0]).toMatch(/100000; got 1000000/)
    expect(checkNetworkSpec({ ...spec, inputSize: 31, width: 0 })).toHaveLength(2)
  })
})

describe('scale S', () => {
  it('reads one number and a range, and writes them back', () => {
    expect(parseRange('256')).toEqual({ min: 256, max: 256 })
    expect(parseRange(' 256 – 512 ')).toEqual({ min: 256, max: 512 })
    expect(formatRange(parseRange('256-512'))).toBe('256-512')
    expect(formatRange({ min: 73, max: 73 })).toBe('73')
  })

  it('leaves what is no scale to the check', () => {
    expect(parseRange('').min).toBeNaN()
    expect(parseRange('1-2-3').min).toBeNaN()
    expect(parseRange('large').min).toBeNaN()
  })
})
