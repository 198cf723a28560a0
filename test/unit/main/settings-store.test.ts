import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FIRST_SESSION, SettingsStore } from '../../../src/main/settings-store'
import { DEFAULT_ENGINE_SETTINGS, defaultSettings } from '../../../src/shared/spec'
import { EMPTY_SETTINGS } from '../../support/settings'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vgg-lab-settings-'))
  path = join(folder, 'deeper', 'settings.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a first start has the defaults and writes nothing', () => {
  const store = new SettingsStore(path)
  expect(store.settings).toEqual({ ...EMPTY_SETTINGS, theme: 'system', recentFolders: [] })
  expect(store.windowBounds).toBeNull()
  expect(existsSync(path)).toBe(false)
})

test('what is changed is there at the next start, and no half file beside it', () => {
  const store = new SettingsStore(path)
  store.change({ theme: 'dark' })
  store.change({ recentFolders: ['/pictures'] })
  store.keepWindowBounds({ x: 1, y: 2, width: 1200, height: 800, isMaximized: false })

  const next = new SettingsStore(path)
  expect(next.settings).toEqual({ ...EMPTY_SETTINGS, theme: 'dark', recentFolders: ['/pictures'] })
  expect(next.windowBounds).toEqual({ x: 1, y: 2, width: 1200, height: 800, isMaximized: false })
  expect(readdirSync(join(folder, 'deeper'))).toEqual(['settings.json'])
})

test('a broken file, and a broken field, fall back without taking the rest along', () => {
  path = join(folder, 'settings.json')
  writeFileSync(path, '{"settings": {"theme": "da')
  expect(new SettingsStore(path).settings.theme).toBe('system')

  writeFileSync(
    path,
    JSON.stringify({
      settings: { theme: 'purple', recentFolders: ['/kept'] },
      window: { width: 'wide' },
    }),
  )
  const store = new SettingsStore(path)
  expect(store.settings).toEqual({ ...EMPTY_SETTINGS, theme: 'system', recentFolders: ['/kept'] })
  expect(store.windowBounds).toBeNull()
})

test('a file that cannot be written does not stop the work', () => {
  const blocked = join(folder, 'file', 'settings.json')
  writeFileSync(join(folder, 'file'), 'in the way')
  const store = new SettingsStore(blocked)
  expect(store.change({ theme: 'light' }).theme).toBe('light')
  expect(store.settings.theme).toBe('light')
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('in the way')
})

test('settings of the engine that an earlier version kept hold', () => {
  path = join(folder, 'settings.json')
  const kept = { device: 'cpu', threads: 3, workers: 1 }
  writeFileSync(path, JSON.stringify({ settings: { engine: kept } }))
  expect(new SettingsStore(path).settings.engine).toEqual({ ...DEFAULT_ENGINE_SETTINGS, ...kept })
})

test('where the lab was left is there at the next start, each part of it by itself', () => {
  path = join(folder, 'settings.json')
  const settings = { ...defaultSettings(96), epochs: 7, learningRate: Number.NaN, batchSize: 0 }
  const lastSession = {
    page: 'Inspect',
    dataSource: '/pictures',
    form: { preset: 'paper', runName: 'mine', settings },
    inspect: {
      model: { kind: 'run', folder: '/runs/a', checkpoint: 'epoch-0003' },
      image: '/pictures/cat/1.png',
      layer: 'conv3_1',
      stage: 'pre-relu',
      tool: 'unit',
    },
    evaluate: { tab: 'numbers', evaluation: { runFolder: '/runs/a', id: 'dense-256-12345678' } },
  } as const
  new SettingsStore(path).change({ lastSession })
  // What is no number is not kept; what is out of range is, with its fault beside the field.
  const { learningRate } = defaultSettings(96)
  expect(new SettingsStore(path).settings.lastSession).toEqual({
    ...lastSession,
    form: { ...lastSession.form, settings: { ...settings, learningRate } },
  })

  const { augment, ...withoutOne } = { ...settings, learningRate: 0.5 }
  const damaged = {
    ...lastSession,
    page: 'Nowhere',
    form: { preset: 'gone', settings: { ...withoutOne, configuration: 'Z', edit: 3 } },
    inspect: { ...lastSession.inspect, model: { kind: 'run', folder: 'relative' }, stage: 4 },
    evaluate: { tab: 'numbers', evaluation: { runFolder: 'relative', id: '' } },
  }
  writeFileSync(path, JSON.stringify({ settings: { theme: 'dark', lastSession: damaged } }))
  expect(augment).toEqual(defaultSettings().augment)
  const { configuration } = defaultSettings()
  expect(new SettingsStore(path).settings).toEqual({
    ...EMPTY_SETTINGS,
    theme: 'dark',
    lastSession: {
      page: 'Start',
      dataSource: '/pictures',
      form: {
        preset: FIRST_SESSION.form.preset,
        runName: '',
        settings: { ...withoutOne, augment, configuration },
      },
      inspect: { ...lastSession.inspect, model: null, stage: 'output' },
      evaluate: FIRST_SESSION.evaluate,
    },
  })
})
