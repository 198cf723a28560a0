import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SettingsStore } from '../../../src/main/settings-store'
import { DEFAULT_ENGINE_SETTINGS } from '../../../src/shared/spec'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vgg-lab-settings-'))
  path = join(folder, 'deeper', 'settings.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a first start has the defaults and writes nothing', () => {
  const store = new SettingsStore(path)
  expect(store.settings).toEqual({
    theme: 'system',
    recentFolders: [],
    networks: [],
    ablationSets: [],
    queue: [],
    dismissedRuns: [],
    engine: DEFAULT_ENGINE_SETTINGS,
  })
  expect(store.windowBounds).toBeNull()
  expect(existsSync(path)).toBe(false)
})

test('what is changed is there at the next start, and no half file beside it', () => {
  const store = new SettingsStore(path)
  store.change({ theme: 'dark' })
  store.change({ recentFolders: ['/pictures'] })
  store.keepWindowBounds({ x: 1, y: 2, width: 1200, height: 800, isMaximized: false })

  const next = new SettingsStore(path)
  expect(next.settings).toEqual({
    theme: 'dark',
    recentFolders: ['/pictures'],
    networks: [],
    ablationSets: [],
    queue: [],
    dismissedRuns: [],
    engine: DEFAULT_ENGINE_SETTINGS,
  })
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
  expect(store.settings).toEqual({
    theme: 'system',
    recentFolders: ['/kept'],
    networks: [],
    ablationSets: [],
    queue: [],
    dismissedRuns: [],
    engine: DEFAULT_ENGINE_SETTINGS,
  })
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
