import { execFileSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openRun, readMetrics, readRun, startTraining } from '../../../src/main/engine/training'
import type { TrainingHandle } from '../../../src/main/engine/training/types'
import type { TrainingStatus } from '../../../src/shared/contract'
import { until } from '../../support/until'
import { SETTINGS, SmallLab, finish } from './small-run'

const lab = new SmallLab()
beforeAll(async () => {
  await lab.fill()
  await finish(lab.start('unbroken'))
})

/** Bytes of the disk that fills up: a checkpoint of the small network takes 2.8 MB. */
const DISK_MB = 24
const mounted: string[] = []
afterAll(() => {
  for (const folder of mounted) execFileSync('umount', [folder])
  lab.remove()
})

/** A disk of its own; null where this process may not mount one. */
function mountDisk(name: string): string | null {
  const folder = lab.run(name)
  mkdirSync(folder)
  try {
    const options = `size=${DISK_MB}m`
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    return null
  }
  mounted.push(folder)
  return folder
}

const disk = process.platform === 'linux' ? mountDisk('disk') : null

/** Writes until nothing fits any more: a run that trains meanwhile takes room of its own. */
function fillDisk(ballast: string): void {
  const file = openSync(ballast, 'w')
  const block = Buffer.alloc(4096)
  try {
    for (;;) writeSync(file, block)
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: 'ENOSPC' })
  } finally {
    closeSync(file)
  }
}

/** Trains in a folder; `onHeld` is called each time that training stands still for want of room. */
function train(runFolder: string, onHeld: (status: TrainingStatus) => void): TrainingHandle {
  return startTraining(
    { dataFolder: lab.dataFolder, runFolder, name: 'held', settings: SETTINGS },
    {
      onStatus: (status) => {
        if (status.phase === 'paused') onHeld(status)
      },
    },
  )
}

async function expectLikeUnbroken(runFolder: string): Promise<void> {
  const [own, other] = await Promise.all([readMetrics(runFolder), readMetrics(lab.run('unbroken'))])
  const strip = (lines: typeof own) => lines.map(({ kind, step, train }) => ({ kind, step, train }))
  expect(strip(own)).toEqual(strip(other))
  const { network, checkpoint } = await openRun(runFolder, 'epoch-0003')
  expect(checkpoint).toBe('epoch-0003')
  network.dispose()
}

describe('a folder that cannot be written to', () => {
  test.skipIf(disk === null)(
    'a full disk: training stands still and goes on once there is room',
    async () => {
      const folder = join(disk ?? '', 'run')
      const ballast = join(disk ?? '', 'ballast')
      const held: TrainingStatus[] = []
      const handle = startTraining(
        { dataFolder: lab.dataFolder, runFolder: folder, name: 'held', settings: SETTINGS },
        {
          onEpoch: ({ epoch }) => {
            if (epoch !== 1) return
            fillDisk(ballast)
          },
          onStatus: (status) => {
            if (status.phase !== 'paused') return
            held.push(status)
            // Half of a checkpoint was written: nothing of it may be left, and the one before stays.
            const names = readdirSync(join(folder, 'checkpoints'))
            expect(names.filter((name) => !name.startsWith('.'))).toEqual(['epoch-0001'])
            rmSync(ballast)
            setTimeout(() => handle.resume(), 20)
          },
        },
      )
      await finish(handle)
      expect(held[0]?.error).toMatchObject({ code: 'disk' })
      expect(held[0]?.error?.message).toMatch(/the disk is full \(ENOSPC\)/)
      expect(held[0]?.error?.hint).toMatch(/Resume/)
      await expectLikeUnbroken(folder)
      expect((await readRun(folder)).state).toBe('finished')
    },
  )

  test.skipIf(disk === null)('a stop is obeyed while the disk is full', async () => {
    const folder = join(disk ?? '', 'stopped')
    const ballast = join(disk ?? '', 'ballast')
    const handle = train(folder, () => {
      handle.stop()
    })
    await until(() => handle.run !== null)
    fillDisk(ballast)
    expect(await handle.finished).toMatchObject({ state: 'stopped', error: null })
    rmSync(ballast)
  })

  test('a folder that is gone for a while', async () => {
    const folder = lab.run('moved')
    let holds = 0
    const handle: TrainingHandle = startTraining(
      { dataFolder: lab.dataFolder, runFolder: folder, name: 'held', settings: SETTINGS },
      {
        onEpoch: ({ epoch }) => {
          if (epoch !== 1) return
          renameSync(folder, `${folder}-away`)
          // In its place something that is no folder: a disk that is taken out leaves nothing.
          writeFileSync(folder, '')
        },
        onStatus: ({ phase, error }) => {
          if (phase !== 'paused' || error === null) return
          expect(error.message).toMatch(/a part of the path is not a folder \(ENOTDIR\)/)
          holds += 1
          rmSync(folder)
          renameSync(`${folder}-away`, folder)
          setTimeout(() => handle.resume(), 20)
        },
      },
    )
    await finish(handle)
    expect(holds).toBe(1)
    await expectLikeUnbroken(folder)
  })
})
