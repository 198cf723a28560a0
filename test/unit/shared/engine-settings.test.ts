import { describe, expect, it } from 'vitest'
import {
  DEFAULT_ENGINE_SETTINGS,
  readEngineEnvironment,
  writeEngineEnvironment,
} from '../../../src/shared/spec'

describe('the settings of the engine', () => {
  it('travel in the environment', () => {
    const settings = {
      device: 'cpu',
      oneDnn: 'off',
      threads: 3,
      workers: 1,
      cacheGb: 0,
    } as const
    const variables = writeEngineEnvironment(settings)
    expect(variables).toEqual({
      VGG_LAB_DEVICE: 'cpu',
      VGG_LAB_ONEDNN: 'off',
      VGG_LAB_THREADS: '3',
      VGG_LAB_WORKERS: '1',
      VGG_LAB_CACHE_GB: '0',
    })
    expect(readEngineEnvironment(variables)).toEqual({ settings })
  })

  it('leave to the environment what was not chosen', () => {
    expect(writeEngineEnvironment(DEFAULT_ENGINE_SETTINGS)).toEqual({})
    expect(readEngineEnvironment({})).toEqual({ settings: DEFAULT_ENGINE_SETTINGS })
  })

  it.each([
    [{ VGG_LAB_DEVICE: 'tpu' }, 'Expected VGG_LAB_DEVICE to be auto or cpu, got tpu.'],
    [{ VGG_LAB_ONEDNN: '1' }, 'Expected VGG_LAB_ONEDNN to be auto, on or off, got 1.'],
    [
      { VGG_LAB_THREADS: 'two' },
      'Expected VGG_LAB_THREADS to be a whole number from 0 to 256, got "two".',
    ],
    [
      { VGG_LAB_THREADS: '' },
      'Expected VGG_LAB_THREADS to be a whole number from 0 to 256, got "".',
    ],
    [
      { VGG_LAB_WORKERS: '1.5' },
      'Expected VGG_LAB_WORKERS to be a whole number from 0 to 64, got "1.5".',
    ],
  ])('refuse %o in one line', (variables, fault) => {
    expect(readEngineEnvironment(variables)).toEqual({ fault })
  })
})
