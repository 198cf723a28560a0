import { expect, test } from 'vitest'
import { encodeCsv } from '../../../../src/renderer/src/lib/export/numeric-files'
import { measureCalibration } from '../../../../src/shared/evaluation/calibration'
import { countConfusion, normaliseRows } from '../../../../src/shared/evaluation/confusion'
import { measureCurveAreas, traceCurves } from '../../../../src/shared/evaluation/curves'
import { findLabelErrors } from '../../../../src/shared/evaluation/label-errors'
import { comparePaired } from '../../../../src/shared/evaluation/paired'
import { scoreClasses } from '../../../../src/shared/evaluation/per-class'
import { describePictures } from '../../../../src/shared/evaluation/picture-columns'
import { summariseScores } from '../../../../src/shared/evaluation/summary'
import * as tables from '../../../../src/shared/evaluation/tables'
import { parseCsv } from '../../../support/csv'

const NAMES = ['cat', 'dog, big', 'emu']
const label = Int32Array.of(0, 1, -1)
const probabilities = Float32Array.of(0.75, 0.25, 0, 0.5, 0.25, 0.25, 0, 0.25, 0.75)
const columns = describePictures(probabilities, label, 3)
const { suggested } = findLabelErrors(probabilities, label, 3)
const read = ({ header, rows }: tables.NumberTable) =>
  parseCsv(new TextDecoder().decode(encodeCsv(header, rows)))

test('a picture of an unknown class has empty cells', () => {
  const files = ['a.png', 'b.png', 'c.png']
  const [, first, , third] = read(tables.tabulatePictures({ ...columns, files, suggested }, NAMES))
  expect(first?.slice(0, 7)).toEqual(['a.png', 'cat', 'cat', '0.75', 'dog, big', '0.5', '0.75'])
  const entropy = expect.stringMatching(/^0\.56/) as string
  const scored = ['', '', '', entropy, '', '']
  expect(third).toEqual(['c.png', '', 'emu', '0.75', 'dog, big', '0.5', ...scored])
})

test('what is undefined of a class is an empty cell; means follow', () => {
  const areas = measureCurveAreas(probabilities, label, 3)
  const rows = read(tables.tabulateClasses(scoreClasses(columns, 3), NAMES, areas))
  expect(rows.slice(1, 4)).toMatchObject([
    ['cat', '1', '2', '1', '0.5', '1', expect.stringMatching(/^0\.66/), '0.75', '1', '1'],
    ['dog, big', '1', '0', '0', '', '0', '0', '0.5', '0.5', '0.5'],
    ['emu', '0', '0', '0', '', '', '', '', '', ''],
  ])
  expect(rows.at(-2)?.slice(0, 6)).toEqual(['(macro mean)', '', '', '', '0.25', '0.5'])
})

test('the confusion matrix is one of names', () => {
  const matrix = countConfusion(columns, 3)
  expect(read(tables.tabulateConfusion(matrix, NAMES))).toEqual([
    ['true_class', ...NAMES],
    ['cat', '1', '0', '0'],
    ['dog, big', '1', '0', '0'],
    ['emu', '0', '0', '0'],
  ])
  expect(read(tables.tabulateConfusion(normaliseRows(matrix, 3), NAMES)).at(-1)).toEqual([
    'emu',
    '',
    '',
    '',
  ])
})

test('each table has as many cells as its header', () => {
  const all = [
    tables.tabulateSummary(summariseScores(columns, 3, { resamples: 10 })),
    tables.tabulateCalibration(measureCalibration(columns)),
    tables.tabulateCurves(traceCurves(probabilities, label, 3, 0)),
    tables.tabulateComparison(comparePaired(columns.ownRank, columns.ownRank, { resamples: 10 })),
  ]
  expect(all.map((table) => read(table).length)).toEqual([6, 16, 7, 12])
})
