import { describe, expect, it } from 'vitest'
import {
  PRESETS,
  PRESET_NAMES,
  applyPreset,
  changedKeys,
  checkSettings,
  defaultSettings,
  findPreset,
  warnOfStart,
} from '../../../src/shared/spec'
import { describeNetwork, type NetworkEdit } from '../../../src/shared/vgg'

describe('the presets', () => {
  it('are all there, once, and can be trained', () => {
    expect(PRESETS.map(({ name }) => name)).toEqual([...PRESET_NAMES])
    for (const preset of PRESETS) {
      expect(checkSettings(applyPreset(preset, defaultSettings())), preset.name).toEqual({})
    }
  })

  it('the first one is the defaults', () => {
    expect(applyPreset(findPreset('small-data'), defaultSettings(224))).toEqual(defaultSettings())
  })

  it("have the paper's numbers", () => {
    const paper = applyPreset(findPreset('paper'), defaultSettings())
    expect(paper.batchSize * paper.accumulate).toBe(256)
    expect(paper).toMatchObject({
      ...{ momentum: 0.9, weightDecay: 5e-4, dropout: 0.5, learningRate: 0.01, epochs: 74 },
      ...{ schedule: 'plateau', initialisation: 'glorot', inputSize: 224, width: 1 },
      scale: { min: 256, max: 256 },
    })
    expect(applyPreset(findPreset('chain-3'), paper)).toMatchObject({
      ...{ configuration: 'D', learningRate: 1e-3, scale: { min: 384, max: 384 } },
    })
    expect(applyPreset(findPreset('chain-4'), paper).scale).toEqual({ min: 256, max: 512 })
  })

  it('begin with an initialisation from which their network learns, except where weights are given', () => {
    for (const preset of PRESETS) {
      const settings = { ...applyPreset(preset, defaultSettings()), preInit: null, weights: null }
      for (const classes of [2, 1000]) {
        const network = describeNetwork({ ...settings, classes })
        expect(warnOfStart(network, settings), preset.name).toBeNull()
        const warning = warnOfStart(network, { ...settings, initialisation: 'paper' })
        expect(warning, preset.name).toMatch(
          /will probably diverge\. Use the initialisation glorot/,
        )
      }
    }
  })

  it('leave alone what is not theirs, and tell what was changed since', () => {
    const own = { ...defaultSettings(), seed: 7, weights: '/w', validationShare: 0.3, saveSteps: 5 }
    const preset = findPreset('fine-tune')
    const settings = applyPreset(preset, own)
    expect(settings).toMatchObject({ seed: 7, weights: '/w', validationShare: 0.3, saveSteps: 5 })
    expect(settings.inputSize).toBe(own.inputSize)
    expect(changedKeys(preset, settings)).toEqual([])
    expect(changedKeys(preset, { ...settings, dropout: 0.1, augment: ['crop'] })).toEqual([
      'dropout',
      'augment',
    ])
  })

  it('an edited network goes where the preset names a configuration', () => {
    const edit: NetworkEdit = {
      name: 'mine',
      kernels: [[3], [3], [3], [3], [3]],
      fullyConnectedUnits: [1, 1],
    }
    const settings = { ...defaultSettings(), edit }
    expect(applyPreset(findPreset('paper'), settings).edit).toBeUndefined()
  })
})
