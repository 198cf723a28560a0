import { expect, test } from 'vitest'
import type { ModelRef } from '../../../../src/shared/contract'
import type { LabState } from '../../../../src/renderer/src/state/lab-state.svelte'
import { openCheckpoint } from '../../../../src/renderer/src/state/open-checkpoint'
import { makeRun } from '../views/runs/make-run'

/** A lab whose list of runs is read only when it is asked for. */
function makeLab(checkpoints: readonly string[]) {
  const chosen: (ModelRef | null)[] = []
  const runs = {
    runs: [] as ReturnType<typeof makeRun>[],
    refresh() {
      runs.runs = [makeRun({ folder: '/runs/d', checkpoints: [...checkpoints] })]
      return Promise.resolve()
    },
  }
  const inspected = {
    choose(model: ModelRef | null) {
      chosen.push(model)
      return Promise.resolve()
    },
  }
  const lab = { runs, inspected, view: 'Train' } as unknown as LabState
  return { lab, chosen }
}

test('the checkpoint of an epoch is opened in Inspect', async () => {
  const { lab, chosen } = makeLab(['epoch-0003', 'epoch-0007'])
  expect(await openCheckpoint(lab, '/runs/d', 3)).toBeNull()
  expect(chosen).toEqual([{ kind: 'run', folder: '/runs/d', checkpoint: 'epoch-0003' }])
  expect(lab.view).toBe('Inspect')
})

test('one that is no longer kept is said to be so, with those that are', async () => {
  const { lab, chosen } = makeLab(['epoch-0003', 'epoch-0007', 'epoch-0008'])
  expect(await openCheckpoint(lab, '/runs/d', 5)).toEqual({
    code: 'not-found',
    message: 'Expected the checkpoint of epoch 5; it is no longer kept.',
    hint: 'Kept: epochs 3, 7 and 8. “Keep every” under Checkpoints keeps more for good.',
  })
  expect([chosen, lab.view]).toEqual([[], 'Train'])
  const none = makeLab([])
  expect(await openCheckpoint(none.lab, '/runs/d', 1)).toMatchObject({
    hint: 'The run has no finished checkpoint.',
  })
})
