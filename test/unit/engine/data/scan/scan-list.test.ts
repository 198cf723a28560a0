import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { scanDataset } from '../../../../../src/main/engine/data/scan/scan-list'
import type { Dataset } from '../../../../../src/main/engine/data/types'
import { encodedPicture, makeTemporaryFolder, writeDeep } from '../../../../support/pictures'

let folder = ''
let remove: () => Promise<void>
beforeEach(async () => {
  ;({ folder, remove } = await makeTemporaryFolder())
  for (const file of ['in/a.jpg', 'in/b.jpg', 'in/c, and "d".jpg', 'e.jpg']) {
    await writeDeep(join(folder, file), encodedPicture('grey.jpg'))
  }
})
afterEach(() => remove())

const scanText = async (name: string, text: string): Promise<Dataset> => {
  await writeDeep(join(folder, name), text)
  return scanDataset(join(folder, name))
}
const listFiles = ({ files, classNames }: Dataset) =>
  files.map(({ file, classIndex, givenSplit }) => [file, classNames[classIndex], givenSplit])

describe('a list of pictures', () => {
  test('is a table with quotes, a byte order mark and columns in any order', async () => {
    const dataset = await scanText(
      'list.csv',
      '\uFEFFLabel,other,File\ncat,1,in/a.jpg\ndog,2,"in/c, and ""d"".jpg"\n\ndog,3,e.jpg\n',
    )
    expect(dataset).toMatchObject({
      source: join(folder, 'list.csv'),
      folder,
      layout: 'classes',
      classNames: ['cat', 'dog'],
      skipped: [],
    })
    expect(listFiles(dataset)).toEqual([
      ['e.jpg', 'dog', null],
      ['in/a.jpg', 'cat', null],
      ['in/c, and "d".jpg', 'dog', null],
    ])
  })

  test('may say which pictures are held out', async () => {
    const dataset = await scanText(
      'list.tsv',
      'path\tclass\tset\nin/a.jpg\tcat\ttrain\nin/b.jpg\tcat\tval\ne.jpg\tdog\t\n',
    )
    expect(dataset.layout).toBe('train-val')
    expect(listFiles(dataset)).toEqual([
      ['e.jpg', 'dog', 'train'],
      ['in/a.jpg', 'cat', 'train'],
      ['in/b.jpg', 'cat', 'validation'],
    ])
  })

  test.each([
    ['[{"file":"in/a.jpg","label":"cat"},{"image":"e.jpg","class":7,"split":"train"}]'],
    ['{"cat":["in/a.jpg"],"7":["e.jpg"]}'],
  ])('is JSON too: %s', async (text) => {
    const dataset = await scanText('list.json', text)
    expect(dataset.classNames).toEqual(['7', 'cat'])
    expect(dataset.files.map(({ file }) => file)).toEqual(['e.jpg', 'in/a.jpg'])
  })

  test('skips what it cannot use, with the reason and the line', async () => {
    await writeDeep(join(folder, 'notes.txt'), 'no picture')
    const dataset = await scanText(
      'list.csv',
      'file,label\nin/a.jpg,cat\ne.jpg,dog\nin/a.jpg,dog\ngone.jpg,cat\nnotes.txt,dog\nin/b.jpg,\n',
    )
    expect(dataset.files).toHaveLength(2)
    const reasons = Object.fromEntries(dataset.skipped.map(({ file, reason }) => [file, reason]))
    expect(Object.keys(reasons)).toEqual(['gone.jpg', 'in/a.jpg', 'in/b.jpg', 'notes.txt'])
    expect(reasons['in/a.jpg']).toBe('listed before (line 4)')
    expect(reasons['in/b.jpg']).toBe('no label given (line 7)')
    expect(reasons['gone.jpg']).toMatch(/ENOENT.*\(line 5\)/)
  })

  test.each([
    ['a.csv', 'name,label\nx,y\n', /columns file and label in .*a\.csv; got name, label\./],
    ['a.csv', '', /columns file and label in .*; got nothing\./],
    ['a.csv', 'file,label,split\nin/a.jpg,cat,test\n', /split in line 2 to be train or val .*test/],
    ['a.csv', 'file,label\nin/a.jpg,"cat\n', /rows of a table in .*; got Quote Not Closed/],
    ['a.json', '{', /Expected JSON in .*a\.json; got /],
    ['a.json', '[{"file":"e.jpg"}]', /file and label in entry 1 in .*; got file\./],
    ['a.json', '7', /array of objects, .*; got number\./],
    ['a.csv', 'file,label\nin/a.jpg,cat\n', /two classes in .*; got one \(cat\) from 1 rows\./],
    ['a.csv', 'file,label\ngone.jpg,cat\n', /got none from 1 rows; gone\.jpg: /],
  ])('that is wrong is refused in a line (%s, %j)', async (name, text, said) => {
    const error = await scanText(name, text).then(
      () => null,
      (thrown: unknown) => thrown as Error,
    )
    expect(error).toMatchObject({ code: 'bad-input' })
    expect(error?.message).toMatch(said)
    expect(error?.message).not.toContain('\n')
  })

  test('that is not there is told', async () => {
    await expect(scanDataset(join(folder, 'none.csv'))).rejects.toMatchObject({ code: 'not-found' })
  })
})
