import { describe, expect, test } from 'vitest'
import { defaultSettings, estimateStart, warnOfStart } from '../../../src/shared/spec'
import { describeNetwork } from '../../../src/shared/vgg'

const settings = defaultSettings()
const makeNetwork = (configuration: 'A' | 'D' | 'E', width = 1, inputSize = 224) =>
  describeNetwork({ configuration, inputSize, width, classes: 10 })

describe('the warning of a start', () => {
  test('tells that it will explode, and names another', () => {
    expect(warnOfStart(makeNetwork('A'), { ...settings, initialisation: 'paper' })).toMatch(
      /^With paper the signal grows by 10\^[67] from conv1_1 to fc8: training will probably diverge\. Use the initialisation glorot, /,
    )
    const small = makeNetwork('A', 0.25, 64)
    expect(warnOfStart(small, { ...settings, initialisation: 'paper' })).toContain('diverge')
  })

  test('tells that it is dead, or will be slow', () => {
    const sigma = { ...settings, initialisation: 'paper-sigma' } as const
    expect(warnOfStart(makeNetwork('E', 0.25, 64), sigma)).toMatch(
      /^With paper-sigma the signal falls by 10\^\d+ .*: training will not start\. Use/,
    )
    expect(warnOfStart(makeNetwork('D'), sigma)).toMatch(/slow to start, if it starts at all\. Use/)
  })

  test('tells of scores that start out large, unless the rate warms up', () => {
    const he = { ...settings, initialisation: 'he' } as const
    expect(warnOfStart(makeNetwork('D'), he)).toMatch(/scores start out large.*a warm-up/)
    expect(warnOfStart(makeNetwork('D'), { ...he, warmupEpochs: 1 })).toBeNull()
  })

  test('is none with glorot, and where the weights are given', () => {
    for (const configuration of ['A', 'D', 'E'] as const) {
      expect(warnOfStart(makeNetwork(configuration), settings), configuration).toBeNull()
    }
    const given = { ...settings, initialisation: 'paper', weights: '/w' } as const
    expect(warnOfStart(makeNetwork('A'), given)).toBeNull()
  })

  test('counts the layers that a pre-initialisation copies as trained', () => {
    const network = makeNetwork('D')
    const pre = { ...settings, initialisation: 'paper', preInit: '/a' } as const
    expect(warnOfStart(network, pre)).toContain('diverge')
    const copied = estimateStart(network, 'paper', ['fc6', 'fc7', 'fc8']).change
    expect(copied).toBeLessThan(estimateStart(network, 'paper').change)
  })
})
