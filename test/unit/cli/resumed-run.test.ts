import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { listGiven, readSettings, type TrainFlags } from '../../../src/main/cli/train-options'
import { openResumed } from '../../../src/main/cli/resumed-run'
import { writeRunFolder } from '../../support/written-run'

const root = mkdtempSync(join(tmpdir(), 'vgg-lab-resumed-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** What `train <flags> --resume` finds, with the options that the run was begun with. */
const open = (run: string, flags: TrainFlags, folder: string | null = null) => {
  const all = { input: 32, width: 0.25, epochs: 3, ...flags }
  return openResumed({ run, folder, settings: readSettings(all), given: listGiven(all) })
}

test('a finished run that is sent again is finished, with the epochs that it has', async () => {
  const run = writeRunFolder(root, { name: 'done', epochs: 3, stepsPerEpoch: 2, rate: 1 })
  expect(await open(run, {})).toMatchObject({ kind: 'finished', epochs: 3, step: 6 })
  // A value that the run has is no change: not of the learning rate either.
  expect(await open(run, { lr: 0.001 })).toMatchObject({ kind: 'finished' })
  expect(await open(run, { epochs: 5 })).toMatchObject({
    kind: 'unfinished',
    changes: { epochs: 5 },
  })
})

test('one that stopped early is finished until it need not stop', async () => {
  const run = writeRunFolder(root, {
    name: 'early',
    epochs: 3,
    stepsPerEpoch: 2,
    rate: 1,
    settings: { epochs: 50, earlyStopping: 2 },
  })
  const line = { epochs: 50, earlyStopping: 2 }
  expect(await open(run, line)).toMatchObject({ kind: 'finished', epochs: 3 })
  expect(await open(run, { ...line, earlyStopping: 0 })).toMatchObject({
    kind: 'unfinished',
    changes: { earlyStopping: 0 },
  })
})

test('an unfinished run goes on, its pictures may have moved', async () => {
  const run = writeRunFolder(root, {
    name: 'stopped',
    epochs: 3,
    stepsPerEpoch: 2,
    rate: 1,
    run: { state: 'stopped' },
  })
  expect(await open(run, {})).toEqual({ kind: 'unfinished', runFolder: run, changes: {} })
  expect(await open(run, {}, '/elsewhere')).toMatchObject({ changes: { dataFolder: '/elsewhere' } })
  await expect(open(run, { seed: 5, val: 0.3 })).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(
      /got --val 0\.3 \(the run has 0\.2\), --seed 5 \(the run has 1\)\.$/,
    ) as string,
  })
})

test('where there is no run yet, one is begun if there are pictures', async () => {
  const run = join(root, 'none')
  expect(await open(run, {}, '/pictures')).toEqual({ kind: 'missing', runFolder: run })
  await expect(open(run, {})).rejects.toMatchObject({ code: 'not-found' })
})
