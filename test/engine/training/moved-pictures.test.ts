import { cpSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeSampleDataset } from '../../../src/main/engine/data/sample/sample-dataset'
import { continueTraining, startTraining } from '../../../src/main/engine/training'
import type { ResumeChanges, TrainingHandle } from '../../../src/main/engine/training/types'
import type { SplitFile } from '../../../src/main/engine/runs/run-folder'
import type { ErrorInfo } from '../../../src/shared/contract'
import type { RunFile, TrainingSettings } from '../../../src/shared/spec'
import { SETTINGS, SmallLab, finish, prepareCacheSwitch } from './small-run'

const EPOCHS = 2

const lab = new SmallLab()
const other = join(lab.root, 'other-pictures')
beforeAll(async () => {
  await lab.fill()
  await writeSampleDataset({ folder: other, classes: 3, images: 8, size: 48, seed: 9 })
  await finish(lab.start('unbroken', { epochs: EPOCHS }))
})
afterAll(() => lab.remove())

const switchCacheOff = prepareCacheSwitch()

function copyTo(folder: string, from = lab.dataFolder): string {
  cpSync(from, folder, { recursive: true, preserveTimestamps: true })
  return folder
}

/** Trains, and stops in the middle of the first epoch. */
async function cut(
  name: string,
  dataFolder: string,
  changes: Partial<TrainingSettings> = {},
): Promise<void> {
  const settings = { ...SETTINGS, epochs: EPOCHS, ...changes }
  const handle: TrainingHandle = startTraining(
    { dataFolder, runFolder: lab.run(name), name, settings },
    {
      onBetweenSteps: () => {
        if (handle.step === 2) handle.stop()
      },
    },
  )
  expect((await finish(handle)).state).toBe('stopped')
}

const go = async (name: string, changes: ResumeChanges = {}): Promise<unknown> =>
  finish(await continueTraining(lab.run(name), {}, changes))

const textOf = (name: string, file: string): string =>
  readFileSync(join(lab.run(name), file), 'utf8')
const runOf = (name: string): RunFile => JSON.parse(textOf(name, 'run.json')) as RunFile

/** Fails, in one line, and leaves the run's files as they were. */
async function expectRefused(name: string, changes: ResumeChanges): Promise<ErrorInfo> {
  const files = ['run.json', 'split.json', 'metrics.jsonl']
  const before = files.map((file) => textOf(name, file))
  const { error } = await (await continueTraining(lab.run(name), {}, changes)).finished
  if (error === null) throw new Error(`Expected ${JSON.stringify(changes)} to be refused.`)
  expect(error.message).not.toContain('\n')
  expect(files.map((file) => textOf(name, file))).toEqual(before)
  return error
}

function expectSame(name: string, as: string): void {
  for (const file of ['model.safetensors', 'optimizer.safetensors']) {
    const isSame = lab.bytes(name, EPOCHS, file).equals(lab.bytes(as, EPOCHS, file))
    expect(isSame, `${file} of ${name}`).toBe(true)
  }
}

describe('a run whose data folder was moved', () => {
  test('goes on where it is now as if nothing had been, and is written so', async () => {
    switchCacheOff()
    const folder = copyTo(join(lab.root, 'before'))
    await cut('moved', folder)
    const place = join(lab.root, 'elsewhere', 'after')
    mkdirSync(dirname(place))
    renameSync(folder, place)
    expect((await expectRefused('moved', {})).code).toBe('pictures-missing')
    const wrong = await expectRefused('moved', { dataFolder: join(lab.root, 'nowhere') })
    expect(wrong.code).toBe('pictures-missing')
    expect(wrong.message).toMatch(/the 24 pictures of this run in .*nowhere; 24 of them/)
    expect(wrong.hint).toMatch(/train <folder> --resume/)
    await go('moved', { dataFolder: place })
    expectSame('moved', 'unbroken')
    expect(runOf('moved')).toMatchObject({ dataFolder: place, state: 'finished' })
  })

  test('refuses a folder of other pictures with the same names, and tells of single ones', async () => {
    const folder = copyTo(join(lab.root, 'known'))
    await cut('named', folder)
    const alike = join(lab.root, 'alike')
    renameSync(folder, alike)
    const files = readdirSync(alike, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.name.endsWith('.png'))
      .map((entry) => join(entry.parentPath, entry.name))
    const [first = ''] = files
    const contents = files.map((file) => readFileSync(file))
    const append = (file: string, at: number): void =>
      writeFileSync(file, Buffer.concat([contents[at] ?? Buffer.of(), Buffer.of(0)]))
    files.forEach(append)
    const wrong = await expectRefused('named', { dataFolder: alike })
    expect(wrong.code).toBe('pictures-missing')
    expect(wrong.message).toMatch(/alike; 24 of 24 have changed in size/)
    files.forEach((file, at) => writeFileSync(file, contents[at] ?? Buffer.of()))
    append(first, 0)
    const notes: string[] = []
    const hooks = { onNote: (note: string) => notes.push(note) }
    await finish(await continueTraining(lab.run('named'), hooks, { dataFolder: alike }))
    expect(notes[0]).toMatch(/^Changed in size since they were moved.*\.png\. The run is no/)
    // A byte behind the end of a picture changes nothing in it.
    expectSame('named', 'unbroken')
  })
})

describe('a run with a folder of validation pictures', () => {
  test('finds them when either folder is moved, and once more without being told', async () => {
    switchCacheOff()
    const validationFolder = copyTo(join(lab.root, 'val'), other)
    const data = copyTo(join(lab.root, 'train'))
    await finish(lab.start('halves', { epochs: EPOCHS, validationFolder }))
    await cut('halves-cut', data, { validationFolder })

    const deeper = join(lab.root, 'deep', 'down', 'train')
    mkdirSync(dirname(deeper), { recursive: true })
    renameSync(data, deeper)
    const validationNow = join(lab.root, 'far', 'val')
    mkdirSync(dirname(validationNow))
    renameSync(validationFolder, validationNow)
    expect((await expectRefused('halves-cut', {})).code).toBe('pictures-missing')
    const half = await expectRefused('halves-cut', { dataFolder: deeper })
    expect(half.code).toBe('validation-missing')
    expect(half.message).toMatch(/the 24 validation pictures of this run in .*val; 24 of them/)
    expect(half.hint).toMatch(/--resume --val <folder>/)

    const handle: TrainingHandle = await continueTraining(
      lab.run('halves-cut'),
      {
        onBetweenSteps: () => {
          if (handle.step === 4) handle.stop()
        },
      },
      { dataFolder: deeper, validationFolder: validationNow },
    )
    expect((await finish(handle)).state).toBe('stopped')
    const { validation } = JSON.parse(textOf('halves-cut', 'split.json')) as {
      validation: string[]
    }
    expect(validation[0]).toMatch(/^\.\.\/\.\.\/\.\.\/far\/val\/.*\.png$/)
    await go('halves-cut')
    expectSame('halves-cut', 'halves')
    expect(runOf('halves-cut')).toMatchObject({
      dataFolder: deeper,
      settings: { validationFolder: validationNow },
    })
  })

  test('is the only one that can be given another', async () => {
    await cut('shared', lab.dataFolder)
    await expect(
      continueTraining(lab.run('shared'), {}, { validationFolder: other }),
    ).rejects.toThrow(/Expected a run with a folder of validation pictures/)
  })
})

describe('a split whose classes are not those of the run', () => {
  test('is refused: no picture is trained as one of another class', async () => {
    await cut('classes', lab.dataFolder)
    const path = join(lab.run('classes'), 'split.json')
    const whole = JSON.parse(textOf('classes', 'split.json')) as SplitFile
    if (whole.labels === undefined) throw new Error('Expected a split with classes.')
    const { train, validation } = whole.labels
    const refuse = async (labels: SplitFile['labels']): Promise<string> => {
      writeFileSync(path, JSON.stringify({ ...whole, labels }))
      const { code, message } = await expectRefused('classes', {})
      expect(code).toBe('unreadable')
      return message
    }
    expect(await refuse({ train: [3, ...train.slice(1)], validation })).toContain(
      `Expected one of the run's 3 classes for ${String(whole.train[0])} in split.json, got number 3.`,
    )
    expect(await refuse({ train: train.slice(1), validation })).toContain('missing or damaged')

    writeFileSync(path, JSON.stringify(whole))
    expect(await go('classes')).toMatchObject({ state: 'finished' })
  })
})
