import { expect, test } from 'vitest'
import {
  applyCorrections,
  correctForRun,
} from '../../../../../src/main/engine/data/corrections/apply-corrections'
import {
  readCorrectionsCsv,
  writeCorrectionsCsv,
} from '../../../../../src/main/engine/data/corrections/corrections-csv'
import { changeCorrections } from '../../../../../src/main/engine/data/corrections/corrections-file'
import { importEdit } from '../../../../../src/main/engine/data/corrections/edit-corrections'
import { drawSplit } from '../../../../../src/main/engine/data/scan/split'
import type { Dataset } from '../../../../../src/main/engine/data/types'
import type { Correction } from '../../../../../src/shared/contract'
import { itemAt } from '../../../../../src/shared/present'

const CLASSES = ['café', 'cat', 'dog']
const PICTURES = 8

function makeDataset(source = '/data'): Dataset {
  const files = CLASSES.flatMap((name, classIndex) =>
    Array.from({ length: PICTURES }, (_, i) => ({
      // As a Mac spells it.
      file: `${name.normalize('NFD')}/${i}.jpg`,
      classIndex,
      givenSplit: null,
      bytes: 1,
      modifiedMs: 0,
    })),
  )
  const none = { skipped: [], warnings: [] }
  return { source, folder: source, layout: 'classes', classNames: CLASSES, files, ...none }
}

function correction(file: string, action: Correction['action'], className?: string): Correction {
  const rest = { previousClass: null, note: '', when: '2026-01-02T03:04:05.000Z', from: 'Data' }
  return { file, action, className: className ?? null, ...rest }
}

/** Half and class of each picture. */
function tell({ files, classNames }: Dataset, split: ReturnType<typeof drawSplit>) {
  const halves = (['train', 'validation'] as const).flatMap((half) =>
    split[half].map((index) => {
      const { file, classIndex } = itemAt(files, index)
      return [file, `${half} ${itemAt(classNames, classIndex)}`] as const
    }),
  )
  return new Map(halves)
}

test('excluded pictures are in no half, relabelled ones keep theirs, and no other picture moves', () => {
  const dataset = makeDataset()
  const split = drawSplit(dataset, { share: 0.25, seed: 3 })
  const before = tell(dataset, split)
  const corrected = applyCorrections(dataset, split, [
    correction('cat/0.jpg', 'exclude'),
    correction('cat/1.jpg', 'relabel', 'dog'),
    correction('dog/0.jpg', 'relabel', 'café'.normalize('NFD')),
    // Composed, as in a list from another system.
    correction('café/2.jpg'.normalize('NFC'), 'exclude'),
    correction('dog/1.jpg', 'flag'),
    correction('dog/2.jpg', 'relabel', 'dog'),
    correction('bird/1.jpg', 'exclude'),
  ])
  const after = tell(corrected.dataset, corrected.split)
  expect(corrected.effect).toMatchObject({
    excluded: 2,
    relabelled: 2,
    flagged: 1,
    strangers: 1,
    emptied: [],
    unknownClasses: [],
  })
  const cafe2 = 'café/2.jpg'.normalize('NFD')
  for (const [file, place] of before) {
    const half = itemAt(place.split(' '), 0)
    const expected =
      file === 'cat/0.jpg' || file === cafe2
        ? undefined
        : file === 'cat/1.jpg'
          ? `${half} dog`
          : file === 'dog/0.jpg'
            ? `${half} café`
            : place
    expect([file, after.get(file)]).toEqual([file, expected])
  }
  expect(after.size).toBe(before.size - 2)
})

test('a class that is left without training pictures is told', () => {
  const dataset = makeDataset()
  const split = drawSplit(dataset, { share: 0.25, seed: 3 })
  const cats = dataset.files.filter(({ classIndex }) => classIndex === 1)
  const corrections = cats.map(({ file }) => correction(file, 'exclude'))
  const { dataset: after, effect } = applyCorrections(dataset, split, corrections)
  expect(effect.emptied).toEqual(['cat'])
  // The network has its class all the same: the others keep their numbers.
  expect(after.classNames).toEqual(CLASSES)
})

test('a class that the data set does not have stops a run, in one line', async () => {
  const source = `/data-${process.pid}-${Date.now()}`
  const dataset = makeDataset(source)
  await changeCorrections(source, (file) =>
    importEdit(file, [correction('cat/1.jpg', 'relabel', 'lynx')]),
  )
  const split = drawSplit(dataset, { share: 0.25, seed: 3 })
  await expect(correctForRun(dataset, split)).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('lynx') as string,
  })
})

test('a list is read from its CSV file as it was', () => {
  const corrections: Correction[] = [
    { ...correction('a, "b"/1.jpg', 'relabel', 'x,y'), note: 'two\nlines', previousClass: 'b' },
    correction('c/2.jpg', 'exclude'),
    correction('c/3.jpg', 'flag'),
  ]
  expect(readCorrectionsCsv(writeCorrectionsCsv(corrections), 'now')).toEqual(corrections)
})

test.each([
  ['', 'got nothing'],
  ['name,label\na,b\n', 'got name, label'],
  ['file,action\n', 'at least one correction'],
  ['file,action\na.jpg,drop\n', 'in line 2; got drop'],
  ['file,action,class\na.jpg,exclude,\nb.jpg,relabel,\n', 'in line 3'],
  ['file,action\n"a.jpg,exclude\n', 'a CSV file'],
])('a file that is no such list is refused: %j', (text, told) => {
  expect(() => readCorrectionsCsv(text, 'now')).toThrow(told)
})
