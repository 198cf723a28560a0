import { mkdir, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Progress } from '../../../../../src/shared/contract'
import { scanFolder } from '../../../../../src/main/engine/data/scan/scan-folder'
import { drawSplit, joinValidationFolder } from '../../../../../src/main/engine/data/scan/split'
import type { Dataset } from '../../../../../src/main/engine/data/types'
import {
  encodedPicture,
  makeTemporaryFolder,
  paintPicture,
  writeDeep,
} from '../../../../support/pictures'

let folder = ''
let remove: () => Promise<void>
beforeEach(async () => {
  ;({ folder, remove } = await makeTemporaryFolder())
})
afterEach(() => remove())

const PICTURE = encodedPicture('grey.jpg')

async function addPictures(path: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await writeDeep(join(folder, path, `p${i}.jpg`), PICTURE)
}

const reasons = (dataset: Dataset): Record<string, string> =>
  Object.fromEntries(dataset.skipped.map(({ file, reason }) => [file, reason]))

describe('scanFolder', () => {
  test('takes one subfolder per class, in plain order, deeper files too', async () => {
    await addPictures('b', 2)
    await addPictures('B', 1)
    await addPictures('a/deep/er', 1)
    await writeDeep(join(folder, 'a', 'z.dat'), await paintPicture(2, 2, () => [1, 2, 3]).png())
    const dataset = await scanFolder(folder)
    expect(dataset.layout).toBe('classes')
    expect(dataset.classNames).toEqual(['B', 'a', 'b'])
    expect(dataset.files.map(({ file, classIndex }) => [file, classIndex])).toEqual([
      ['B/p0.jpg', 0],
      ['a/deep/er/p0.jpg', 1],
      ['a/z.dat', 1],
      ['b/p0.jpg', 2],
      ['b/p1.jpg', 2],
    ])
    expect(dataset.files[0]).toEqual({
      file: 'B/p0.jpg',
      classIndex: 0,
      givenSplit: null,
      bytes: PICTURE.length,
      modifiedMs: (await stat(join(folder, 'B/p0.jpg'))).mtimeMs,
    })
    expect(dataset.warnings).toEqual([
      'Fewer than 10 training pictures: B (1), a (2), b (2).',
      'Only one picture, so none for validation: B.',
    ])
  })

  test('skips what is no picture, and says why', async () => {
    await addPictures('a', 10)
    await addPictures('b', 10)
    await addPictures('.hidden', 1)
    await mkdir(join(folder, 'void'))
    const files: Record<string, Uint8Array | string> = {
      'readme.md': 'pictures of things',
      'a/.DS_Store': 'x',
      'a/Thumbs.db': 'x',
      'a/.thumbs/p.jpg': PICTURE,
      'a/empty.jpg': '',
      'a/notes.jpg': 'these are notes',
      'a/photo.heic': '\0\0\0\u0018ftypheic\0\0\0\0mif1heic',
      'b/cut.png': (await paintPicture(2, 2, () => [0, 0, 0]).png()).subarray(0, 18),
      'b/cut.jpg': PICTURE.subarray(0, 40),
    }
    for (const [name, bytes] of Object.entries(files)) await writeDeep(join(folder, name), bytes)
    const dataset = await scanFolder(folder)
    expect(dataset.files).toHaveLength(20)
    expect(reasons(dataset)).toEqual({
      '.hidden': 'hidden folder',
      'readme.md': 'not inside a class folder',
      'a/.DS_Store': 'hidden file',
      'a/Thumbs.db': 'system file',
      'a/.thumbs': 'hidden folder',
      'a/empty.jpg': 'empty file (0 bytes)',
      'a/notes.jpg': 'not a picture (no JPEG, PNG, BMP, GIF or WebP)',
      'a/photo.heic': 'HEIC is not supported; convert it to JPEG',
      'b/cut.png': 'cut off inside its PNG header',
      'b/cut.jpg': 'cut off inside its JPEG header',
    })
    expect(dataset.warnings).toEqual(['Left out because they have no pictures: void.'])
  })

  test('finds the size behind a long JPEG header', async () => {
    const profile = Buffer.alloc(4 + 60_000, 7)
    profile.writeUInt16BE(0xffe2, 0)
    profile.writeUInt16BE(60_002, 2)
    const long = Buffer.concat([PICTURE.subarray(0, 2), profile, profile, PICTURE.subarray(2)])
    await addPictures('a', 1)
    await writeDeep(join(folder, 'b', 'long.jpg'), long)
    expect((await scanFolder(folder)).classNames).toEqual(['a', 'b'])
  })

  test('follows links, but never in a circle', async () => {
    await addPictures('a', 1)
    await addPictures('b', 1)
    await symlink(folder, join(folder, 'a', 'up'))
    await symlink(join(folder, 'a'), join(folder, 'a', 'self'))
    await symlink(join(folder, 'b', 'p0.jpg'), join(folder, 'a', 'linked.jpg'))
    await symlink(join(folder, 'nowhere'), join(folder, 'b', 'broken.jpg'))
    await symlink(join(folder, 'b', 'loop'), join(folder, 'b', 'loop'))
    const dataset = await scanFolder(folder)
    expect(dataset.files.map(({ file }) => file)).toEqual(['a/linked.jpg', 'a/p0.jpg', 'b/p0.jpg'])
    expect(reasons(dataset)).toEqual({
      'a/up': 'link to a folder that was already read',
      'a/self': 'link to a folder that was already read',
      'b/broken.jpg': 'broken link',
      'b/loop': 'link that points back to itself',
    })
  })

  test('takes train and val, and warns where they differ', async () => {
    await addPictures('Train/cat', 10)
    await addPictures('Train/dog', 10)
    await addPictures('Train/owl', 10)
    await addPictures('valid/cat', 2)
    await addPictures('valid/dog', 2)
    await addPictures('valid/fox', 1)
    await addPictures('other/cat', 1)
    const dataset = await scanFolder(folder)
    expect([dataset.layout, dataset.classNames]).toEqual(['train-val', ['cat', 'dog', 'owl']])
    expect(dataset.warnings).toEqual([
      'Not used, because they are beside Train and valid: other.',
      'Left out because they are in val but not in train: fox.',
      'In train but with no pictures in val: owl.',
    ])
    expect(reasons(dataset)).toEqual({
      other: 'folder next to Train and valid: not used',
      'valid/fox/p0.jpg': 'its class has no training pictures',
    })
    const split = drawSplit(dataset, { share: 0.5, seed: 1 })
    expect([split.train.length, split.validation.length]).toEqual([30, 4])
    expect(split.validation.every((id) => dataset.files[id]?.file.startsWith('valid/'))).toBe(true)
  })

  test('tells progress, and can be cancelled', async () => {
    await addPictures('a', 3)
    await addPictures('b', 3)
    const seen: Progress[] = []
    await scanFolder(folder, { onProgress: (progress) => seen.push(progress) })
    expect(seen.at(-1)).toMatchObject({ label: 'Reading file headers', done: 6, total: 6 })
    const controller = new AbortController()
    controller.abort()
    await expect(scanFolder(folder, { signal: controller.signal })).rejects.toMatchObject({
      code: 'cancelled',
    })
  })

  const errors: [string, () => Promise<string>, string, RegExp, RegExp][] = [
    [
      'a missing folder',
      () => Promise.resolve('none'),
      'not-found',
      /There is no folder .*none/,
      /path/,
    ],
    [
      'a file in place of a folder',
      async () => {
        await writeFile(join(folder, 'f'), 'x')
        return 'f'
      },
      'bad-input',
      /f is a file, not a folder/,
      /subfolder of pictures per class/,
    ],
    [
      'an empty folder',
      () => Promise.resolve(''),
      'bad-input',
      /no class folders: it is empty/,
      /subfolder/,
    ],
    [
      'pictures directly in the folder',
      async () => {
        await addPictures('.', 3)
        return ''
      },
      'bad-input',
      /no class folders: it holds 3 pictures directly/,
      /in their own subfolder/,
    ],
    [
      'one class',
      async () => {
        await addPictures('cat', 3)
        return ''
      },
      'bad-input',
      /pictures of one class only \(cat\); at least two/,
      /second class folder/,
    ],
    [
      'train alone',
      async () => {
        await addPictures('train/cat', 3)
        await addPictures('train/dog', 3)
        return ''
      },
      'bad-input',
      /is only a wrapper: the class folders are in its folder train\./,
      /Open .*train instead/,
    ],
    [
      'no pictures',
      async () => {
        await writeDeep(join(folder, 'a', 'x.jpg'), '')
        await writeDeep(join(folder, 'b', 'x.txt'), 'text')
        return ''
      },
      'bad-input',
      /no pictures: none of its 2 files can be used \(.*x\./,
      /JPEG, PNG, BMP, GIF or WebP/,
    ],
    [
      'empty class folders',
      async () => {
        await mkdir(join(folder, 'a'))
        await mkdir(join(folder, 'b'))
        return ''
      },
      'bad-input',
      /no pictures: its class folders are empty/,
      /one subfolder per class/,
    ],
    [
      'a val folder of other classes',
      async () => {
        await addPictures('train/cat', 1)
        await addPictures('train/dog', 1)
        await addPictures('val/cats', 1)
        return ''
      },
      'bad-input',
      /validation folder of .* has no pictures of any class in its training folder/,
      /named like those/,
    ],
    [
      'train and val without classes',
      async () => {
        await addPictures('train', 1)
        await addPictures('val', 1)
        return ''
      },
      'bad-input',
      /train has no class folders: it holds 1 picture directly/,
      /subfolder/,
    ],
  ]
  test.each(errors)('refuses %s', async (_, prepare, code, message, hint) => {
    const error: unknown = await scanFolder(join(folder, await prepare())).catch((e: unknown) => e)
    expect(error).toMatchObject({ name: 'LabError', code })
    const { message: told, hint: advice } = error as { message: string; hint: string }
    expect(told).toMatch(message)
    expect(told).toContain(folder)
    expect(told).not.toContain('\n')
    expect(advice).toMatch(hint)
  })
})

describe('drawSplit', () => {
  const makeDataset = (counts: readonly number[]): Dataset => ({
    source: '/data',
    folder: '/data',
    layout: 'classes',
    classNames: counts.map((_, i) => `class${i}`),
    files: counts.flatMap((count, classIndex) =>
      Array.from({ length: count }, (_, i) => ({
        file: `class${classIndex}/p${i}.png`,
        classIndex,
        givenSplit: null,
        bytes: 1,
        modifiedMs: 0,
      })),
    ),
    skipped: [],
    warnings: [],
  })
  const countByClass = (dataset: Dataset, ids: readonly number[]): number[] =>
    dataset.classNames.map((_, c) => ids.filter((id) => dataset.files[id]?.classIndex === c).length)

  test('holds out the share of each class, one at least, never the last', () => {
    const dataset = makeDataset([100, 40, 5, 2, 1])
    const { train, validation } = drawSplit(dataset, { share: 0.2, seed: 1 })
    expect(countByClass(dataset, validation)).toEqual([20, 8, 1, 1, 0])
    expect([...train, ...validation].sort((a, b) => a - b)).toEqual(dataset.files.map((_, i) => i))
    const greedy = drawSplit(dataset, { share: 0.9, seed: 1 })
    expect(countByClass(dataset, greedy.train)).toEqual([10, 4, 1, 1, 1])
  })

  test('depends on seed and names alone, not on the order of the files', () => {
    const dataset = makeDataset([30, 30])
    const reversed = { ...dataset, files: [...dataset.files].reverse() }
    const named = (from: Dataset, seed: number): string[] =>
      drawSplit(from, { share: 0.3, seed })
        .validation.map((id) => from.files[id]?.file ?? '')
        .sort()
    expect(named(reversed, 4)).toEqual(named(dataset, 4))
    expect(named(dataset, 5)).not.toEqual(named(dataset, 4))
  })

  test('joins a validation folder by the names of its classes', () => {
    const dataset = makeDataset([3, 3])
    const other: Dataset = {
      ...makeDataset([2, 2]),
      folder: '/other/place',
      classNames: ['class1', 'else'],
    }
    const joined = joinValidationFolder(dataset, other)
    const split = drawSplit(joined, { share: 0.5, seed: 1 })
    expect(split.train).toHaveLength(6)
    expect(split.validation.map((id) => joined.files[id])).toMatchObject([
      { file: '../other/place/class0/p0.png', classIndex: 1 },
      { file: '../other/place/class0/p1.png', classIndex: 1 },
    ])
    expect(joined.skipped.map(({ file }) => file)).toEqual([
      '../other/place/class1/p0.png',
      '../other/place/class1/p1.png',
    ])
    expect(joined.warnings).toEqual([
      'Left out because they are only in the validation folder: else.',
      'With no validation pictures: class0.',
    ])
    expect(() => joinValidationFolder(dataset, { ...other, classNames: ['x', 'y'] })).toThrow(
      /no class in common/,
    )
  })
})
