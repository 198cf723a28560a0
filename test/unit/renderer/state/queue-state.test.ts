import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { QueueState } from '../../../../src/renderer/src/state/queue-state.svelte'
import type { TrainingState } from '../../../../src/renderer/src/state/training-state.svelte'
import {
  IDLE_STATUS,
  LabError,
  type AppInfo,
  type Settings,
  type TrainingStatus,
} from '../../../../src/shared/contract'
import { until } from '../../../support/until'
import { stubWindow, type WindowStub } from '../../../support/window-stub'
import { EMPTY_SETTINGS } from '../../../support/settings'

const status = (changes: Partial<TrainingStatus>): TrainingStatus => ({
  ...IDLE_STATUS,
  ...changes,
})

let stub: WindowStub
let training: TrainingState
let queue: QueueState
let disconnect: () => void
let settings: Settings
let isReady = true
let asked: string[] = []

beforeEach(async () => {
  settings = { ...EMPTY_SETTINGS, theme: 'dark' }
  isReady = true
  asked = []
  vi.resetModules()
  stub = stubWindow()
  stub.main = {
    'settings.get': () => settings,
    'settings.set': (changes) => (settings = { ...settings, ...changes }),
  }
  stub.engine = {
    'training.history': () => [],
    'training.start': ({ name, dataFolder }) => {
      asked.push(name)
      if (dataFolder === '/gone') throw new LabError('not-found', 'Expected a folder; got none.')
      return { runFolder: `/runs/${name}` }
    },
  }
  const [bridge, trainingModule, queueModule] = await Promise.all([
    import('../../../../src/renderer/src/lib/engine/bridge'),
    import('../../../../src/renderer/src/state/training-state.svelte'),
    import('../../../../src/renderer/src/state/queue-state.svelte'),
  ])
  training = new trainingModule.TrainingState(() => ({ runsFolder: '/runs' }) as AppInfo)
  queue = new queueModule.QueueState(training, () => isReady)
  disconnect = training.connect()
  bridge.connectBridge()
})

const loseEngine = (): void =>
  stub.sendFromMain('engine', {
    state: 'gone',
    isOutOfMemory: false,
    reason: 'The engine was killed (SIGKILL)',
    runFolder: null,
    standing: null,
  })

afterEach(() => {
  disconnect()
  loseEngine()
  vi.unstubAllGlobals()
})

describe('the queue', () => {
  const fill = async (...names: string[]): Promise<void> => {
    queue.hold()
    for (const name of names) {
      training.form.runName = name
      await queue.add(name === 'lost' ? '/gone' : '/data')
    }
  }
  const names = (): string[] => queue.runs.map(({ name }) => name)

  test('keeps what it was given, in the order that it is put into', async () => {
    await fill('one', 'two', 'three')
    const [one, , three] = queue.runs
    await queue.move(three?.id ?? '', -1)
    await queue.move(one?.id ?? '', -1)
    expect(names()).toEqual(['one', 'three', 'two'])
    await queue.remove(one?.id ?? '')
    expect(settings.queue.map(({ name }) => name)).toEqual(['three', 'two'])
    expect(settings.queue[0]?.settings).toEqual(training.form.settings)
  })

  test('starts nothing while it is held, a run trains, or there is no engine', async () => {
    await fill('one')
    expect(queue.isDue).toBe(false)
    queue.goOn()
    expect(queue.isDue).toBe(true)
    stub.session.sendEvent('status', status({ phase: 'training' }))
    await until(() => training.isActive)
    expect(queue.isDue).toBe(false)
    stub.session.sendEvent('status', status({ phase: 'finished' }))
    await until(() => queue.isDue)
    isReady = false
    expect(queue.isDue).toBe(false)
  })

  test('goes on after a failure, which it tells, and past a run that cannot start', async () => {
    await fill('lost', 'two')
    queue.goOn()
    const error = { code: 'diverged' as const, message: 'The loss is not finite.', hint: '' }
    stub.session.sendEvent('status', status({ phase: 'failed', runName: 'zero', error }))
    await until(() => training.status.phase === 'failed')
    await queue.startNext()
    expect(queue.notes).toEqual([])
    expect(queue.runs[0]?.fault).toBe('Expected a folder; got none.')
    expect(queue.isDue).toBe(true)
    await queue.startNext()
    expect(asked).toEqual(['lost', 'two'])
    expect(queue.notes).toEqual([
      'zero ended early: The loss is not finite. The next run was started.',
    ])
    expect(names()).toEqual(['lost'])
    expect(settings.queue.map(({ name }) => name)).toEqual(['lost'])
    expect(queue.isDue).toBe(false)
    await queue.retry(queue.runs[0]?.id ?? '')
    expect(queue.isDue).toBe(true)
  })

  test('has let go of a run that began, though the engine died before it told more', async () => {
    await fill('one', 'two')
    let isHistoryAsked = false
    stub.engine['training.history'] = () => {
      isHistoryAsked = true
      return new Promise(() => undefined)
    }
    const begun = queue.startNext()
    await until(() => isHistoryAsked)
    loseEngine()
    await begun
    expect(names()).toEqual(['two'])
    expect(training.error).toBeNull()
  })

  test('tells a failure once, however long the run before keeps the engine busy', async () => {
    await fill('one')
    let refusals = 2
    stub.engine['training.start'] = ({ name }) => {
      if (refusals-- > 0) throw new LabError('busy', 'Expected no run in training; one is.')
      return { runFolder: `/runs/${name}` }
    }
    stub.session.sendEvent('status', status({ phase: 'failed', runName: 'zero', message: 'Torn.' }))
    await until(() => training.status.phase === 'failed')
    for (let turn = 0; turn < 3; turn++) await queue.startNext()
    expect(queue.notes).toEqual(['zero ended early: Torn. The next run was started.'])
    expect(names()).toEqual([])
  })
})
