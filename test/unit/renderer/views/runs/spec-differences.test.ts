import { expect, test } from 'vitest'
import {
  compareSpecs,
  tabulateSpecs,
} from '../../../../../src/renderer/src/views/runs/spec-differences'
import { PARAMETERS } from '../../../../../src/shared/spec'
import { makeRun } from './make-run'

const plain = makeRun()
const other = makeRun({
  folder: '/runs/b',
  run: {
    ...plain.run,
    name: 'b',
    settings: { ...plain.run.settings, learningRate: 0.005, augment: ['crop', 'flip'] },
    rateChanges: [{ step: 40, factor: 0.1 }],
  },
})

test('what differs in the specs is told row by row; the rest is the same', () => {
  const rows = compareSpecs([plain, other])
  const differing = rows.filter(({ differs }) => differs)
  expect(Object.fromEntries(differing.map(({ label, values }) => [label, values]))).toEqual({
    [PARAMETERS.learningRate.label]: [String(plain.run.settings.learningRate), '0.005'],
    Augmentation: ['crop', 'crop,flip'],
    'Learning rate changed at': ['never', 'step 40: × 0.1'],
  })
  expect(new Set(rows.map(({ label }) => label)).size).toBe(rows.length)
})

test('every parameter of the table has its row', () => {
  const labels = compareSpecs([plain]).map(({ label }) => label)
  for (const { label } of Object.values(PARAMETERS)) {
    expect(labels.some((row) => row.startsWith(label))).toBe(true)
  }
})

test('leaves as a table with a column a run', () => {
  const rows = compareSpecs([plain, other]).filter(({ differs }) => differs)
  const table = tabulateSpecs([plain, other], rows)
  expect(table.columns.map(({ name }) => name)).toEqual(['setting', 'a', 'b'])
  expect(table.rows).toHaveLength(3)
})
