import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { InspectedNetwork } from '../../../../src/renderer/src/state/inspected-network.svelte'
import type { LabState } from '../../../../src/renderer/src/state/lab-state.svelte'
import {
  IDLE_STATUS,
  LabError,
  type DatasetPicture,
  type Prediction,
  type TrainingStatus,
} from '../../../../src/shared/contract'
import type { RunSummary } from '../../../../src/shared/spec'
import { until } from '../../../support/until'
import { sendMaps } from '../../../support/sent-maps'
import { APP_INFO, EMPTY_SETTINGS } from '../../../support/settings'
import { stubWindow, type WindowStub } from '../../../support/window-stub'
import { makeRun } from '../views/runs/make-run'

const network = { configuration: 'A', inputSize: 32, classes: 2, width: 0.25 } as const
const prediction: Prediction = {
  top: [],
  all: [],
  input: { size: 1, pixels: new Uint8Array(3) },
  sourceWidth: 1,
  sourceHeight: 1,
  protocol: '',
  elapsedMs: 1,
}
const runOf = (folder: string, checkpoint: string | null = null) =>
  ({ kind: 'run', folder, checkpoint }) as const

let stub: WindowStub
let lab: LabState
let decisions: InspectedNetwork
let disconnect: () => void
/** The runs on disk, newest first. */
let runs: RunSummary[]
/** What the engine was asked, by name. */
let asked: string[]

beforeEach(async () => {
  vi.resetModules()
  stub = stubWindow()
  runs = []
  asked = []
  stub.main = {
    'app.info': () => APP_INFO,
    'settings.get': () => EMPTY_SETTINGS,
    'settings.set': (changes) => ({ ...EMPTY_SETTINGS, ...changes }),
    'engine.state': () => ({ state: 'starting' }),
    'runs.list': () => ({ runs, broken: [] }),
  }
  stub.engine = {
    'training.status': () => IDLE_STATUS,
    'training.history': () => [],
    'model.describe': () => ({ network, classNames: ['cat', 'dog'], title: '' }),
    'inspect.picture': () => ({ type: 'image/png', width: 1, height: 1, bytes: new Uint8Array(1) }),
    'inspect.glance': () => {
      asked.push('glance')
      return { prediction, layers: [] }
    },
    'inspect.maps': ({ layer, stage }) => {
      asked.push(`maps of ${layer}, ${stage}`)
      return sendMaps({ layer, stage, shape: [1, 1, 1], data: new Float32Array(1), step: null })
    },
    'training.pin': () => null,
  }
  const { LabState } = await import('../../../../src/renderer/src/state/lab-state.svelte')
  const states = await import('../../../../src/renderer/src/state/inspected-network.svelte')
  lab = new LabState()
  disconnect = lab.connect()
  decisions = new states.InspectedNetwork(lab)
  await until(() => lab.runs.isLoaded)
  await lab.training.refresh()
})
afterEach(() => {
  disconnect()
  vi.unstubAllGlobals()
})

/** Tells the window of the run in training, as the engine does, and waits until it knows. */
async function tell(changes: Partial<TrainingStatus>): Promise<void> {
  const status = { ...IDLE_STATUS, runFolder: '/runs/now', ...changes }
  stub.session.sendEvent('status', status)
  await until(() => lab.training.status.phase === status.phase)
}

async function list(...newestFirst: readonly RunSummary[]): Promise<void> {
  runs = [...newestFirst]
  await lab.runs.refresh()
}

describe('the network before anyone has chosen', () => {
  test('is none while there is no run, and then the newest that has weights', async () => {
    await decisions.chooseFirstModel()
    expect(lab.inspect.model).toBeNull()
    await list(makeRun({ folder: '/runs/new', checkpoints: [] }), makeRun({ folder: '/runs/old' }))
    await decisions.chooseFirstModel()
    expect(lab.inspect.model).toEqual(runOf('/runs/old'))
  })

  test('is the one in training as soon as its run is prepared', async () => {
    await list(makeRun({ folder: '/runs/old' }))
    await tell({ phase: 'preparing' })
    await decisions.chooseFirstModel()
    expect(lab.inspect.model).toBeNull()
    await tell({ phase: 'validating' })
    await decisions.chooseFirstModel()
    expect(lab.inspect.model).toEqual({ kind: 'training' })
  })

  test('does not take the place of one that was chosen', async () => {
    const chosen = runOf('/runs/old', 'epoch-0001')
    await lab.inspect.chooseModel(chosen)
    await list(makeRun({ folder: '/runs/new' }), makeRun({ folder: '/runs/old' }))
    await tell({ phase: 'training' })
    await decisions.chooseFirstModel()
    expect(lab.inspect.model).toEqual(chosen)
  })
})

describe('the first picture', () => {
  const pictures = [{ file: 'cat/1.png' }, { file: 'cat/2.png' }] as DatasetPicture[]

  beforeEach(() => {
    stub.engine['dataset.open'] = ({ folder }) => ({
      source: folder,
      folder,
      layout: 'classes',
      classes: [],
      images: 2,
      skipped: [],
      warnings: [],
    })
    stub.engine['dataset.pictures'] = ({ limit }) => ({
      total: 2,
      pictures: pictures.slice(0, limit),
    })
  })

  test('is the first of the data set, once there is a network and a data set', async () => {
    await decisions.openFirstPicture()
    await lab.data.open('/data')
    await decisions.openFirstPicture()
    expect(lab.inspect.image).toBeNull()
    await lab.inspect.chooseModel(runOf('/runs/a'))
    await decisions.openFirstPicture()
    expect(lab.inspect.image).toBe('/data/cat/1.png')
  })

  test('does not take the place of one that was chosen, even while it is looked up', async () => {
    await lab.data.open('/data')
    await lab.inspect.chooseModel(runOf('/runs/a'))
    const opening = decisions.openFirstPicture()
    await lab.inspect.chooseImage('/mine.png')
    await opening
    await decisions.openFirstPicture()
    expect(lab.inspect.image).toBe('/mine.png')
  })

  test('is none where the data set cannot be read, and no error: nothing was asked for', async () => {
    await lab.data.open('/data')
    await lab.inspect.chooseModel(runOf('/runs/a'))
    stub.engine['dataset.pictures'] = () => {
      throw new LabError('not-found', 'Expected a data set.')
    }
    await decisions.openFirstPicture()
    expect([lab.inspect.image, lab.inspect.error]).toEqual([null, null])
  })
})

describe('the network in training', () => {
  test('that was chosen before it was there is asked again when training begins', async () => {
    await tell({ phase: 'preparing' })
    stub.engine['model.describe'] = () => {
      throw new LabError('not-found', 'Expected a network in training.')
    }
    await lab.inspect.chooseModel({ kind: 'training' })
    await decisions.followRun()
    expect(lab.inspect.summary).toBeNull()
    stub.engine['model.describe'] = () => ({ network, classNames: ['cat', 'dog'], title: 'now' })
    await tell({ phase: 'training' })
    await decisions.followRun()
    expect(lab.inspect.summary?.title).toBe('now')
    expect(lab.inspect.error).toBeNull()
  })

  test('gives way to the best checkpoint of its run when that has ended', async () => {
    await tell({ phase: 'training' })
    await lab.inspect.chooseModel({ kind: 'training' })
    await decisions.followRun()
    expect(lab.inspect.model).toEqual({ kind: 'training' })
    runs = [makeRun({ folder: '/runs/newer' }), makeRun({ folder: '/runs/now' })]
    await tell({ phase: 'finished' })
    await decisions.followRun()
    expect(lab.inspect.model).toEqual(runOf('/runs/now'))
  })

  test('gives way to the newest other run where its own has saved nothing, and to none without one', async () => {
    await tell({ phase: 'training' })
    await lab.inspect.chooseModel({ kind: 'training' })
    const unsaved = makeRun({ folder: '/runs/now', checkpoints: [] })
    runs = [unsaved, makeRun({ folder: '/runs/old' })]
    await tell({ phase: 'failed' })
    await decisions.followRun()
    expect(lab.inspect.model).toEqual(runOf('/runs/old'))
    await lab.inspect.chooseModel({ kind: 'training' })
    runs = [unsaved]
    await decisions.followRun()
    expect(lab.inspect.model).toBeNull()
  })

  test('stays where the next run begins while the list of runs is read', async () => {
    await tell({ phase: 'training' })
    await lab.inspect.chooseModel({ kind: 'training' })
    await tell({ phase: 'finished' })
    stub.main['runs.list'] = async () => {
      await tell({ phase: 'preparing', runFolder: '/runs/next' })
      return { runs, broken: [] }
    }
    await decisions.followRun()
    expect(lab.inspect.model).toEqual({ kind: 'training' })
  })

  test('that has ended is nothing to a checkpoint that was chosen', async () => {
    const chosen = runOf('/runs/old', 'epoch-0001')
    await lab.inspect.chooseModel(chosen)
    await tell({ phase: 'finished' })
    await decisions.followRun()
    expect(lab.inspect.model).toEqual(chosen)
  })

  test('is asked again after an epoch, where there is a picture; a checkpoint is not', async () => {
    await tell({ phase: 'training' })
    await lab.inspect.chooseModel({ kind: 'training' })
    await decisions.followEpoch()
    expect(asked).toEqual([])
    await lab.inspect.chooseImage('/cat.png')
    asked = []
    await decisions.followEpoch()
    expect(asked).toEqual(['glance', 'maps of conv1_1, output'])
    await lab.inspect.chooseModel(runOf('/runs/old'))
    asked = []
    await decisions.followEpoch()
    expect(asked).toEqual([])
  })
})

test('an epoch that ends before the last answer is there is asked about after it, and cancels nothing', async () => {
  await tell({ phase: 'training' })
  await lab.inspect.chooseModel({ kind: 'training' })
  await lab.inspect.chooseImage('/cat.png')
  asked = []
  const answers: (() => void)[] = []
  stub.engine['inspect.glance'] = async () => {
    asked.push('glance')
    await new Promise<void>((done) => answers.push(done))
    return { prediction, layers: [] }
  }
  const following = decisions.followEpoch()
  await until(() => answers.length === 1)
  await decisions.followEpoch()
  await decisions.followEpoch()
  answers[0]?.()
  await until(() => answers.length === 2)
  answers[1]?.()
  await following
  const once = ['glance', 'maps of conv1_1, output']
  expect(asked).toEqual([...once, ...once])
})

test('a stage that the layer does not have is left for its output', async () => {
  await lab.inspect.chooseModel(runOf('/runs/a'))
  await lab.inspect.chooseImage('/cat.png')
  await lab.inspect.chooseStage('pre-relu')
  await decisions.leaveMissingStage()
  expect(lab.inspect.stage).toBe('pre-relu')
  await lab.inspect.chooseLayer('pool1')
  await decisions.leaveMissingStage()
  expect(lab.inspect.stage).toBe('output')
  expect(lab.inspect.maps).toMatchObject({ layer: 'pool1', stage: 'output' })
})
