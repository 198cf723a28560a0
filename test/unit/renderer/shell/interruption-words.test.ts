import { expect, test } from 'vitest'
import { describeInterrupted } from '../../../../src/renderer/src/shell/interruption-words'
import { makeRun } from '../views/runs/make-run'

test('interrupted runs are told in one sentence, by name as far as there is room', () => {
  const runs = ['a', 'b', 'c', 'd', 'e'].map((name) => {
    const made = makeRun({ folder: `/runs/${name}`, state: 'running' })
    const settings = { ...made.run.settings, epochs: 50 }
    return { ...made, run: { ...made.run, name, settings } }
  })
  expect(describeInterrupted(runs.slice(0, 1))).toBe('The run a (epoch 3 of 50) was interrupted.')
  expect(describeInterrupted(runs.slice(0, 2))).toBe(
    '2 runs were interrupted: a (epoch 3 of 50) and b (epoch 3 of 50).',
  )
  expect(describeInterrupted(runs)).toBe(
    '5 runs were interrupted: a (epoch 3 of 50), b (epoch 3 of 50), c (epoch 3 of 50) and 2 more.',
  )
})
