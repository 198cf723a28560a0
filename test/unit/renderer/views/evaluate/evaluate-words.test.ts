import { expect, test } from 'vitest'
import type {
  EvaluationPlan,
  EvaluationSummary,
  PairedComparison,
} from '../../../../../src/shared/contract'
import type { EpochMetrics } from '../../../../../src/shared/spec'
import { suggestScales } from '../../../../../src/renderer/src/lib/evaluation/suggest-scales'
import {
  describePaired,
  listPairPictures,
} from '../../../../../src/renderer/src/views/evaluate/compare/paired-words'
import { describeLogCheck } from '../../../../../src/renderer/src/views/evaluate/epochs/log-check'
import {
  listClassRows,
  sortClassRows,
} from '../../../../../src/renderer/src/views/evaluate/numbers/class-rows'
import {
  describeClassMatch,
  describeRemaining,
} from '../../../../../src/renderer/src/views/evaluate/setup/setup-words'
import { makeRun } from '../runs/make-run'

const pairs: PairedComparison = {
  pictures: 4,
  bothRight: 1,
  onlyA: 1,
  onlyB: 1,
  bothWrong: 1,
  difference: { value: 0, low: -0.5, high: 0.5 },
  mcNemar: { test: 'exact', statistic: 1, pValue: 1 },
  files: ['a', 'b', 'c', 'd'],
  label: Int32Array.of(0, 0, 1, 1),
  predictedA: Int32Array.of(0, 0, 0, 0),
  predictedB: Int32Array.of(0, 1, 1, 0),
}

test('a cell of a comparison holds its pictures by their places in the evaluation', () => {
  // In the evaluation they are in another order, with one that the other has not.
  const evaluated = ['d', 'x', 'c', 'b', 'a']
  expect(listPairPictures(pairs, 'bothRight', evaluated)).toEqual([4])
  expect(listPairPictures(pairs, 'onlyA', evaluated)).toEqual([3])
  expect(listPairPictures(pairs, 'onlyB', evaluated)).toEqual([2])
  expect(listPairPictures(pairs, 'bothWrong', evaluated)).toEqual([0])
})

test('McNemar says which is better only where chance hardly explains it', () => {
  const unlike = { ...pairs, onlyA: 3, onlyB: 20 }
  const mcNemar = (pValue: number) => ({ test: 'exact', statistic: 3, pValue }) as const
  expect(describePaired({ ...unlike, mcNemar: mcNemar(0.0005) })).toContain(
    'p < 0.001: of 23 pictures that only one of them gets right, A gets 3 and B 20; chance alone hardly explains that: B is better',
  )
  expect(describePaired({ ...unlike, mcNemar: mcNemar(0.21) })).not.toContain('better')
  expect(describePaired({ ...pairs, onlyA: 0, onlyB: 0 })).toContain('on the same pictures')
})

test('classes without a value are last whichever way the column is sorted', () => {
  const score = (index: number, precision: number | null) => ({
    ...{ index, support: 1, predicted: 1, right: 1, precision },
    ...{ recall: null, f1: null, meanConfidence: null },
  })
  const rows = listClassRows(
    [score(0, 0.5), score(1, null), score(2, 0.9)],
    ['cat', 'dog', 'Caterpillar'],
    null,
  )
  const names = (isDescending: boolean, text = '') =>
    sortClassRows(rows, { column: 'precision', isDescending }, text).map(({ name }) => name)
  expect(names(false)).toEqual(['cat', 'Caterpillar', 'dog'])
  expect(names(true)).toEqual(['Caterpillar', 'cat', 'dog'])
  expect(names(true, ' CAT')).toEqual(['Caterpillar', 'cat'])
})

test('what is kept from before is told, and that nothing remains', () => {
  const pass = { model: 0, kind: 'dense', scale: 256, flip: true, macs: 1 } as const
  const plan = (toDo: number): EvaluationPlan => ({
    models: [],
    passes: [
      { ...pass, done: 10, toDo: 0 },
      { ...pass, done: 10 - toDo, toDo },
    ],
    ...{ pictures: 10, unknownClass: 0, notes: [], protocolWords: '', dataWords: '' },
  })
  expect(describeRemaining(plan(4))).toBe(
    '10 pictures in 2 passes; 16 answers of 20 kept from before.',
  )
  expect(describeRemaining(plan(0))).toContain('Nothing remains')
})

test('networks are fused only with the same classes, whatever their order', () => {
  const { run } = makeRun()
  const of = (...classNames: string[]) => makeRun({ run: { ...run, classNames } })
  expect(describeClassMatch(makeRun(), of('dog', 'cat')).isSame).toBe(true)
  expect(describeClassMatch(makeRun(), of('cat')).words).toContain('no class dog')
  expect(describeClassMatch(makeRun(), of('cat', 'cow', 'dog')).words).toContain('Also has cow')
})

test('test scales are those of the paper in proportion to the input, none below it', () => {
  const scales = (min: number, max: number, inputSize: number) =>
    suggestScales({ min, max }, inputSize).map(({ scale }) => scale)
  expect(scales(256, 256, 224)).toEqual([224, 256, 288])
  expect(scales(256, 512, 224)).toEqual([256, 384, 512])
  expect(scales(73, 73, 64)).toEqual([64, 73, 82])
  expect(scales(64, 64, 64)).toEqual([64, 73])
})

test('the log is checked against the centre crops of its best checkpoint alone', () => {
  const run = makeRun()
  const score = { loss: 0.3, top1: 0.85, top5: 1 }
  const best = { epoch: 3, validation: score } as EpochMetrics
  const scale = run.run.settings.scale.min
  const summary = (top1: number, checkpoint = 'epoch-0003'): EvaluationSummary => ({
    ref: { runFolder: '/runs/a', id: 'center' },
    spec: {
      models: [{ kind: 'run', folder: '/runs/a', checkpoint: null }],
      data: { kind: 'run', half: 'validation' },
      protocol: { kind: 'center', scales: [scale], flip: false },
    },
    models: [
      {
        ...{ runFolder: '/runs/a', runName: 'a', checkpoint, network: '', configuration: 'A' },
        ...{ width: 1, inputSize: 64, trainingScale: { min: scale, max: scale } },
      },
    ],
    ...{ created: '', protocolWords: '', dataWords: '', folder: '/data', pictures: 20 },
    ...{ counted: 20, classes: 2, top5: null, loss: null, picturesKey: '' },
    top1: { value: top1, low: 0, high: 1 },
  })
  expect(describeLogCheck(run, best, [summary(0.85)])).toContain('17 of 20 right, as the log says')
  expect(describeLogCheck(run, best, [summary(0.9)])).toContain('the log says 17')
  expect(describeLogCheck(run, best, [summary(0.85, 'epoch-0002')])).toBeNull()
})
