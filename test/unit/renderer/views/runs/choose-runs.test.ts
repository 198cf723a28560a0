import { expect, test } from 'vitest'
import {
  filterRuns,
  groupRuns,
  listTags,
  parseTags,
} from '../../../../../src/renderer/src/views/runs/choose-runs'
import { makeRun } from './make-run'

const named = (name: string, group: string, ...tags: string[]) => {
  const note = name === 'c' ? 'Rate too high' : ''
  const run = makeRun({ folder: `/runs/${name}`, labels: { group, tags, note } })
  return { ...run, run: { ...run.run, name } }
}
const RUNS = [named('b', '', 'slow'), named('a', 'paper', 'good', 'slow'), named('c', 'paper')]
const names = (runs: readonly { run: { name: string } }[]) => runs.map(({ run }) => run.name)

test('runs are filtered by all words, wherever they occur, and by a tag', () => {
  expect(names(filterRuns(RUNS, { text: '', tag: '' }))).toEqual(['b', 'a', 'c'])
  expect(names(filterRuns(RUNS, { text: 'PAPER good', tag: '' }))).toEqual(['a'])
  expect(names(filterRuns(RUNS, { text: 'runs/c', tag: '' }))).toEqual(['c'])
  expect(names(filterRuns(RUNS, { text: '64 px', tag: 'slow' }))).toEqual(['b', 'a'])
  expect(names(filterRuns(RUNS, { text: 'too high', tag: '' }))).toEqual(['c'])
  expect(filterRuns(RUNS, { text: 'nowhere', tag: '' })).toEqual([])
})

test('groups stand in the order of their newest run, those without one last', () => {
  expect(groupRuns(RUNS).map(({ name, runs }) => [name, names(runs)])).toEqual([
    ['paper', ['a', 'c']],
    ['', ['b']],
  ])
})

test('tags are listed by the alphabet, and read from what is typed', () => {
  expect(listTags(RUNS)).toEqual(['good', 'slow'])
  expect(parseTags(' good, , slow ,good')).toEqual(['good', 'slow'])
})
