import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pack } from 'tar-stream'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { exportRunArchive } from '../../../../../src/main/runs/archive/export-archive'
import { importRunArchive } from '../../../../../src/main/runs/archive/import-archive'
import { lockFolder } from '../../../../../src/main/files/folder-lock'
import { RunTransfers } from '../../../../../src/main/runs/run-transfers'
import { RunStore } from '../../../../../src/main/runs/run-store'
import type { RunTransfer } from '../../../../../src/shared/contract'
import { writeRunFolder } from '../../../../support/written-run'

let root: string
let folder: string
let file: string
let there: string
const quiet = { signal: new AbortController().signal, onProgress: () => undefined }

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vgg-lab-archive-'))
  folder = writeRunFolder(join(root, 'here'), {
    name: 'first',
    epochs: 1,
    stepsPerEpoch: 2,
    rate: 0.1,
  })
  const checkpoint = join(folder, 'checkpoints/epoch-0001')
  mkdirSync(checkpoint)
  writeFileSync(join(checkpoint, 'model.safetensors'), Buffer.alloc(3_000_000, 7))
  writeFileSync(join(checkpoint, 'state.json'), '{}')
  writeFileSync(join(folder, 'best'), 'epoch-0001')
  writeFileSync(join(folder, 'layers.jsonl'), '{"step":1}\n')
  writeFileSync(join(folder, 'events.out.tfevents.1.vgg-lab.2'), 'events')
  // What is no part of a run, or not whole.
  mkdirSync(join(folder, 'checkpoints/.writing-epoch-0002'))
  writeFileSync(join(folder, 'checkpoints/.writing-epoch-0002/model.safetensors'), 'half')
  writeFileSync(join(folder, 'my notes.txt'), 'mine')
  file = join(root, 'first.tar')
  there = join(root, 'there')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const listFiles = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .sort()

/** An archive as somebody else may make it. */
async function writeTar(
  entries: readonly (Parameters<ReturnType<typeof pack>['entry']>[0] & { text?: string })[],
): Promise<void> {
  const archive = pack()
  for (const { text, ...header } of entries) archive.entry(header, text ?? '')
  archive.finalize()
  const blocks: Buffer[] = []
  for await (const block of archive) blocks.push(block as Buffer)
  writeFileSync(file, Buffer.concat(blocks))
}

describe('an archive of a run', () => {
  test('is the same run elsewhere, byte by byte, and has nothing else in it', async () => {
    const told: number[] = []
    await exportRunArchive(folder, file, {
      ...quiet,
      onProgress: (done, total) => told.push(done, total),
    })
    expect(told.slice(-2)[0]).toBe(told.slice(-1)[0])
    const imported = await importRunArchive(file, there, quiet)
    expect(imported).toBe(join(there, 'first'))
    expect(listFiles(imported)).toEqual([
      'best',
      'checkpoints/epoch-0001/model.safetensors',
      'checkpoints/epoch-0001/state.json',
      'events.out.tfevents.1.vgg-lab.2',
      'layers.jsonl',
      'metrics.jsonl',
      'run.json',
    ])
    for (const name of listFiles(imported)) {
      const [before, after] = [folder, imported].map((path) => readFileSync(join(path, name)))
      expect(after?.equals(before ?? Buffer.alloc(0))).toBe(true)
    }
    const { runs, broken } = await new RunStore(there).list()
    expect(runs).toMatchObject([{ epochs: 1, checkpoints: ['epoch-0001'] }])
    expect(broken).toEqual([])
    expect(existsSync(join(folder, 'lock'))).toBe(false)
  })

  test('never takes the place of a run that is there', async () => {
    await exportRunArchive(folder, file, quiet)
    const names = [1, 2, 3].map(() => importRunArchive(file, join(root, 'here'), quiet))
    for (const name of names) await name
    expect(readdirSync(join(root, 'here')).sort()).toEqual([
      'first',
      'first-2',
      'first-3',
      'first-4',
    ])
    expect(readFileSync(join(folder, 'my notes.txt'), 'utf8')).toBe('mine')
  })

  test('becomes a run with a name, labels and note of its own', async () => {
    const labels = { group: 'paper', tags: ['good'], note: 'Rate too high?' }
    writeFileSync(join(folder, 'labels.json'), JSON.stringify(labels))
    await exportRunArchive(folder, file, quiet)
    await importRunArchive(file, join(root, 'here'), quiet)
    await importRunArchive(file, join(root, 'here'), quiet)
    const { runs } = await new RunStore(join(root, 'here')).list()
    const names = runs.map(({ run }) => run.name).sort()
    expect(names).toEqual(['first', 'first (2)', 'first (3)'])
    for (const run of runs) expect(run.labels).toEqual(labels)
  })

  test('is not made of a run in training', async () => {
    const unlock = lockFolder(folder)
    await expect(exportRunArchive(folder, file, quiet)).rejects.toMatchObject({ code: 'busy' })
    unlock()
    expect(existsSync(file)).toBe(false)
  })

  test('leaves nothing where it is cancelled, going out or coming in', async () => {
    const stop = new AbortController()
    const options = { signal: stop.signal, onProgress: () => stop.abort() }
    await expect(exportRunArchive(folder, file, options)).rejects.toMatchObject({
      code: 'cancelled',
    })
    expect(readdirSync(root)).toEqual(['here'])
    await exportRunArchive(folder, file, quiet)
    await expect(importRunArchive(file, there, options)).rejects.toMatchObject({
      code: 'cancelled',
    })
    expect(readdirSync(there)).toEqual([])
  })

  test('cut off anywhere is told as cut, by the name of the file, and leaves nothing', async () => {
    await exportRunArchive(folder, file, quiet)
    const whole = readFileSync(file)
    // In and after the first header, in a file, in the gap behind it, in the list at the end.
    const cuts = [1, 511, 512, 700, 1024, 5000, 1_000_000, 3_000_000].concat(
      [1025, 1500, 1700, 2048, 2100].map((left) => whole.length - left),
    )
    for (const cut of cuts) {
      writeFileSync(file, whole.subarray(0, cut))
      await expect(
        importRunArchive(file, there, quiet),
        `after ${cut} bytes`,
      ).rejects.toMatchObject({
        code: 'unreadable',
        message: `Expected a complete archive of a run in ${file}; got a truncated file.`,
      })
      expect(readdirSync(there)).toEqual([])
    }
    writeFileSync(file, '')
    await expect(importRunArchive(file, there, quiet)).rejects.toMatchObject({
      message: `Expected a complete archive of a run in ${file}; got an empty file.`,
    })
  })

  test('with a bit that turned is told', async () => {
    await exportRunArchive(folder, file, quiet)
    const bytes = readFileSync(file)
    const at = bytes.indexOf(Buffer.alloc(1000, 7)) + 500
    bytes[at] = 6
    writeFileSync(file, bytes)
    await expect(importRunArchive(file, there, quiet)).rejects.toMatchObject({
      message: /got a damaged checkpoints\/epoch-0001\/model\.safetensors\.$/,
    })
  })

  const run = { name: 'x/run.json', text: '{}' }
  test.each([
    ['a path upwards', [{ name: 'x/../../evil' }]],
    ['a path upwards as the root', [{ name: '../run.json', text: '{}' }]],
    ['an absolute path', [{ name: '/etc/run.json' }]],
    ['a path with backslashes', [run, { name: 'x\\..\\..\\evil' }]],
    ['a link', [{ name: 'x/best', type: 'symlink' as const, linkname: '/etc/passwd' }]],
    ['a hard link', [{ name: 'x/best', type: 'link' as const, linkname: '/etc/passwd' }]],
    ['a device', [{ name: 'x/best', type: 'character-device' as const }]],
    ['another file', [run, { name: 'x/program.sh', text: 'rm' }]],
    ['a second root', [run, { name: 'y/best' }]],
    ['a file twice', [run, run]],
    ['a list that lies', [run, { name: 'x/archive.json', text: '{"version":1,"files":{}}' }]],
    ['a list that is none', [run, { name: 'x/archive.json', text: '[' }]],
    ['nothing', []],
  ])('with %s is refused in one line', async (_, entries) => {
    await writeTar(entries)
    await expect(importRunArchive(file, there, quiet)).rejects.toMatchObject({
      code: 'unreadable',
      message: /^Expected a complete archive of a run in [^\n]*; got [^\n]*\.$/,
    })
    expect(readdirSync(there)).toEqual([])
    expect(readdirSync(root).sort()).toEqual(['first.tar', 'here', 'there'])
  })

  test('that is a file of another kind, or is gone, is told', async () => {
    writeFileSync(file, Buffer.alloc(5000, 'no archive '))
    await expect(importRunArchive(file, there, quiet)).rejects.toMatchObject({
      message: /got a file of another kind\.$/,
    })
    await expect(importRunArchive(join(root, 'none.tar'), there, quiet)).rejects.toMatchObject({
      code: 'disk',
    })
  })
})

describe('a transfer for the window', () => {
  test('tells how far it is, how fast, and for how long yet', async () => {
    // Each look at the clock is 0.4 s after the one before.
    let nowMs = 0
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 400))
    const told: (RunTransfer | null)[] = []
    const transfers = new RunTransfers(there, (transfer) => told.push(transfer))
    await transfers.export(folder, file)
    clock.mockRestore()
    expect(told.pop()).toBeNull()
    expect(told[0]).toMatchObject({ kind: 'export', name: 'first', perSecond: null })
    const { doneBytes = 0, totalBytes = 0, perSecond, etaSeconds } = told[1] ?? {}
    expect(perSecond).toBeCloseTo(doneBytes / 0.8, 6)
    expect(etaSeconds).toBeCloseTo((totalBytes - doneBytes) / (perSecond ?? NaN), 6)
    expect(told.at(-1)).toMatchObject({ doneBytes: totalBytes, etaSeconds: 0 })
  })

  test('is one at a time, and ends when that is asked for', async () => {
    const transfers = new RunTransfers(there, () => transfers.cancel())
    const first = transfers.export(folder, file)
    await expect(transfers.import(file)).rejects.toMatchObject({ code: 'busy' })
    await expect(first).rejects.toMatchObject({ code: 'cancelled' })
    expect(readdirSync(root)).toEqual(['here'])
  })

  test('is ended though all was read already', async () => {
    const stop = new AbortController()
    const atTheEnd = {
      signal: stop.signal,
      onProgress: (done: number, total: number) => {
        if (done === total) stop.abort()
      },
    }
    await expect(exportRunArchive(folder, file, atTheEnd)).rejects.toMatchObject({
      code: 'cancelled',
    })
    expect(readdirSync(root)).toEqual(['here'])
    await exportRunArchive(folder, file, quiet)
    await expect(importRunArchive(file, there, atTheEnd)).rejects.toMatchObject({
      code: 'cancelled',
    })
    expect(readdirSync(there)).toEqual([])
  })
})
