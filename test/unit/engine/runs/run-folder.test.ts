import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
  utimesSync,
} from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { afterAll, describe, expect, test } from 'vitest'
import { MetricsLog } from '../../../../src/main/engine/runs/metrics-log'
import { explainDiskError } from '../../../../src/main/files/disk-errors'
import { replaceFile } from '../../../../src/main/files/durable-files'
import { StopRequest, TrainingControls } from '../../../../src/main/engine/training/controls'
import { Hold } from '../../../../src/main/engine/training/hold'
import { PatientWriter } from '../../../../src/main/engine/training/saving/patient-writer'
import { isFolderLocked, lockFolder } from '../../../../src/main/files/folder-lock'
import {
  chooseCheckpoint,
  listCheckpoints,
} from '../../../../src/main/engine/runs/checkpoint-folders'
import { readRun } from '../../../../src/main/engine/runs/run-folder'
import { parseMetrics, parseRunFile, type MetricsLine } from '../../../../src/shared/spec'

const root = mkdtempSync(join(tmpdir(), 'vgg-lab-run-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

async function makeFolder(name: string): Promise<string> {
  const folder = join(root, name)
  await mkdir(folder)
  return folder
}

const SCORE = { loss: 1, top1: 0.5, top5: 1 }
const step = (number: number): MetricsLine => ({
  kind: 'step',
  step: number,
  epoch: number / 2,
  seconds: 1,
  learningRate: 0.01,
  train: SCORE,
})
const epoch = (number: number, atStep: number): MetricsLine => ({
  kind: 'epoch',
  epoch: number,
  step: atStep,
  seconds: 1,
  learningRate: 0.01,
  train: SCORE,
  validation: SCORE,
  imagesPerSecond: 10,
  isBest: true,
})

describe('metrics.jsonl', () => {
  test('is appended to; a torn line is left out and the one after it is not lost', async () => {
    const folder = await makeFolder('metrics')
    const first = await MetricsLog.open(folder, null)
    first.add(step(1))
    first.add(step(2))
    first.add(epoch(1, 2))
    first.add(step(3))
    await first.close()
    appendFileSync(join(folder, 'metrics.jsonl'), '{"kind":"step","st')
    const second = await MetricsLog.open(folder, 2)
    second.add(step(3))
    second.add(step(4))
    second.add(epoch(2, 4))
    await second.close()
    const text = readFileSync(join(folder, 'metrics.jsonl'), 'utf8')
    expect(text.split('\n').filter((line) => line !== '')).toHaveLength(8)
    expect(parseMetrics(text)).toEqual([
      step(1),
      step(2),
      epoch(1, 2),
      step(3),
      step(4),
      epoch(2, 4),
    ])
    expect(
      readdirSync(folder).filter((name) => name.startsWith('events.out.tfevents')),
    ).not.toEqual([])
  })

  test('run.json of another version or none is told apart', () => {
    expect(parseRunFile('{"version":2}')).toBeNull()
    expect(parseRunFile('null')).toBeNull()
    expect(parseRunFile('{"vers')).toBeNull()
  })

  test('run.json with an edited network that cannot be built says what is wrong with it', async () => {
    const folder = await makeFolder('edited')
    const write = (network: object, settings: object = {}): void => {
      const run = { version: 1, name: 'x', dataFolder: '/x', state: 'finished', classNames: [] }
      const text = JSON.stringify({ ...run, preprocessing: {}, network, settings })
      writeFileSync(join(folder, 'run.json'), text)
    }
    const edit = { name: 'mine', kernels: [[3], [3], [3], [3], [3]], fullyConnectedUnits: [1, 1] }
    write({ edit }, { edit })
    expect((await readRun(folder)).network.edit).toEqual(edit)
    write({ edit: { ...edit, kernels: [[3], [3], [2], [3], [3]] } })
    await expect(readRun(folder)).rejects.toThrow(
      /edited.run\.json; got a network that cannot be built: Kernels of block 3 .*; got 2\.$/,
    )
    write({ edit }, { edit: { ...edit, name: '' } })
    await expect(readRun(folder)).rejects.toMatchObject({ code: 'unreadable' })
    write({ edit: null })
    await expect(readRun(folder)).rejects.toThrow(/got null\.$/)
  })
})

describe('checkpoints', () => {
  test('only finished ones count, oldest first, and the best is taken', async () => {
    const folder = await makeFolder('checkpoints')
    for (const name of [
      'epoch-0010',
      'epoch-0002',
      '.writing-epoch-0011',
      'epoch-12345',
      'other',
    ]) {
      await mkdir(join(folder, 'checkpoints', name), { recursive: true })
    }
    expect(await listCheckpoints(folder)).toEqual(['epoch-0002', 'epoch-0010', 'epoch-12345'])
    expect(await chooseCheckpoint(folder, null)).toBe('epoch-12345')
    writeFileSync(join(folder, 'best'), 'epoch-0002\n')
    expect(await chooseCheckpoint(folder, null)).toBe('epoch-0002')
    expect(await chooseCheckpoint(folder, 'epoch-0010')).toBe('epoch-0010')
    await expect(chooseCheckpoint(folder, '../x')).rejects.toThrow(/epoch-0002, epoch-0010/)
    await expect(chooseCheckpoint(root, null)).rejects.toThrow(/there is none yet/)
    await expect(chooseCheckpoint(join(folder, 'best'), null)).rejects.toThrow(
      /^Expected a run folder; .*best cannot be read as one: a part of the path is not a folder/,
    )
  })
})

describe('writing', () => {
  test('replaces a file as a whole and leaves nothing beside it', async () => {
    const folder = await makeFolder('replace')
    await replaceFile(join(folder, 'best'), 'a\n')
    await replaceFile(join(folder, 'best'), 'b\n')
    expect(readFileSync(join(folder, 'best'), 'utf8')).toBe('b\n')
    expect(readdirSync(folder)).toEqual(['best'])
    await expect(replaceFile(join(folder, 'no', 'best'), 'c')).rejects.toThrow()
  })

  test('a full disk is one line that says what stays', () => {
    const full = Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC' })
    const error = explainDiskError(full, '/runs/x')
    expect(error).toMatchObject({ code: 'disk' })
    expect((error as Error).message).toMatch(/the disk is full \(ENOSPC\)/)
    const other = new Error('x')
    expect(explainDiskError(other, '/runs/x')).toBe(other)
  })
})

describe('a folder that cannot be written to', () => {
  const refuse = (code: string) => Object.assign(new Error(`${code}: refused`), { code })

  test.each([
    ['ENOSPC', /the disk is full/],
    ['EACCES', /no permission to write/],
    ['EROFS', /read-only/],
    ['ENOENT', /the folder is gone/],
  ])('%s: the same is written again on Resume', async (code, message) => {
    const controls = new TrainingControls()
    const told: string[] = []
    const hold = new Hold(controls, {
      onHeld: (error) => {
        told.push(error.message)
        setTimeout(() => controls.resume(), 1)
      },
      onFreed: () => told.push('freed'),
    })
    const writer = new PatientWriter('/runs/x', hold)
    let tries = 0
    await writer.write(() => {
      tries += 1
      return tries < 3 ? Promise.reject(refuse(code)) : Promise.resolve()
    })
    expect(tries).toBe(3)
    expect(told).toEqual([expect.stringMatching(message), expect.stringMatching(message), 'freed'])
    expect(hold.isHeld).toBe(false)
  })

  test('a stop ends the waiting; another fault is not waited for', async () => {
    const controls = new TrainingControls()
    const listener = {
      onHeld: () => setTimeout(() => controls.stop(), 1),
      onFreed: () => undefined,
    }
    const writer = new PatientWriter('/runs/x', new Hold(controls, listener))
    await expect(writer.write(() => Promise.reject(refuse('ENOSPC')))).rejects.toThrow(StopRequest)
    const fault = new Error('of the lab')
    await expect(writer.write(() => Promise.reject(fault))).rejects.toBe(fault)
  })
})

/** Fields of /proc/<pid>/stat from the third on, the process's state. */
function readStat(pid: number | undefined): string[] {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

describe('the lock', () => {
  test('holds against this process and is given back', async () => {
    const folder = await makeFolder('lock')
    const unlock = lockFolder(folder)
    expect(isFolderLocked(folder)).toBe(true)
    expect(() => lockFolder(folder)).toThrow(/in use by this process/)
    unlock()
    unlock()
    expect(isFolderLocked(folder)).toBe(false)
    expect(readdirSync(folder)).toEqual([])
  })

  test.skipIf(process.platform !== 'linux')(
    'of a living process holds, of a dead one is taken over',
    async () => {
      const folder = await makeFolder('other')
      const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
      await new Promise((resolve) => child.once('spawn', resolve))
      const started = readStat(child.pid)[19]
      const path = join(folder, 'lock')
      writeFileSync(path, JSON.stringify({ pid: child.pid, started }))
      expect(() => lockFolder(folder)).toThrow(`in use by process ${String(child.pid)}`)
      // The same number, but a process that started at another time.
      writeFileSync(path, JSON.stringify({ pid: child.pid, started: '1' }))
      expect(isFolderLocked(folder)).toBe(false)
      writeFileSync(path, JSON.stringify({ pid: child.pid, started }))
      const exited = new Promise((resolve) => child.once('exit', resolve))
      child.kill()
      await exited
      lockFolder(folder)()
      expect(readdirSync(folder)).toEqual([])
    },
  )

  test.skipIf(process.platform !== 'linux')(
    'of a process that ended, and that its parent never asked for, is taken over',
    async () => {
      const folder = await makeFolder('ended')
      const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'])
      const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)))
      writeFileSync(join(folder, 'lock'), JSON.stringify({ pid, started: readStat(pid)[19] }))
      await expect.poll(() => readStat(pid)[0]).toBe('Z')
      expect(isFolderLocked(folder)).toBe(false)
      parent.kill()
    },
  )

  test('a torn lock is of nobody, once whoever makes it has had the time to write it', async () => {
    const folder = await makeFolder('torn')
    const lock = join(folder, 'lock')
    writeFileSync(lock, '{"pi')
    expect(isFolderLocked(folder)).toBe(false)
    expect(() => lockFolder(folder)).toThrow('in use')
    utimesSync(lock, new Date(2020, 1), new Date(2020, 1))
    lockFolder(folder)()
  })
})
