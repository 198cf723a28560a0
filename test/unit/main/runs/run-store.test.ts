import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lockFolder } from '../../../../src/main/files/folder-lock'
import { RunStore } from '../../../../src/main/runs/run-store'
import {
  defaultSettings,
  paperPreprocessing,
  type EpochMetrics,
  type RunFile,
  type StepMetrics,
} from '../../../../src/shared/spec'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vgg-lab-runs-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function makeRun(name: string, changes: Partial<RunFile> = {}): string {
  const folder = join(root, name)
  mkdirSync(join(folder, 'checkpoints'), { recursive: true })
  const run: RunFile = {
    version: 1,
    name,
    created: '2026-01-01T00:00:00.000Z',
    network: { configuration: 'A', inputSize: 32, classes: 2, width: 0.25 },
    classNames: ['cat', 'dog'],
    preprocessing: paperPreprocessing([1, 2, 3], 32),
    settings: defaultSettings(32),
    dataFolder: '/data',
    trainImages: 8,
    validationImages: 2,
    trainedSeconds: 1,
    versions: { lab: '0.1.0', tensorflow: '2.21.0' },
    state: 'finished',
    failure: null,
    ...changes,
  }
  writeFileSync(join(folder, 'run.json'), JSON.stringify(run))
  return folder
}

const score = { loss: 0.5, top1: 0.75, top5: 1 }
const step = (number: number): StepMetrics => ({
  kind: 'step',
  step: number,
  epoch: number / 10,
  seconds: number,
  learningRate: 0.01,
  train: score,
})
const epoch = (number: number, top1: number, isBest: boolean): EpochMetrics => ({
  ...step(number * 10),
  kind: 'epoch',
  epoch: number,
  validation: { ...score, top1 },
  imagesPerSecond: 10,
  isBest,
})
const toLines = (lines: readonly object[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('')

describe('the list of runs', () => {
  test('tells a run that some program trains now from one that was cut off', async () => {
    const folders = ['alive', 'dead'].map((name) => makeRun(name, { state: 'running' }))
    const unlock = lockFolder(folders[0] ?? '')
    writeFileSync(
      join(folders[1] ?? '', 'lock'),
      JSON.stringify({ pid: 999_999_999, started: '1' }),
    )
    const { runs } = await new RunStore(root).list()
    expect(new Map(runs.map(({ run, isLocked }) => [run.name, isLocked]))).toEqual(
      new Map([
        ['alive', true],
        ['dead', false],
      ]),
    )
    unlock()
  })

  test('is empty before the first run has made the folder', async () => {
    const listing = await new RunStore(join(root, 'none')).list()
    expect(listing).toEqual({ runs: [], broken: [] })
  })

  test('is newest first, with best epoch and finished checkpoints', async () => {
    makeRun('old', { created: '2025-01-01T00:00:00.000Z' })
    const folder = makeRun('new', { state: 'running' })
    for (const name of ['epoch-0002', 'epoch-0001', 'epoch-0003.new']) {
      mkdirSync(join(folder, 'checkpoints', name))
    }
    const lines = [step(10), epoch(1, 0.9, true), step(20), epoch(2, 0.6, false)]
    const metrics = join(folder, 'metrics.jsonl')
    writeFileSync(metrics, toLines(lines))
    utimesSync(metrics, new Date(0), new Date('2026-01-01T02:00:00.000Z'))

    const { runs } = await new RunStore(root).list()

    expect(runs.map((run) => run.run.name)).toEqual(['new', 'old'])
    expect(runs[0]).toMatchObject({
      folder,
      epochs: 2,
      activeAt: '2026-01-01T02:00:00.000Z',
      best: { epoch: 1, validation: { top1: 0.9 } },
      checkpoints: ['epoch-0001', 'epoch-0002'],
    })
    expect(runs[1]).toMatchObject({
      epochs: 0,
      activeAt: '2025-01-01T00:00:00.000Z',
      best: null,
      checkpoints: [],
    })
  })

  test('tells broken runs beside the whole ones and leaves other folders alone', async () => {
    makeRun('whole')
    writeFileSync(join(makeRun('torn'), 'run.json'), '{"version":1,"na')
    writeFileSync(join(makeRun('later'), 'run.json'), '{"version":2}')
    writeFileSync(join(makeRun('empty'), 'run.json'), '')
    rmSync(join(makeRun('headless'), 'run.json'))
    mkdirSync(join(root, 'holiday pictures'))
    writeFileSync(join(root, 'notes.txt'), 'not a folder')

    const { runs, broken } = await new RunStore(root).list()

    expect(runs.map((run) => run.run.name)).toEqual(['whole'])
    const names = broken.map(({ folder }) => folder.slice(root.length + 1)).sort()
    expect(names).toEqual(['empty', 'headless', 'later', 'torn'])
    for (const { fault } of broken) expect(fault).toMatch(/^Expected .*; got /)
  })

  test.skipIf(process.getuid?.() === 0)('says when the folder cannot be read', async () => {
    chmodSync(root, 0o000)
    await expect(new RunStore(root).list()).rejects.toMatchObject({ code: 'unreadable' })
    chmodSync(root, 0o700)
  })
})

describe('the metrics of a run', () => {
  test('leave out a line torn by a crash', async () => {
    const folder = makeRun('cut')
    writeFileSync(join(folder, 'metrics.jsonl'), toLines([step(1), step(2)]) + '{"kind":"step","st')
    const { steps, epochs } = await new RunStore(root).readCurves(folder)
    expect([...steps.step]).toEqual([1, 2])
    expect([...steps.loss]).toEqual([0.5, 0.5])
    expect(epochs).toEqual([])
  })

  test('are empty for a run without a step, and an error where there is no run', async () => {
    const store = new RunStore(root)
    expect((await store.readCurves(makeRun('fresh'))).steps.step).toHaveLength(0)
    await expect(store.readCurves(join(root, 'gone'))).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  test('of 40,000 steps are read in parts: others have their turn meanwhile', async () => {
    const folder = makeRun('long')
    const lines = Array.from({ length: 40_000 }, (_, index) => step(index + 1))
    writeFileSync(join(folder, 'metrics.jsonl'), toLines(lines))
    let turns = 0
    const timer = setInterval(() => turns++)
    const { steps } = await new RunStore(root).readCurves(folder)
    clearInterval(timer)
    expect(steps.step).toHaveLength(40_000)
    expect(turns).toBeGreaterThan(10)
  })

  test('of a run that has grown are listed anew', async () => {
    const store = new RunStore(root)
    const path = join(makeRun('grows'), 'metrics.jsonl')
    writeFileSync(path, toLines([step(10), epoch(1, 0.5, true)]))
    expect((await store.list()).runs[0]).toMatchObject({ epochs: 1 })
    writeFileSync(path, toLines([step(10), epoch(1, 0.5, true), epoch(2, 0.6, true)]))
    expect((await store.list()).runs[0]).toMatchObject({ epochs: 2, best: { epoch: 2 } })
  })
})
