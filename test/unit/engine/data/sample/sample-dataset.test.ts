import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  SAMPLE_CLASSES,
  writeSampleDataset,
} from '../../../../../src/main/engine/data/sample/sample-dataset'
import { decodePicture } from '../../../../../src/main/engine/data/pictures/decode-picture'
import { scanFolder } from '../../../../../src/main/engine/data/scan/scan-folder'
import { makeTemporaryFolder } from '../../../../support/pictures'

let base = ''
let remove: () => Promise<void>
beforeEach(async () => {
  ;({ folder: base, remove } = await makeTemporaryFolder())
})
afterEach(() => remove())

const SMALL = { classes: 12, images: 2, size: 32, seed: 1 }

test('writes a data set that scans clean, one folder per class', async () => {
  const folder = join(base, 'deep', 'sample')
  const report = await writeSampleDataset({ ...SMALL, folder })
  expect(report).toEqual({ folder, classNames: [...SAMPLE_CLASSES].sort(), images: 24 })
  const dataset = await scanFolder(folder)
  expect(dataset.classNames).toEqual(report.classNames)
  expect(dataset.files).toHaveLength(24)
  expect(dataset.skipped).toEqual([])
  for (const { file } of dataset.files) {
    const { width, height, pixels } = await decodePicture(join(folder, file))
    expect([width, height]).toEqual([32, 32])
    // Never a blank picture.
    expect(new Set(pixels).size).toBeGreaterThan(20)
  }
})

test('the same seed gives the same bytes, another seed others', async () => {
  const read = async (name: string, seed: number): Promise<Buffer> => {
    await writeSampleDataset({ ...SMALL, classes: 2, seed, folder: join(base, name) })
    return readFile(join(base, name, 'circle', 'circle-0002.png'))
  }
  const first = await read('a', 1)
  expect((await read('b', 1)).equals(first)).toBe(true)
  expect((await read('c', 2)).equals(first)).toBe(false)
})

test('writes again over its own, never over anything else', async () => {
  const folder = join(base, 'sample')
  await writeSampleDataset({ ...SMALL, classes: 4, folder })
  await writeSampleDataset({ ...SMALL, classes: 2, images: 3, folder })
  const folders = (await readdir(folder)).filter((name) => !name.startsWith('.'))
  expect(folders).toHaveLength(2)
  expect(await readdir(join(folder, 'circle'))).toHaveLength(3)

  await writeFile(join(folder, 'circle', 'mine.png'), 'mine')
  await expect(writeSampleDataset({ ...SMALL, folder })).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('circle/mine.png') as unknown,
  })
  expect(await readdir(join(folder, 'circle'))).toHaveLength(4)

  const foreign = join(base, 'foreign')
  await mkdir(foreign)
  await writeFile(join(foreign, 'thesis.txt'), 'years of work')
  await expect(writeSampleDataset({ ...SMALL, folder: foreign })).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('is not empty (thesis.txt)') as unknown,
  })
  expect(await readdir(foreign)).toEqual(['thesis.txt'])
  await expect(
    writeSampleDataset({ ...SMALL, folder: join(foreign, 'thesis.txt') }),
  ).rejects.toMatchObject({ code: 'bad-input' })
})

test('refuses values out of range, with the range', async () => {
  const folder = join(base, 'sample')
  await expect(writeSampleDataset({ ...SMALL, classes: 13, folder })).rejects.toThrow(
    /Classes must be a whole number from 2 to 12 .*; got 13/,
  )
  await expect(writeSampleDataset({ ...SMALL, size: 4, folder })).rejects.toThrow(/from 16 to 1024/)
  expect(await readdir(base)).toEqual([])
})
