import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ArchitectureState } from '../../../../src/renderer/src/state/architecture-state.svelte'
import type { TrainingState } from '../../../../src/renderer/src/state/training-state.svelte'
import type { Settings } from '../../../../src/shared/contract'
import {
  MAX_KEPT_NETWORKS,
  checkSettings,
  readNetworkFile,
  writeNetworkFile,
} from '../../../../src/shared/spec'
import { SHALLOW_CONTROL, startEdit } from '../../../../src/shared/vgg'
import { until } from '../../../support/until'
import { stubWindow, type WindowStub } from '../../../support/window-stub'
import { EMPTY_SETTINGS } from '../../../support/settings'

let stub: WindowStub
let architecture: ArchitectureState
let training: TrainingState
let settings: Settings
let clipboard = ''

beforeEach(async () => {
  vi.resetModules()
  stub = stubWindow()
  settings = { ...EMPTY_SETTINGS, theme: 'dark' }
  stub.main = {
    'settings.get': () => settings,
    'settings.set': (changes) => (settings = { ...settings, ...changes }),
    'clipboard.write': ({ text }) => {
      clipboard = text
      return null
    },
    'clipboard.read': () => clipboard,
  }
  const [architectureModule, trainingModule] = await Promise.all([
    import('../../../../src/renderer/src/state/architecture-state.svelte'),
    import('../../../../src/renderer/src/state/training-state.svelte'),
  ])
  architecture = new architectureModule.ArchitectureState()
  training = new trainingModule.TrainingState(() => null)
})

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('kept networks', () => {
  test('are read, kept by name and deleted in the settings', async () => {
    const old = { configuration: 'A', edit: { ...startEdit('A', 'Old'), kernels: [[1]] } } as const
    const whole = { ...old, edit: { ...old.edit, kernels: [[1], [3], [3, 3], [3, 3], [3, 3]] } }
    settings = { ...settings, networks: [whole] }
    architecture.connect()
    await until(() => architecture.kept.list.length === 1)

    architecture.changeKernels(0, [3])
    await architecture.keep()
    expect(settings.networks.map(({ edit }) => edit.name)).toEqual(['Old', 'D edited'])
    architecture.changeKernels(1, [3])
    await architecture.keep()
    expect(settings.networks).toHaveLength(2)
    expect(settings.networks[1]?.edit.kernels.slice(0, 2)).toEqual([[3], [3]])
    // A new edit does not take the name of a kept one.
    architecture.choose({ configuration: 'D' })
    architecture.changeKernels(4, [3])
    expect(architecture.name).toBe('D edited 2')

    await architecture.forget('Old')
    expect(architecture.kept.list.map(({ edit }) => edit.name)).toEqual(['D edited'])
    expect(settings.networks).toEqual(architecture.kept.list)
    expect(settings.theme).toBe('dark')
  })

  test('are not lost when there are too many', async () => {
    const full = Array.from({ length: MAX_KEPT_NETWORKS }, (_, index) => ({
      configuration: 'B' as const,
      edit: { ...SHALLOW_CONTROL.edit, name: `Net ${index}` },
    }))
    settings = { ...settings, networks: full }
    architecture.choose(SHALLOW_CONTROL)
    await architecture.keep()
    expect(architecture.error?.message).toMatch(/at most 200 kept networks/)
    expect(settings.networks).toHaveLength(MAX_KEPT_NETWORKS)
  })

  test('are not asked for without an edit', async () => {
    stub.main['settings.set'] = () => {
      throw new Error('Expected nothing to be kept.')
    }
    await architecture.keep()
    expect(architecture.error).toBeNull()
  })
})

describe('a network file', () => {
  test('is written and read back', async () => {
    let saved = new Uint8Array()
    let name = ''
    stub.main['file.save'] = ({ suggestedName, bytes }) => {
      name = suggestedName
      saved = new Uint8Array(bytes)
      return `/saved/${suggestedName}`
    }
    architecture.choose(SHALLOW_CONTROL)
    await architecture.saveNetworkFile('mine')
    expect(name).toBe('mine.json')
    const text = new TextDecoder().decode(saved)
    expect(readNetworkFile(text)).toEqual({ network: SHALLOW_CONTROL })

    architecture.choose({ configuration: 'A' })
    stub.main['file.openText'] = () => text
    await architecture.openNetworkFile()
    expect(architecture.name).toBe('B with 5×5')
    architecture.undo()
    expect(architecture.name).toBe('A')
  })

  test('with a fault is told in one line, and nothing changes', async () => {
    stub.main['file.openText'] = () =>
      writeNetworkFile(SHALLOW_CONTROL).replace('"configuration": "B"', '"configuration": "Z"')
    await architecture.openNetworkFile()
    expect(architecture.error?.message).toMatch(/must be one of A, .*got "Z"/)
    expect(architecture.name).toBe('D')
    stub.main['file.openText'] = () => null
    await architecture.openNetworkFile()
    expect(architecture.error).toBeNull()
  })
})

describe('a link', () => {
  test('brings back what was shown, and can be undone', async () => {
    architecture.choose(SHALLOW_CONTROL)
    architecture.change({ inputSize: 96 })
    architecture.show({ section: 'costs', batchSize: 8, compare: { configuration: 'B' } })
    const there = architecture.place
    expect(await architecture.copyLink()).toBe(true)
    for (; architecture.canUndo;) architecture.undo()
    architecture.show({ section: 'table', batchSize: 32 })
    expect(await architecture.pasteLink()).toBe(true)
    expect(architecture.place).toEqual(there)
    expect(architecture.typed).toEqual(there.spec)
    architecture.undo()
    expect(architecture.name).toBe('D')
  })

  test('that is none is told, or passed over where only links are asked for', async () => {
    clipboard = 'a shopping list'
    expect(await architecture.pasteLink({ onlyLinks: true })).toBe(false)
    expect(architecture.error).toBeNull()
    expect(await architecture.pasteLink()).toBe(false)
    expect(architecture.error?.message).toMatch(/Expected a link.*a shopping list/)
    clipboard = 'vgg-lab:architecture?config=Q'
    expect(await architecture.pasteLink({ onlyLinks: true })).toBe(false)
    expect(architecture.error?.message).toMatch(/"config".*"Q"/)
    expect(architecture.name).toBe('D')
  })
})

describe('training an edited network', () => {
  test('takes its layers, input size and width, and the scale with them', () => {
    architecture.choose(SHALLOW_CONTROL)
    architecture.change({ inputSize: 224 })
    architecture.change({ width: 0.5 })
    training.form.setNetwork(architecture.place.spec)
    expect(training.form.settings).toMatchObject({
      ...SHALLOW_CONTROL,
      inputSize: 224,
      width: 0.5,
      scale: { min: 256, max: 256 },
    })
    expect(training.form.faults).toEqual({})
  })

  test('is dropped by choosing any configuration, by a plain network and by the defaults', () => {
    training.form.setNetwork({ ...architecture.place.spec, ...SHALLOW_CONTROL })
    training.form.set('epochs', 3)
    expect(training.form.settings.edit).toEqual(SHALLOW_CONTROL.edit)
    training.form.set('configuration', 'B')
    expect(training.form.settings).not.toHaveProperty('edit')
    training.form.setNetwork({ ...architecture.place.spec, ...SHALLOW_CONTROL })
    training.form.setNetwork(architecture.place.spec)
    expect(training.form.settings).not.toHaveProperty('edit')
    training.form.setNetwork({ ...architecture.place.spec, ...SHALLOW_CONTROL })
    training.form.resetSettings()
    expect(training.form.settings).not.toHaveProperty('edit')
  })

  test('with a fault is refused', () => {
    training.form.set('edit', { ...SHALLOW_CONTROL.edit, kernels: [[5], [5], [5], [5], [4]] })
    expect(training.form.faults.edit).toMatch(/Kernels of block 5/)
    expect(checkSettings(training.form.settings)).toEqual(training.form.faults)
  })
})
