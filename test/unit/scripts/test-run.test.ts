import { describe, expect, it } from 'vitest'
import { chooseStages, STAGES } from '../../../scripts/testing/stages.mjs'
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

  it('tell a name that is none of them', () => {
    expect(chooseStages(['unit', 'nothing'])).toBe('nothing')
  })
})
