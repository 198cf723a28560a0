import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readHalf } from '../../../../../src/main/engine/data/scan/half-names'
import { scanFolder } from '../../../../../src/main/engine/data/scan/scan-folder'
import { drawSplit, joinValidationFolder } from '../../../../../src/main/engine/data/scan/split'
import { nameSplit } from '../../../../../src/main/engine/training/start/run-pictures'
import { openDataset, summarise } from '../../../../../src/main/engine/service/open-dataset'
import { LabError } from '../../../../../src/shared/contract'
import { encodedPicture, makeTemporaryFolder, writeDeep } from '../../../../support/pictures'

let folder = ''
let remove: () => Promise<void>
beforeEach(async () => {
  ;({ folder, remove } = await makeTemporaryFolder())
})
afterEach(() => remove())

const PICTURE = encodedPicture('grey.jpg')

async function add(counts: Readonly<Record<string, number>>): Promise<void> {
  for (const [path, count] of Object.entries(counts)) {
    for (let i = 0; i < count; i++) await writeDeep(join(folder, path, `p${i}.jpg`), PICTURE)
  }
}

const refused = async (path = folder): Promise<LabError> => {
  const error: unknown = await scanFolder(path).catch((thrown: unknown) => thrown)
  if (error instanceof LabError) return error
  throw new Error(`Expected ${path} to be refused.`)
}

test.each([
  ['train', 'train'],
  ['TRAINING', 'train'],
  ['training_set', 'train'],
  ['TrainingSet', 'train'],
  ['trainset', 'train'],
  ['Train-Images', 'train'],
  ['val', 'validation'],
  ['Valid', 'validation'],
  ['validation data', 'validation'],
  ['dev.set', 'validation'],
  ['test_set', 'test'],
  ['Testing', 'test'],
  ['eval', 'test'],
  ['train_station', null],
  ['test tube', null],
  ['set', null],
  ['valley', null],
  ['devil', null],
])('%s stands for %s', (name, half) => {
  expect(readHalf(name)).toBe(half)
})

describe('a folder of halves', () => {
  test('named training and validation is no folder of two classes', async () => {
    await add({ 'training/cat': 3, 'training/dog': 2, 'validation/cat': 1, 'validation/dog': 1 })
    const dataset = await scanFolder(folder)
    expect([dataset.layout, dataset.classNames]).toEqual(['train-val', ['cat', 'dog']])
    const { train, validation, test: tested } = drawSplit(dataset, { share: 0.5, seed: 1 })
    expect([train.length, validation.length, tested.length]).toEqual([5, 2, 0])
  })

  test('keeps a test half out of training and validation, and says where it is', async () => {
    await add({ 'Train/cat': 4, 'Train/dog': 4, 'Val/cat': 1, 'Val/dog': 1 })
    await add({ 'Test/cat': 2, 'Test/dog': 1, 'Test/fox': 1, 'Test/Cat': 1 })
    const scanned = await scanFolder(folder)
    expect(scanned.layout).toBe('train-val-test')
    expect(scanned.warnings).toContain(
      'Left out because they are in test but not in train: Cat (train has cat), fox.',
    )
    const open = openDataset(scanned, null, { validationShare: 0.2, seed: 1 })
    expect(summarise(open)).toMatchObject({
      images: 13,
      classes: [
        { name: 'cat', train: 4, validation: 1, test: 2 },
        { name: 'dog', train: 4, validation: 1, test: 1 },
      ],
    })
    expect(nameSplit(scanned, open.split, [])).toMatchObject({
      test: ['Test/cat/p0.jpg', 'Test/cat/p1.jpg', 'Test/dog/p0.jpg'],
      labels: { test: [0, 0, 1] },
    })
  })

  test('without a validation half draws one from the training half alone', async () => {
    await add({ 'training_set/a': 10, 'training_set/b': 10, 'test_set/a': 5, 'test_set/b': 5 })
    const dataset = await scanFolder(folder)
    expect(dataset.layout).toBe('train-test')
    const split = drawSplit(dataset, { share: 0.2, seed: 3 })
    const folders = (ids: readonly number[]): string[] => [
      ...new Set(ids.map((id) => dataset.files[id]?.file.split('/')[0] ?? '')),
    ]
    expect([split.train.length, split.validation.length, split.test.length]).toEqual([16, 4, 10])
    expect([...folders(split.train), ...folders(split.validation)]).toEqual([
      'training_set',
      'training_set',
    ])
    expect(folders(split.test)).toEqual(['test_set'])
    // A resumed run knows no test half: the others keep their indices, which key the augmentation.
    expect(Math.min(...split.test)).toBe(20)
  })

  test('keeps its test half when another folder validates', async () => {
    await add({ 'data/train/a': 2, 'data/train/b': 2, 'data/val/a': 1, 'data/val/b': 1 })
    await add({ 'data/test/a': 1, 'data/test/b': 1, 'more/train/a': 1, 'more/train/b': 1 })
    await add({ 'more/test/a': 3, 'more/test/b': 3 })
    const more = await scanFolder(join(folder, 'more'))
    const joined = joinValidationFolder(await scanFolder(join(folder, 'data')), more)
    expect(joined.layout).toBe('train-val-test')
    const split = drawSplit(joined, { share: 0.5, seed: 1 })
    expect([split.train.length, split.validation.length, split.test.length]).toEqual([4, 6, 2])
    expect(joined.warnings).toContain(
      `Validation pictures are the test half of ${join(folder, 'more')}: it has no other.`,
    )
  })

  test('tells of test pictures whose classes are not known', async () => {
    await add({ 'train/a': 10, 'train/b': 10, test: 4 })
    const dataset = await scanFolder(folder)
    expect(dataset.layout).toBe('classes')
    expect(dataset.files).toHaveLength(20)
    expect(dataset.warnings).toEqual([
      `No test pictures, because their classes are not known: ${join(folder, 'test')} has no class folders: it holds 4 pictures directly.`,
    ])
  })

  test('says that eval is read as a test half', async () => {
    await add({ 'train/a': 10, 'train/b': 10, 'eval/a': 1, 'eval/b': 1 })
    const { layout, warnings } = await scanFolder(folder)
    expect(layout).toBe('train-test')
    expect(warnings).toEqual([expect.stringMatching(/^"eval" was taken as a test half/) as string])
  })

  test('with two folders for one half is refused', async () => {
    await add({ 'train/a': 1, 'train/b': 1, 'val/a': 1, 'dev/a': 1 })
    expect((await refused()).message).toBe(
      `${folder} has 2 folders for the validation half: dev, val.`,
    )
  })
})

describe('folders named like halves that are none', () => {
  test('are classes beside others, where the train holds pictures itself', async () => {
    await add({ bus: 2, train: 2, test: 2 })
    const { classNames, warnings } = await scanFolder(folder)
    expect(classNames).toEqual(['bus', 'test', 'train'])
    expect(warnings[0]).toBe(
      '"test" and "train" were taken as classes, because "train" has no class folders inside it.',
    )
  })

  test('are classes without a training folder', async () => {
    await add({ valid: 2, invalid: 2 })
    const { classNames, warnings } = await scanFolder(folder)
    expect(classNames).toEqual(['invalid', 'valid'])
    expect(warnings[0]).toBe(
      '"valid" was taken as a class, because there is no training folder beside it.',
    )
  })

  test('are told where they are inside the classes', async () => {
    await add({ 'cat/train': 2, 'cat/test': 1, 'dog/train': 2, 'dog/test': 1 })
    const { classNames, warnings } = await scanFolder(folder)
    expect(classNames).toEqual(['cat', 'dog'])
    expect(warnings[0]).toMatch(/inside the class folders are named test, train: .* not as halves/)
  })
})

describe('a wrapper folder', () => {
  test.each([
    ['archive/flowers/daisy', 'archive/flowers/rose', 'archive/flowers'],
    ['images/train/a', 'images/val/a', 'images'],
  ])('around %s is refused with the folder that is meant', async (first, second, inner) => {
    await add({ [first]: 2, [second]: 2 })
    await writeDeep(join(folder, 'readme.txt'), 'about')
    await writeDeep(join(folder, inner, 'LICENSE.txt'), 'about')
    const error = await refused()
    expect(error.message).toContain(`the class folders are in its folder ${inner}.`)
    expect(error.hint).toBe(`Open ${join(folder, inner)} instead.`)
    expect(error.instead).toBe(join(folder, inner))
  })

  test('beside a folder without pictures is named too', async () => {
    await add({ 'images/cat': 2, 'images/dog': 2 })
    await writeDeep(join(folder, 'annotations', 'cat.xml'), '<xml/>')
    expect(await refused()).toMatchObject({ instead: join(folder, 'images') })
  })

  test('inside a half is told, and nothing is offered that would lose the other half', async () => {
    await add({
      'x/train/train/a': 1,
      'x/train/train/b': 1,
      'x/test/test/a': 1,
      'x/test/test/b': 1,
    })
    const error = await refused(join(folder, 'x'))
    expect(error.message).toBe(
      `${join(folder, 'x', 'train')} is only a wrapper: its class folders are in train/train.`,
    )
    expect(error.instead).toBeNull()
  })

  test.each([['images'], ['.']])(
    'of pictures in %s with a list leads to the list',
    async (path) => {
      await add({ [path]: 2 })
      await writeDeep(join(folder, 'labels.csv'), 'file,label')
      const error = await refused()
      expect(error.hint).toMatch(/^If labels\.csv lists pictures and classes, open it instead\./)
      expect(error.instead).toBe(join(folder, 'labels.csv'))
    },
  )

  test('is none where it holds pictures itself: one class', async () => {
    await add({ cat: 2, 'cat/near': 1, 'cat/far': 1 })
    const error = await refused()
    expect(error.message).toMatch(/one class only \(cat\)/)
    expect(error.instead).toBeNull()
  })
})
