import { expect, test } from 'vitest'
import type { CheckpointState } from '../../../../src/main/engine/runs/checkpoint-state'
import {
  isStalled,
  stalledEpochsOf,
} from '../../../../src/main/engine/training/steps/early-stopping'

test('a run ends after so many epochs without a better one, and never where that is off', () => {
  expect([0, 1, 2, 3, 4].map((epochs) => isStalled(epochs, 3))).toEqual([
    false,
    false,
    false,
    true,
    true,
  ])
  expect(isStalled(1000, 0)).toBe(false)
})

test('a checkpoint tells how long it has waited; an older one by its epochs', () => {
  const state = { metrics: { epoch: 9 }, best: { epoch: 5 } } as CheckpointState
  expect(stalledEpochsOf(null)).toBe(0)
  expect(stalledEpochsOf(state)).toBe(4)
  // Trained longer after it had ended: its patience began again.
  expect(stalledEpochsOf({ ...state, stalledEpochs: 1 })).toBe(1)
})
