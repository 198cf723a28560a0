import {
  cpSync,
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  continueTraining,
  readMetrics,
  readRun,
  startTraining,
} from '../../../src/main/engine/training'
import type { TrainingHandle, TrainingHooks } from '../../../src/main/engine/training/types'
import type { TrainingStatus } from '../../../src/shared/contract'
import type { TrainingSettings } from '../../../src/shared/spec'
import { SETTINGS, SmallLab, finish, prepareCacheSwitch } from './small-run'

const EPOCHS = 2

const lab = new SmallLab()
beforeAll(async () => {
  await lab.fill()
  await finish(lab.start('unbroken', { epochs: EPOCHS }))
})
afterAll(() => lab.remove())

const switchCacheOff = prepareCacheSwitch()

/** The pictures once more, in a folder that a test may do anything to. */
function copyPictures(name: string): string {
  const folder = join(lab.root, `pictures-${name}`)
  cpSync(lab.dataFolder, folder, { recursive: true, preserveTimestamps: true })
  return folder
}

function train(
  name: string,
  dataFolder: string,
  hooks: TrainingHooks = {},
  changes: Partial<TrainingSettings> = {},
): TrainingHandle {
  const settings = { ...SETTINGS, epochs: EPOCHS, ...changes }
  return startTraining({ dataFolder, runFolder: lab.run(name), name, settings }, hooks)
}

/** Trains, and stops after the update that `isThere` tells. */
async function trainUntil(name: string, dataFolder: string, step: number): Promise<void> {
  const handle: TrainingHandle = train(name, dataFolder, {
    onBetweenSteps: () => {
      if (handle.step === step) handle.stop()
    },
  })
  expect((await finish(handle)).state).toBe('stopped')
}

function expectUnbroken(name: string, epoch = EPOCHS): void {
  for (const file of ['model.safetensors', 'optimizer.safetensors']) {
    const isSame = lab.bytes(name, epoch, file).equals(lab.bytes('unbroken', epoch, file))
    expect(isSame, `${file} of ${name}`).toBe(true)
  }
}

const listPictures = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.png'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

const oneLine = (text: string | undefined): string => {
  expect(text).not.toContain('\n')
  return text ?? ''
}

describe('a folder that goes while a run trains', () => {
  test('is not missed where its pictures are cached: removed, or each file changed', async () => {
    for (const harm of ['removed', 'changed'] as const) {
      const folder = copyPictures(harm)
      let isDone = false
      const held: TrainingStatus[] = []
      const handle: TrainingHandle = train(harm, folder, {
        onBetweenSteps: () => {
          if (isDone || handle.step !== 2) return
          isDone = true
          if (harm === 'removed') rmSync(folder, { recursive: true })
          else for (const file of listPictures(folder)) writeFileSync(file, 'no picture any more')
        },
        onStatus: (status) => {
          if (status.phase === 'paused') held.push(status)
        },
      })
      expect((await finish(handle)).state).toBe('finished')
      expect(isDone).toBe(true)
      expect(held).toEqual([])
      expectUnbroken(harm)
    }
  })

  test('stops it with a checkpoint and a reason where they are not; it goes on when they are back', async () => {
    switchCacheOff()
    const folder = copyPictures('renamed')
    let away = 0
    const held: TrainingStatus[] = []
    const take = (): void => {
      away += 1
      renameSync(folder, `${folder}-away`)
    }
    const handle: TrainingHandle = train('renamed', folder, {
      onBetweenSteps: () => {
        if (handle.step === 2 && away === 0) take()
      },
      onEpoch: ({ epoch }) => {
        if (epoch === 1) take()
      },
      onStatus: (status) => {
        if (status.phase !== 'paused') return
        held.push(status)
        expect(readdirSync(join(lab.run('renamed'), 'checkpoints')).length).toBeGreaterThan(0)
        const run = JSON.parse(readFileSync(join(lab.run('renamed'), 'run.json'), 'utf8')) as object
        expect(run).toMatchObject({ state: 'paused' })
        renameSync(`${folder}-away`, folder)
        setTimeout(() => handle.resume(), 20)
      },
    })
    expect((await finish(handle)).state).toBe('finished')
    expect(held).toHaveLength(2)
    const { error, message } = held[0] ?? {}
    expect(message).toBe('Paused: pictures cannot be read')
    expect(oneLine(error?.message)).toMatch(/^Expected .*\.png in .*; the folder is gone\.$/)
    expect(oneLine(error?.hint)).toMatch(/^Put it back: .* Resume\. A checkpoint has been written/)
    expectUnbroken('renamed')
    expect((await readRun(lab.run('renamed'))).state).toBe('finished')
  })

  test('can be stopped while it waits, with nothing lost; a single file is enough', async () => {
    switchCacheOff()
    const folder = copyPictures('single')
    const taken: string[] = []
    const handle: TrainingHandle = train('single', folder, {
      onBetweenSteps: () => {
        if (handle.step !== 2 || taken.length > 0) return
        for (const file of listPictures(folder)) {
          taken.push(file)
          renameSync(file, `${file}.away`)
        }
      },
      onStatus: ({ phase, error }) => {
        if (phase !== 'paused') return
        expect(oneLine(error?.message)).toMatch(/; the file is gone\.$/)
        handle.stop()
      },
    })
    expect(await handle.finished).toMatchObject({ state: 'stopped', error: null })
    const before = await readMetrics(lab.run('single'))
    for (const file of taken) renameSync(`${file}.away`, file)
    await finish(await continueTraining(lab.run('single'), {}))
    expectUnbroken('single')
    expect((await readMetrics(lab.run('single'))).slice(0, before.length)).toEqual(before)
  })

  test('before training has begun ends it in one line', async () => {
    const folder = copyPictures('early')
    let isTaken = false
    const handle = train('early', folder, {
      onStatus: ({ message }) => {
        if (isTaken || !message.startsWith('Building')) return
        isTaken = true
        rmSync(folder, { recursive: true })
      },
    })
    const { state, error } = await handle.finished
    expect(state).toBe('failed')
    expect(oneLine(error?.message)).toMatch(/; the folder is gone\.$/)
    expect(existsSync(join(lab.run('early'), 'run.json'))).toBe(false)
  })
})

describe('a run that goes on', () => {
  test('without its folder, from the prepared cache', async () => {
    const folder = copyPictures('offline')
    await trainUntil('offline', folder, 3)
    rmSync(folder, { recursive: true })
    const notes: string[] = []
    await finish(await continueTraining(lab.run('offline'), { onNote: (note) => notes.push(note) }))
    expectUnbroken('offline')
    expect(notes[0]).toMatch(/24 of 24 pictures.*in the prepared cache \(There is no folder/)
  })

  test('where files were taken away, touched and added, the last named after the first', async () => {
    const folder = copyPictures('altered')
    await trainUntil('altered', folder, 3)
    const files = listPictures(folder)
    const [first = '', second = ''] = files
    rmSync(second)
    // Names that come before all others, also as a class.
    cpSync(first, join(first, '..', '0000.png'))
    cpSync(join(first, '..'), join(folder, '0-new-class'), { recursive: true })
    const notes: string[] = []
    await finish(await continueTraining(lab.run('altered'), { onNote: (note) => notes.push(note) }))
    expectUnbroken('altered')
    expect(notes[0]).toMatch(/: 1 of 24 pictures\./)

    const touched = copyPictures('touched')
    await trainUntil('touched', touched, 3)
    const [file = ''] = listPictures(touched)
    utimesSync(file, new Date(), new Date(1e12))
    const told: string[] = []
    await finish(await continueTraining(lab.run('touched'), { onNote: (note) => told.push(note) }))
    expect(told[0]).toMatch(
      /^Changed since they were prepared, and used as they are now: .*\.png\./,
    )
    expectUnbroken('touched')
  })

  test('says how many pictures are missing where the cache lacks them too', async () => {
    switchCacheOff()
    const folder = copyPictures('missing')
    await trainUntil('missing', folder, 3)
    for (const file of listPictures(folder).slice(0, 3)) rmSync(file)
    const few = await (await continueTraining(lab.run('missing'), {})).finished
    expect(oneLine(few.error?.message)).toMatch(
      /Expected the 24 pictures .*; 3 of them are neither/,
    )
    rmSync(folder, { recursive: true })
    const all = await (await continueTraining(lab.run('missing'), {})).finished
    expect(all.error?.code).toBe('pictures-missing')
    expect(oneLine(all.error?.message)).toMatch(/; 24 of them .* There is no folder/)
    cpSync(lab.dataFolder, folder, { recursive: true, preserveTimestamps: true })
    await finish(await continueTraining(lab.run('missing'), {}))
    expectUnbroken('missing')
  })

  test('keeps its place where whole batches cannot be decoded, and leaves out what it left out', async () => {
    const spoil = (name: string): string => {
      const folder = copyPictures(name)
      // Good headers, so that the scan takes them.
      for (const file of listPictures(folder).slice(0, 6)) truncateSync(file, 200)
      return folder
    }
    const changes = { order: 'sequential', batchSize: 2, accumulate: 2 } as const
    const whole = spoil('spoilt')
    const notes: string[] = []
    await finish(train('spoilt', whole, { onNote: (note) => notes.push(note) }, changes))
    expect(notes.join()).toMatch(/Left out because they cannot be read: 6 /)

    const folder = spoil('spoilt-stopped')
    const handle: TrainingHandle = train(
      'spoilt-stopped',
      folder,
      {
        onBetweenSteps: () => {
          if (handle.step === 2) handle.stop()
        },
      },
      changes,
    )
    expect((await finish(handle)).state).toBe('stopped')
    // Those that it began without are not asked for, whether they are there or not.
    rmSync(folder, { recursive: true })
    await finish(await continueTraining(lab.run('spoilt-stopped'), {}))
    for (const file of ['model.safetensors', 'optimizer.safetensors']) {
      const [one, other] = ['spoilt', 'spoilt-stopped'].map((name) => lab.bytes(name, EPOCHS, file))
      expect(one?.equals(other ?? Buffer.of()), file).toBe(true)
    }
  })
})
