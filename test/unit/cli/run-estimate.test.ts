import { expect, test } from 'vitest'
import { describeEstimate } from '../../../src/main/cli/run-estimate'
import { IDLE_STATUS } from '../../../src/shared/contract'
import { makeRun } from '../renderer/views/runs/make-run'

const { run } = makeRun()
const status = {
  ...IDLE_STATUS,
  phase: 'training' as const,
  epoch: 1,
  epochs: 50,
  stepsPerEpoch: 12,
  etaSeconds: 725,
  imagesPerSecond: 16 / 0.24,
}

test('train says what a run takes by its first seconds, and nothing before they tell', () => {
  expect(describeEstimate({ ...status, imagesPerSecond: null }, run, null)).toBeNull()
  expect(describeEstimate(status, run, 50e9)).toMatch(
    /^About 12 min 05 s for 50 epochs of 12 steps at 0\.24 s each, as measured; up to [\d.]+ MB of checkpoints, 50 GB free\.$/,
  )
  const settings = { ...run.settings, earlyStopping: 3 }
  expect(describeEstimate(status, { ...run, settings }, 1e6)).toMatch(
    /^At most about .* 1 MB free\. Not enough: keep fewer \(--keep-last\), or free some space\.$/,
  )
})
