import { beforeEach, expect, test, vi } from 'vitest'
import { LabError, type Evaluation, type EvaluationSummary } from '../../../../src/shared/contract'
import type { EvaluateState } from '../../../../src/renderer/src/state/evaluate-state.svelte'
import { until } from '../../../support/until'
import { stubWindow, type WindowStub } from '../../../support/window-stub'
import { makeRun } from '../views/runs/make-run'

const summaryOf = (id: string, created: string): EvaluationSummary => ({
  ref: { runFolder: '/runs/a', id },
  spec: {
    models: [{ kind: 'run', folder: '/runs/a', checkpoint: null }],
    data: { kind: 'run', half: 'validation' },
    protocol: { kind: 'center', scales: [73], flip: false },
  },
  models: [],
  ...{ created, protocolWords: '', dataWords: '', folder: '/data', pictures: 0, counted: 0 },
  ...{ classes: 2, top1: null, top5: null, loss: null, picturesKey: '' },
})

let stub: WindowStub
let evaluate: EvaluateState
let saved: EvaluationSummary[]

beforeEach(async () => {
  vi.resetModules()
  stub = stubWindow()
  saved = [summaryOf('old', '2026-01-01'), summaryOf('new', '2026-01-02')]
  stub.engine = {
    'evaluate.list': () => saved,
    'evaluate.open': ({ ref }) => {
      const summary = saved.find(({ ref: { id } }) => id === ref.id)
      if (summary === undefined) throw new LabError('not-found', 'Expected an evaluation.')
      return { summary } as Evaluation
    },
    'evaluate.plan': () => ({
      ...{ models: [], passes: [], pictures: 0, unknownClass: 0, notes: [] },
      ...{ protocolWords: '', dataWords: '' },
    }),
  }
  const { connectBridge } = await import('../../../../src/renderer/src/lib/engine/bridge')
  const module = await import('../../../../src/renderer/src/state/evaluate-state.svelte')
  connectBridge()
  evaluate = new module.EvaluateState(() => [makeRun()])
})

test('what was evaluated is listed, opened and shown in numbers', async () => {
  const made = summaryOf('made', '2026-01-03')
  const asked: unknown[] = []
  stub.engine['evaluate.run'] = ({ spec }) => {
    asked.push(spec)
    saved.push(made)
    return made
  }
  evaluate.setUp(makeRun())
  expect(evaluate.tab).toBe('setup')
  await evaluate.run()
  expect(asked).toEqual([made.spec])
  expect(evaluate.list?.map(({ ref }) => ref.id)).toEqual(['made', 'new', 'old'])
  expect(evaluate.opened?.summary.ref.id).toBe('made')
  expect(evaluate.tab).toBe('numbers')
})

test('one that was removed on the disk says so and leaves the list', async () => {
  await evaluate.refresh()
  saved.pop()
  await evaluate.open({ runFolder: '/runs/a', id: 'new' })
  expect(evaluate.error?.code).toBe('not-found')
  expect(evaluate.opened).toBeNull()
  expect(evaluate.list?.map(({ ref }) => ref.id)).toEqual(['old'])
})

test('an evaluation that is cancelled is no error, and can be started again', async () => {
  let isStarted = false
  stub.engine['evaluate.run'] = (_, { signal }) => {
    isStarted = true
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new LabError('cancelled', 'Cancelled.')))
    })
  }
  evaluate.setUp(makeRun())
  const run = evaluate.run()
  await until(() => isStarted)
  expect(evaluate.setup.isRunning).toBe(true)
  evaluate.setup.cancel()
  await run
  expect(evaluate.setup.isRunning).toBe(false)
  expect(evaluate.setup.error).toBeNull()
  expect(evaluate.tab).toBe('setup')
})

test('the place of the view is kept until it is opened, and after', async () => {
  const place = { tab: 'compare', evaluation: { runFolder: '/runs/a', id: 'old' } }
  evaluate.restore(place)
  expect(evaluate.place).toEqual(place)
  await evaluate.openLeft()
  expect(evaluate.opened?.summary.ref.id).toBe('old')
  expect(evaluate.place).toEqual(place)
})
