import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  clearCache,
  measureCache,
} from '../../../../../src/main/engine/data/preparation/cache-storage'
import { STORAGE_HANDLERS } from '../../../../../src/main/engine/service/storage'
import { lockFolder } from '../../../../../src/main/files/folder-lock'

let root: string
let cache: string

/** A pack of so many bytes beside its label, which has two. */
function writePack(name: string, bytes: number): string {
  const pack = join(cache, name)
  mkdirSync(pack, { recursive: true })
  writeFileSync(join(pack, 'pack.json'), '{}')
  writeFileSync(join(pack, 'data.0'), Buffer.alloc(bytes))
  return pack
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vgg-lab-storage-'))
  cache = join(root, 'pictures')
  vi.stubEnv('VGG_LAB_CACHE', cache)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true, force: true })
})

const context = (signal = new AbortController().signal) => ({
  signal,
  onProgress: () => undefined,
  session: { pin: null, sendEvent: () => undefined },
})

test('runs and prepared pictures are measured, links not followed', async () => {
  writePack('a', 1000)
  writePack('b', 500)
  const runsFolder = join(root, 'runs')
  mkdirSync(join(runsFolder, 'first/checkpoints'), { recursive: true })
  writeFileSync(join(runsFolder, 'first/run.json'), '{}')
  writeFileSync(join(runsFolder, 'first/checkpoints/model'), Buffer.alloc(4000))
  mkdirSync(join(runsFolder, 'other'))
  symlinkSync(cache, join(runsFolder, 'other/link'))
  const report = await STORAGE_HANDLERS['storage.measure']({ runsFolder }, context())
  expect(report.cache).toEqual({ folder: cache, bytes: 1504, entries: 2 })
  expect(report.runs).toMatchObject({ folder: runsFolder, entries: 1 })
  expect(report.runs.bytes - 4002).toBeLessThan(cache.length + 1)
})

test('a folder that does not exist yet takes nothing', async () => {
  const runsFolder = join(root, 'none')
  const report = await STORAGE_HANDLERS['storage.measure']({ runsFolder }, context())
  expect(report).toEqual({
    runs: { folder: runsFolder, bytes: 0, entries: 0 },
    cache: { folder: cache, bytes: 0, entries: 0 },
  })
})

test('clearing removes packs that nobody uses, and nothing else', async () => {
  const used = writePack('used', 10)
  const free = writePack('free', 1000)
  mkdirSync(join(cache, 'mine'))
  writeFileSync(join(cache, 'mine/notes.txt'), 'mine')
  const unlock = lockFolder(used)
  expect(await clearCache()).toEqual({ freedBytes: 1002, kept: 1 })
  unlock()
  expect([used, free, join(cache, 'mine/notes.txt')].map((path) => existsSync(path))).toEqual([
    true,
    false,
    true,
  ])
  expect((await measureCache()).entries).toBe(1)
})

test('measuring and clearing can be cancelled', async () => {
  const pack = writePack('a', 1000)
  const signal = AbortSignal.abort()
  for (const call of [
    STORAGE_HANDLERS['storage.measure']({ runsFolder: root }, context(signal)),
    STORAGE_HANDLERS['storage.clearCache']({}, context(signal)),
  ]) {
    await expect(call).rejects.toMatchObject({ code: 'cancelled' })
  }
  expect(existsSync(pack)).toBe(true)
})
