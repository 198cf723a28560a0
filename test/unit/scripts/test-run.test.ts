import { describe, expect, it } from 'vitest'
import { chooseStages, planRounds, STAGES } from '../../../scripts/testing/stages.mjs'
import { addTotals, countTests, formatTotals } from '../../../scripts/testing/totals.mjs'

describe('the totals of a test run', () => {
  const report = {
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 1,
    numTodoTests: 1,
    testResults: [{ status: 'failed', assertionResults: [{ status: 'failed' }] }],
  }

  it('count passed, failed and skipped tests', () => {
    expect(countTests(report)).toEqual({ passed: 3, failed: 1, skipped: 2 })
  })

  it('count a file that broke before its tests as a failure', () => {
    const broken = { ...report, testResults: [{ status: 'failed', assertionResults: [] }] }
    expect(countTests(broken).failed).toBe(2)
  })

  it('are one line over all stages', () => {
    const all = addTotals([
      { passed: 3, failed: 0, skipped: 0 },
      { passed: 4, failed: 1, skipped: 0 },
    ])
    expect(formatTotals(all)).toBe('7 passed, 1 failed')
    expect(formatTotals({ passed: 1, failed: 0, skipped: 2 })).toBe('1 passed, 0 failed, 2 skipped')
  })
})

describe('the stages of a test run', () => {
  it('are all of them unless some are named, always in their order', () => {
    expect(chooseStages([])).toEqual(STAGES)
    const chosen = chooseStages(['e2e', 'unit'])
    expect(chosen).toMatchObject([{ name: 'unit' }, { name: 'e2e' }])
  })

  it('run side by side where there are processors for it, each stage once', () => {
    const names = (processors: number) =>
      planRounds(STAGES, processors).map((lanes) => lanes.map((lane) => lane.map((it) => it.name)))
    expect(names(2)).toEqual([
      [['unit']],
      [
        ['check', 'e2e'],
        ['engine', 'engine-next'],
      ],
    ])
    expect(names(1)).toEqual([[['unit']], [['check', 'e2e', 'engine', 'engine-next']]])
    const planned = planRounds(STAGES, 2).flat(2)
    expect(planned).toHaveLength(STAGES.length)
    expect(new Set(planned)).toEqual(new Set(STAGES))
  })

  it('leave no empty lane where only some are asked for', () => {
    const engine = STAGES.filter(({ name }) => name === 'engine')
    expect(planRounds(engine, 2)).toEqual([[engine]])
  })

  it('tell a name that is none of them', () => {
    expect(chooseStages(['unit', 'nothing'])).toBe('nothing')
  })
})
