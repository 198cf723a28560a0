import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { scanFolder } from '../../../../../src/main/engine/data/scan/scan-folder'
import { drawSplit, joinValidationFolder } from '../../../../../src/main/engine/data/scan/split'
import { filterPictures, openDataset } from '../../../../../src/main/engine/service/open-dataset'
import { findName } from '../../../../../src/shared/same-name'
import { encodedPicture, makeTemporaryFolder, writeDeep } from '../../../../support/pictures'

/** "café" as one character for the accent (NFC), and as two (NFD), as macOS and old archives have it. */
const COMPOSED = 'caf\u00e9'
const DECOMPOSED = 'cafe\u0301'
const PICTURE = encodedPicture('grey.jpg')
let folder = ''
let remove: () => Promise<void>
beforeEach(async () => {
  ;({ folder, remove } = await makeTemporaryFolder())
})
afterEach(() => remove())

const add = async (...paths: string[]): Promise<void> => {
  for (const path of paths) await writeDeep(join(folder, path, 'p.jpg'), PICTURE)
}

test('a class is the same in both halves, however its accent is spelt', async () => {
  await add(`train/${COMPOSED}`, 'train/tea', `val/${DECOMPOSED}`, 'val/tea')
  const dataset = await scanFolder(folder)
  expect(dataset.classNames).toEqual([COMPOSED, 'tea'])
  expect(dataset.skipped).toEqual([])
  const { validation } = drawSplit(dataset, { share: 0.5, seed: 1 })
  expect(validation.map((id) => dataset.files[id]?.file)).toEqual([
    `val/${DECOMPOSED}/p.jpg`,
    'val/tea/p.jpg',
  ])
})

test('a class is the same in a validation folder of its own', async () => {
  await add(`one/${DECOMPOSED}`, 'one/tea', `two/${COMPOSED}`, 'two/tea')
  const [one, two] = [await scanFolder(join(folder, 'one')), await scanFolder(join(folder, 'two'))]
  const joined = joinValidationFolder(one, two)
  expect(joined.files.filter(({ givenSplit }) => givenSplit === 'validation')).toHaveLength(2)
})

test('two folders of one name in both spellings are one class, and that is told', async () => {
  await add(COMPOSED, DECOMPOSED, 'tea')
  const { classNames, files, warnings } = await scanFolder(folder)
  expect(classNames).toEqual([COMPOSED, 'tea'])
  expect(files.map(({ classIndex }) => classIndex).sort()).toEqual([0, 0, 1])
  expect(warnings[0]).toMatch(/^Taken as one class, .* spells an accent: two folders caf\u00e9\.$/)
})

test('a typed name finds pictures in either spelling, and a class of an older run is known', async () => {
  await add(DECOMPOSED, 'tea')
  const drawn = { validationShare: 0.2, seed: 1 }
  const open = openDataset(await scanFolder(folder), null, drawn)
  expect(filterPictures(open, { classIndex: null, text: 'CAF\u00c9' })).toHaveLength(1)
  expect(findName(['tea', DECOMPOSED], COMPOSED)).toBe(1)
  expect(findName(['tea'], COMPOSED)).toBe(-1)
})

// Other systems refuse such names.
test.runIf(process.platform === 'linux')('names that are not UTF-8 are told rightly', async () => {
  await add('cat', 'dog', 'genuine \ufffd')
  const raw = (...names: string[]): Buffer => Buffer.from([folder, ...names].join('/'), 'latin1')
  writeFileSync(raw('cat', 'gar\u00e7on.jpg'), PICTURE)
  writeFileSync(raw('cat', 'gar\u00e8on.jpg'), PICTURE)
  mkdirSync(raw('caf\u00e9'))
  writeFileSync(raw('caf\u00e9', 'p.jpg'), PICTURE)
  const { classNames, files, skipped, warnings } = await scanFolder(folder)
  expect(classNames).toEqual(['cat', 'dog', 'genuine \ufffd'])
  expect(files).toHaveLength(3)
  const reason = 'its name is not UTF-8; rename it'
  expect(skipped).toEqual([
    { file: 'caf\\xe9', reason },
    { file: 'cat/gar\\xe7on.jpg', reason },
    { file: 'cat/gar\\xe8on.jpg', reason },
  ])
  expect(warnings).toContain(`The folder caf\\xe9 was left out: ${reason}.`)
})
