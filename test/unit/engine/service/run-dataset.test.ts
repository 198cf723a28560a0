import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  filterPictures,
  locatePicture,
  summarise,
} from '../../../../src/main/engine/service/open-dataset'
import { openRunDataset } from '../../../../src/main/engine/service/run-dataset'
import { writeRunFolder } from '../../../support/written-run'

let root: string
let data: string
let elsewhere: string

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'vgg-lab-run-dataset-'))
  data = join(root, 'animals')
  elsewhere = join(root, 'held-out')
  for (const folder of [data, elsewhere]) {
    for (const name of ['cat', 'dog']) {
      mkdirSync(join(folder, name), { recursive: true })
      for (const file of ['1.png', '2.png', '3.png']) {
        writeFileSync(join(folder, name, file), `${name} ${file}`)
      }
    }
  }
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** A run on the animals whose `split.json` is this. */
function writeRun(name: string, split: object, dataFolder = data): string {
  const run = { dataFolder, classNames: ['cat', 'dog'] }
  const folder = writeRunFolder(join(root, 'runs'), {
    name,
    run,
    epochs: 1,
    stepsPerEpoch: 1,
    rate: 1,
  })
  writeFileSync(join(folder, 'split.json'), JSON.stringify({ version: 1, ...split }))
  return folder
}

const namesOf = (open: Awaited<ReturnType<typeof openRunDataset>>, split: 'train' | 'validation') =>
  filterPictures(open, { classIndex: null, split }).map(({ file }) => file)

describe("a run's own pictures", () => {
  test('are those of its split in their halves, without what is gone or could not be decoded', async () => {
    const folder = writeRun('split', {
      train: ['cat/1.png', 'dog/1.png', 'dog/gone.png', 'dog/2.png'],
      validation: ['dog/3.png', 'cat/3.png'],
      labels: { train: [0, 1, 1, 1], validation: [1, 0] },
      unreadable: ['dog/2.png'],
    })
    const open = await openRunDataset(folder, {})
    expect(namesOf(open, 'train')).toEqual(['cat/1.png', 'dog/1.png'])
    expect(namesOf(open, 'validation')).toEqual(['cat/3.png', 'dog/3.png'])
    expect(summarise(open)).toMatchObject({
      folder: data,
      images: 4,
      classes: [
        { name: 'cat', train: 1, validation: 1 },
        { name: 'dog', train: 1, validation: 1 },
      ],
    })
  })

  test('tell of a file which of them it is; one that was added to the folder since is none', async () => {
    const names = { train: ['cat/1.png'], validation: ['../held-out/dog/1.png'] }
    const folder = writeRun('joined', { ...names, labels: { train: [0], validation: [1] } })
    const open = await openRunDataset(folder, {})
    expect(locatePicture(open, join(elsewhere, 'dog', '1.png'))).toEqual({
      file: '../held-out/dog/1.png',
      classIndex: 1,
      split: 'validation',
    })
    expect(locatePicture(open, join(data, 'cat', '1.png'))?.split).toBe('train')
    expect(locatePicture(open, join(data, 'cat', '2.png'))).toBeNull()
    expect(locatePicture(open, '/tmp/cat/1.png')).toBeNull()
  })

  test('have the class of their folder in a run of an earlier version', async () => {
    const folder = writeRun('old', {
      train: ['train/dog/1.png', 'dog/1.png'],
      validation: ['cat/2.png'],
    })
    const open = await openRunDataset(folder, {})
    expect(open.pictures.map(({ file, classIndex }) => [file, classIndex])).toEqual([
      ['cat/2.png', 0],
      ['dog/1.png', 1],
    ])
  })

  test('that are all gone are missed in one line', async () => {
    const split = { train: ['cat/1.png'], validation: [], labels: { train: [0], validation: [] } }
    const folder = writeRun('moved', split, join(root, 'nowhere'))
    await expect(openRunDataset(folder, {})).rejects.toMatchObject({
      code: 'pictures-missing',
      message: `Expected the 1 pictures of run moved in ${join(root, 'nowhere')}; none of them is there.`,
    })
  })
})
