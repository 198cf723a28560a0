import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RunKeeper } from '../../../../src/main/runs/run-keeper'
import { lockFolder } from '../../../../src/main/files/folder-lock'
import { RunStore } from '../../../../src/main/runs/run-store'
import { writeRunFolder } from '../../../support/written-run'

let root: string
let folder: string
const trashed: string[] = []
const keeperOf = (trash: (path: string) => Promise<void> = () => Promise.resolve()): RunKeeper =>
  new RunKeeper(root, (path) => {
    trashed.push(path)
    return trash(path)
  })

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vgg-lab-keeper-'))
  folder = writeRunFolder(root, { name: 'first', epochs: 1, stepsPerEpoch: 2, rate: 0.1 })
  trashed.length = 0
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const first = async () => (await new RunStore(root).list()).runs[0]

describe('a run on disk', () => {
  test('gets another name; all else of its file stays, also what a later version wrote', async () => {
    const path = join(folder, 'run.json')
    const before = { ...(JSON.parse(readFileSync(path, 'utf8')) as object), later: [1] }
    writeFileSync(path, JSON.stringify(before))
    await keeperOf().rename(folder, 'second')
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ ...before, name: 'second' })
    expect((await first())?.run.name).toBe('second')
    expect(existsSync(join(folder, 'lock'))).toBe(false)
  })

  test('gets no name that another run has', async () => {
    writeRunFolder(root, { name: 'second', epochs: 1, stepsPerEpoch: 2, rate: 0.1 })
    await expect(keeperOf().rename(folder, 'second')).rejects.toMatchObject({
      code: 'bad-input',
      message: 'Expected a name that no other run has; there is a run called second.',
    })
    await keeperOf().rename(folder, 'first')
  })

  test('gets a group, tags, each once, and a note; a damaged file of them is none', async () => {
    const note = 'Rate too high?\nTry 0.001.'
    await keeperOf().label(folder, { group: 'paper', tags: ['good', 'slow', 'good'], note })
    expect((await first())?.labels).toEqual({ group: 'paper', tags: ['good', 'slow'], note })
    writeFileSync(join(folder, 'labels.json'), '{"group":')
    expect((await first())?.labels).toEqual({ group: '', tags: [], note: '' })
    // As an earlier version of the lab wrote it.
    writeFileSync(join(folder, 'labels.json'), '{"group":"paper","tags":["good"]}')
    expect((await first())?.labels).toEqual({ group: 'paper', tags: ['good'], note: '' })
  })

  test('goes to the trash', async () => {
    await keeperOf().trash(folder)
    expect(trashed).toEqual([folder])
  })

  test('is neither renamed nor moved while it trains; its labels may change', async () => {
    const unlock = lockFolder(folder)
    await expect(keeperOf().rename(folder, 'other')).rejects.toMatchObject({ code: 'busy' })
    await expect(keeperOf().trash(folder)).rejects.toMatchObject({ code: 'busy' })
    await keeperOf().label(folder, { group: '', tags: ['live'], note: '' })
    unlock()
    expect(trashed).toEqual([])
    expect((await first())?.run.name).toBe('first')
    expect((await first())?.labels.tags).toEqual(['live'])
  })

  test('is left alone outside of the runs folder', async () => {
    const outside = join(root, 'first', 'checkpoints')
    mkdirSync(outside, { recursive: true })
    for (const path of [outside, root, join(root, '..'), join(root, 'first', '..', '..', 'x')]) {
      await expect(keeperOf().trash(path)).rejects.toMatchObject({ code: 'bad-input' })
      await expect(keeperOf().rename(path, 'x')).rejects.toMatchObject({ code: 'bad-input' })
    }
    expect(trashed).toEqual([])
  })

  test('a system without a trash is told in one line', async () => {
    const keeper = keeperOf(() => Promise.reject(new Error('Failed to move item to trash\nmore')))
    await expect(keeper.trash(folder)).rejects.toMatchObject({
      code: 'disk',
      message: `Expected to move ${folder} to the trash; got Failed to move item to trash.`,
    })
  })
})
