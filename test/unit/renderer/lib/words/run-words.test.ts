import { describe, expect, it } from 'vitest'
import {
  describeBest,
  describeCreated,
  describeEpochs,
  describeProtocol,
  describeRunNetwork,
  describeState,
} from '../../../../../src/renderer/src/lib/words/run-words'
import { makeRun } from '../../views/runs/make-run'

describe('words for runs', () => {
  it('tells a run that was cut off from one that trains', () => {
    const running = makeRun({ state: 'running' })
    expect(describeState(running, false)).toEqual({ words: 'training', tone: 'busy' })
    expect(describeState(running, true)).toEqual({ words: 'interrupted', tone: 'warning' })
    expect(describeState(makeRun({ state: 'failed' }), false).tone).toBe('bad')
  })

  it('gives the accuracy and how it was measured', () => {
    expect(describeBest(makeRun())).toBe('95.8%')
    expect(describeBest(makeRun({ best: null }))).toBe('–')
    expect(describeProtocol(makeRun())).toBe(
      'VGG-11 (A), 20 validation pictures, test scale Q=73, one centre crop of 64 px, no flip',
    )
    expect(describeRunNetwork(makeRun())).toBe('VGG-11 (A), 64 px, width 0.25')
  })

  it('has no state of training and no epochs for a run that was imported', () => {
    const imported = { file: '/vgg16.onnx', hasClassifier: true, notes: [] }
    const run = makeRun({ state: 'finished' })
    expect(describeEpochs(run)).toMatch(/^\d+ of \d+$/)
    const other = { ...run, run: { ...run.run, imported } }
    expect(describeEpochs(other)).toBe('–')
    expect(describeState(other, false).words).toBe('imported')
  })

  it('shows a date, or what stands in its place', () => {
    expect(describeCreated('2026-01-02T12:00:00.000Z', 'en-US')).toMatch(/Jan 2, 2026/)
    expect(describeCreated('yesterday')).toBe('yesterday')
  })
})
