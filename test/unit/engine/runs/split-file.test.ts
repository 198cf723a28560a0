import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSplit } from '../../../../src/main/engine/runs/run-folder'
import { listOwnPictures } from '../../../../src/main/engine/runs/split-pictures'
import { makeTemporaryFolder } from '../../../support/pictures'
import { writeRunFolder } from '../../../support/written-run'

let folder = ''
let remove: () => Promise<void>
let run = ''
beforeAll(async () => {
  ;({ folder, remove } = await makeTemporaryFolder())
  run = writeRunFolder(folder, { name: 'run', epochs: 1, stepsPerEpoch: 1, rate: 1 })
})
afterAll(() => remove())

const write = (split: unknown): void =>
  writeFileSync(join(run, 'split.json'), JSON.stringify(split))
const HALVES = { version: 1, train: ['train/cat/1.jpg'], validation: ['val/dog/1.jpg'] }
const TEST = ['test/cat/1.jpg', 'test/dog/1.jpg']

test('a run knows the test half that it left alone', async () => {
  write({ ...HALVES, test: TEST, labels: { train: [0], validation: [1], test: [0, 1] } })
  expect(await listOwnPictures(run, 'test')).toEqual([
    { file: TEST[0], path: '/data/animals/test/cat/1.jpg', className: 'cat' },
    { file: TEST[1], path: '/data/animals/test/dog/1.jpg', className: 'dog' },
  ])
})

test('a split without a test half, as earlier versions wrote it, still reads', async () => {
  write({ ...HALVES, labels: { train: [0], validation: [1] } })
  expect((await readSplit(run)).test).toBeUndefined()
  await expect(listOwnPictures(run, 'test')).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('had none') as string,
  })
})

test('a test half whose classes are not as many as its pictures is damaged', async () => {
  write({ ...HALVES, test: TEST, labels: { train: [0], validation: [1], test: [0] } })
  await expect(readSplit(run)).rejects.toMatchObject({ code: 'unreadable' })
})
