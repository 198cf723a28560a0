import { writeFile } from 'node:fs/promises'
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
    expect(reasons['gone.jpg']).toBe('there is no such file (line 5)')
    expect(dataset.warnings[0]).toBe(
      `Not there: 1 of the 6 files that the list names, the first being gone.jpg (line 5). Paths are read from ${folder}.`,
    )
  })

  test.each([
    ['a.csv', 'name,label\nx,y\n', /columns file and label in .*a\.csv; got name, label\./],
    ['a.csv', '', /columns file and label in .*; got nothing\./],
    [
      'a.csv',
      'file,label,split\na.jpg,cat,big\n',
      /split in line 2 to be train, val or test .*big/,
    ],
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
    await expect(scanDataset(join(folder, 'none.csv'))).rejects.toMatchObject({
      code: 'not-found',
      message: `There is no file ${join(folder, 'none.csv')}.`,
    })
  })
})

const catAndDog = [
  ['e.jpg', 'dog', null],
  ['in/a.jpg', 'cat', null],
]

describe('one separator, which the heading tells, so that another is text', () => {
  test.each([
    ['a semicolon; decimals with commas', 'file;score;label\nin/a.jpg;1,5;cat\ne.jpg;0,25;dog\n'],
    ['a comma; semicolons', 'file,label,note\nin/a.jpg,cat,a;b\ne.jpg,dog,c;d;e\n'],
    ['a tab', 'file\tlabel\tnote\nin/a.jpg\tcat\t\ne.jpg\tdog\ta,b;c\n'],
    ['a tab; an empty field inside', 'file\tx\tlabel\nin/a.jpg\t\tcat\ne.jpg\t\tdog\n'],
    ['a bar', 'file|label\nin/a.jpg|cat\ne.jpg|dog\n'],
    ["Excel's line for it", 'sep=;\r\nfile;label\r\nin/a.jpg;cat\r\ne.jpg;dog\r\n'],
    [
      'a table with an unnamed index, as pandas writes it',
      ',file,label\n0,in/a.jpg,cat\n1,e.jpg,dog\n',
    ],
    [
      'empty fields at the end, as spreadsheets write them',
      'file,label\nin/a.jpg,cat,,\ne.jpg,dog,,\n',
    ],
    ['a quote inside a field', 'file,label,note\nin/a.jpg,cat,5" wide\ne.jpg,dog,\n'],
  ])('%s', async (_, text) => {
    for (const name of ['list.csv', 'list.tsv']) {
      const dataset = await scanText(name, text)
      expect(listFiles(dataset)).toEqual(catAndDog)
      expect(dataset.skipped).toEqual([])
    }
  })

  test('labels with a comma stay whole', async () => {
    const { classNames } = await scanText('a.csv', 'file;label\nin/a.jpg;1,5\ne.jpg;2,5\n')
    expect(classNames).toEqual(['1,5', '2,5'])
  })
})

describe('headings', () => {
  test.each([
    ['file_name', 'label'],
    ['filename', 'class'],
    ['File Name', 'Category'],
    ['image_path', 'class_name'],
    ['img-path', 'species'],
    ['filepaths', 'labels'],
    ['image_id', 'target'],
  ])('%s and %s', async (file, label) => {
    const dataset = await scanText('a.csv', `id,${label},${file}\n1,cat,in/a.jpg\n2,dog,e.jpg\n`)
    expect(listFiles(dataset)).toEqual(catAndDog)
  })

  test('that could both be meant are told', async () => {
    const text = 'image,path,label\n1,in/a.jpg,cat\n2,e.jpg,dog\n'
    const dataset = await scanText('a.csv', text)
    expect(listFiles(dataset)).toEqual(catAndDog)
    expect(dataset.warnings[0]).toBe('The file was read from the column "path", not from image.')
  })
})

describe('a split', () => {
  test('keeps a test half apart; without a validation half one is drawn', async () => {
    const text = 'file,label,Split\nin/a.jpg,cat,Training\ne.jpg,dog,train\nin/b.jpg,cat,TEST\n'
    const dataset = await scanText('a.csv', text)
    expect(dataset.layout).toBe('train-test')
    expect(listFiles(dataset)).toEqual([...catAndDog, ['in/b.jpg', 'cat', 'test']])
  })

  test('may be called data set, and a fold that is no split is not one', async () => {
    const rows = (a: string, b: string): string => `in/a.jpg,cat,${a}\ne.jpg,dog,${b}\n`
    const more = 'in/b.jpg,cat,valid\n'
    const split = await scanText('a.csv', `file,label,data set\n${rows('train', 'train')}${more}`)
    expect(split.layout).toBe('train-val')
    const folds = await scanText('b.csv', `file,label,fold\n${rows('0', '1')}`)
    expect(listFiles(folds)).toEqual(catAndDog)
    expect(folds.warnings[0]).toBe(
      'The column "fold" was not used as a split: "0" (line 2) is not train, val or test.',
    )
  })
})

describe('what a list may be beside a table', () => {
  test.each(['a.jsonl', 'a.ndjson', 'a.json'])('JSON lines (%s)', async (name) => {
    const lines = [
      { file_name: 'in/a.jpg', label: 'cat' },
      { file_name: 'e.jpg', label: 'dog' },
    ]
    const text = `\uFEFF${lines.map((line) => JSON.stringify(line)).join('\n')}\n\n`
    expect(listFiles(await scanText(name, text))).toEqual(catAndDog)
  })

  test.each([
    [
      'a.jsonl',
      '{"file":"e.jpg","label":"x"}\n{"file":\n',
      /Expected JSON in line 2 in .*a\.jsonl/,
    ],
    ['a.jsonl', '{"file":"e.jpg","label":"x"}\n[1]\n', /an object in line 2 in /],
    ['a.json', '{"train":["a.jpg"],"test":["e.jpg"]}', /labels to files .*names of halves/],
    ['a.json', '[{"file":"e.jpg","label":["x"]}]', /a text as label in entry 1 .*got a list/],
  ])('%s %s is refused by its place', async (name, text, said) => {
    await expect(scanText(name, text)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(said) as string,
    })
  })
})

describe('an encoding other than UTF-8 is refused in plain words', () => {
  const text = 'file,label\nin/a.jpg,cat\ne.jpg,caf\u00e9\n'
  test.each([
    ['UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ['another encoding, such as Windows-1252, in line 3', Buffer.from(text, 'latin1')],
    ['an archive, such as an Excel workbook', Buffer.from('PK\u0003\u0004 and so on')],
  ])('%s', async (came, bytes) => {
    await writeFile(join(folder, 'list.csv'), bytes)
    const error: unknown = await scanDataset(join(folder, 'list.csv')).catch((e: unknown) => e)
    expect(error).toMatchObject({
      code: 'bad-input',
      message: `Expected UTF-8 text in ${join(folder, 'list.csv')}; got ${came}.`,
      hint: expect.stringContaining('CSV UTF-8') as string,
    })
  })
})

describe('rows and paths', () => {
  test('ragged rows are left out, each with its line', async () => {
    const dataset = await scanText(
      'a.csv',
      'file,label\nin/a.jpg,cat\nin/c, and "d".jpg,cat\ne.jpg,dog\nin/b.jpg\n',
    )
    expect(listFiles(dataset)).toEqual(catAndDog)
    expect(dataset.skipped).toEqual([
      { file: 'a.csv', reason: '3 fields where the heading has 2 (line 3)' },
      { file: 'a.csv', reason: '1 field where the heading has 2 (line 5)' },
    ])
    expect(dataset.warnings[0]).toMatch(/2 fields of the heading were left out: line 3, line 5\./)
  })

  test('backslashes separate folders, as Windows writes them', async () => {
    const text = 'file,label\n.\\in\\a.jpg,cat\ne.jpg,dog\n'
    expect(listFiles(await scanText('a.csv', text))).toEqual(catAndDog)
  })

  test.skipIf(process.platform === 'win32')('a backslash in a name is one', async () => {
    await writeDeep(join(folder, 'odd\\name.jpg'), encodedPicture('grey.jpg'))
    const dataset = await scanText('a.csv', 'file,label\nodd\\name.jpg,cat\ne.jpg,dog\n')
    expect(dataset.files.map(({ file }) => file)).toEqual(['e.jpg', 'odd\\name.jpg'])
  })

  test('a name in one Unicode form opens the file in the other, and labels are the same', async () => {
    await writeDeep(join(folder, 'cafe\u0301/e\u0301.jpg'), encodedPicture('grey.jpg'))
    const dataset = await scanText(
      'a.csv',
      'file,label\ncaf\u00e9/\u00e9.jpg,caf\u00e9\nin/a.jpg,cafe\u0301\ne.jpg,dog\ncafe\u0301/e\u0301.jpg,dog\n',
    )
    expect(dataset.classNames).toEqual(['caf\u00e9', 'dog'])
    expect(dataset.files).toHaveLength(3)
    expect(dataset.skipped).toMatchObject([{ reason: 'listed before (line 2)' }])
  })

  test('upper and lower case that differ are told, and an address is no file', async () => {
    const { skipped } = await scanText(
      'a.csv',
      'file,label\nin/a.jpg,cat\ne.jpg,dog\nin/B.JPG,cat\nhttps://host/x.jpg,cat\n',
    )
    expect(skipped.map(({ reason }) => reason).sort()).toEqual([
      'an address, not the path of a file (line 5)',
      'there is no such file, but there is b.jpg (line 4)',
    ])
  })

  test('a class that has test pictures alone is told', async () => {
    const { warnings } = await scanText(
      'a.csv',
      'file,label,split\nin/a.jpg,cat,train\ne.jpg,dog,train\nin/b.jpg,fox,test\n',
    )
    expect(warnings[0]).toBe('Left out because none of them is for training: fox.')
  })
})
