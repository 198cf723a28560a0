import { describe, expect, it } from 'vitest'
import {
  PARAMETERS,
  checkNetworkSpec,
  checkSettings,
  defaultScale,
  defaultSettings,
} from '../../../src/shared/spec'

describe('the hyper-parameters', () => {
  it('has defaults inside their own ranges, for every allowed input size', () => {
    for (const inputSize of [32, 64, 224, 1024]) {
      expect(checkSettings(defaultSettings(inputSize))).toEqual({})
    }
  })

  it('has a flag and a label of its own for each', () => {
    const parameters = Object.values(PARAMETERS)
    expect(new Set(parameters.map(({ flag }) => flag)).size).toBe(parameters.length)
    expect(new Set(parameters.map(({ label }) => label)).size).toBe(parameters.length)
  })

  it('keeps the ratio of S to the crop as in the paper', () => {
    expect(defaultScale(224)).toEqual({ min: 256, max: 256 })
  })

  it.each([
    [{ inputSize: 100 }, 'inputSize', /multiple of 32; got 100/],
    [{ width: 0 }, 'width', /from 0.01 to 4; got 0/],
    [{ epochs: 1.5 }, 'epochs', /whole number/],
    [{ learningRate: Number.NaN }, 'learningRate', /got NaN/],
    [{ scale: { min: 40, max: 80 } }, 'scale', /from the input size 64/],
    [{ scale: { min: 90, max: 80 } }, 'scale', /got 90-80/],
  ] as const)('refuses %j with the range and what came', (change, key, message) => {
    const faults = checkSettings({ ...defaultSettings(), ...change })
    expect(Object.keys(faults)).toEqual([key])
    expect(faults[key]).toMatch(message)
  })

  it('refuses networks that cannot be built', () => {
    const spec = { configuration: 'A', inputSize: 224, classes: 1000, width: 1 } as const
    expect(checkNetworkSpec(spec)).toEqual([])
    expect(checkNetworkSpec({ ...spec, classes: 1_000_000 })[0]).toMatch(/100000; got 1000000/)
    expect(checkNetworkSpec({ ...spec, inputSize: 33, width: 0 })).toHaveLength(2)
  })
})
