import { expect, test } from 'vitest'
import {
  NEWEST_FIRST,
  RUN_COLUMNS,
  sortRuns,
  turnOrder,
  type RunColumn,
} from '../../../../../src/renderer/src/views/runs/run-order'
import { makeRun } from './make-run'

const runOf = (name: string, day: number, epochs: number, top1: number | null) => {
  const best = top1 === null ? null : { epoch: 1, validation: { loss: 0, top1, top5: 1 } }
  const made = makeRun({ folder: `/runs/${name}`, epochs, best })
  const created = `2026-01-0${day}T00:00:00.000Z`
  const network = { ...made.run.network, inputSize: day * 32 }
  return { ...made, run: { ...made.run, name, created, network } }
}
const RUNS = [runOf('b', 3, 10, 0.5), runOf('a10', 2, 9, null), runOf('a2', 1, 9, 0.7)]
const sorted = (column: RunColumn, isDescending: boolean): string =>
  sortRuns(RUNS, { column, isDescending }, ({ run }) => (run.name === 'b' ? 'failed' : 'finished'))
    .map(({ run }) => run.name)
    .join(' ')

test('runs are sorted by every column, either way', () => {
  const found = Object.fromEntries(
    RUN_COLUMNS.map((column) => [column, [sorted(column, false), sorted(column, true)]]),
  )
  expect(found).toEqual({
    // A number in a name is a number.
    name: ['a2 a10 b', 'b a10 a2'],
    created: ['a2 a10 b', 'b a10 a2'],
    network: ['a2 a10 b', 'b a10 a2'],
    state: ['b a10 a2', 'a10 a2 b'],
    // Equal ones keep their order.
    epochs: ['a10 a2 b', 'b a10 a2'],
    // One without a value comes last.
    best: ['b a2 a10', 'a2 b a10'],
  })
})

test('a heading turns its order round, and another begins with what is looked for', () => {
  const byName = turnOrder(NEWEST_FIRST, 'name')
  expect(byName).toEqual({ column: 'name', isDescending: false })
  expect(turnOrder(byName, 'name')).toEqual({ column: 'name', isDescending: true })
  expect(turnOrder(byName, 'best')).toEqual({ column: 'best', isDescending: true })
})
