import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Settings } from '../../../../src/shared/contract'
import type { RunSummary } from '../../../../src/shared/spec'
import type { RunsState } from '../../../../src/renderer/src/state/runs-state.svelte'
import { EMPTY_SETTINGS } from '../../../support/settings'
import { until } from '../../../support/until'
import { stubWindow } from '../../../support/window-stub'
import { makeRun } from '../views/runs/make-run'

let settings: Settings
let listed: RunSummary[]
let active: string | null

/** A run of that day of January, the newest first in a list. */
function runOf(name: string, day: number, state: RunSummary['run']['state']): RunSummary {
  const made = makeRun({ folder: `/runs/${name}`, state })
  const created = `2026-01-0${day}T00:00:00.000Z`
  return { ...made, activeAt: created, run: { ...made.run, name, created } }
}

async function open(): Promise<RunsState> {
  vi.resetModules()
  const stub = stubWindow()
  stub.main = {
    'settings.get': () => settings,
    'settings.set': (changes) => (settings = { ...settings, ...changes }),
    'runs.list': () => ({ runs: listed, broken: [] }),
  }
  const module = await import('../../../../src/renderer/src/state/runs-state.svelte')
  const runs = new module.RunsState(() => active)
  runs.connect()
  await runs.refresh()
  await until(() => runs.isLoaded)
  return runs
}

const names = (runs: readonly RunSummary[]): string[] => runs.map(({ run }) => run.name)

beforeEach(() => {
  settings = EMPTY_SETTINGS
  active = null
  listed = [runOf('second', 2, 'running'), runOf('first', 1, 'paused')]
})

describe('runs that were cut off', () => {
  test('are told together, and each dismissed one stays dismissed after a restart', async () => {
    const runs = await open()
    expect(names(runs.announced)).toEqual(['second', 'first'])
    await runs.dismissInterrupted(['/runs/second'])
    expect(names(runs.announced)).toEqual(['first'])
    await runs.dismissInterrupted(['/runs/first'])
    expect(runs.announced).toEqual([])
    const again = await open()
    expect(again.announced).toEqual([])
    // They can still be found and continued.
    expect(names(again.interrupted)).toEqual(['second', 'first'])
  })

  test('are told no more once a later run has ended as it should', async () => {
    listed = [runOf('cut-since', 4, 'running'), runOf('good', 3, 'finished'), ...listed]
    expect(names((await open()).announced)).toEqual(['cut-since'])
    listed = [runOf('bad', 3, 'failed'), ...listed.slice(2)]
    expect(names((await open()).announced)).toEqual(['second', 'first'])
    // One that began before them may have gone on and ended after them.
    const resumed = runOf('resumed', 1, 'finished')
    listed = [...listed, { ...resumed, activeAt: runOf('', 5, 'finished').activeAt }]
    expect((await open()).announced).toEqual([])
  })

  test('are told again when they were continued and cut off once more', async () => {
    const runs = await open()
    await runs.dismissInterrupted(['/runs/second'])
    active = '/runs/second'
    await runs.refresh()
    expect(settings.dismissedRuns).toEqual([])
    active = null
    await runs.refresh()
    expect(names(runs.announced)).toEqual(['second', 'first'])
  })

  test('are none that another program trains', async () => {
    listed = listed.map((run) => ({ ...run, isLocked: run.folder === '/runs/second' }))
    const runs = await open()
    expect(names(runs.interrupted)).toEqual(['first'])
    expect(listed.map((run) => runs.canContinue(run))).toEqual([false, true])
  })
})
