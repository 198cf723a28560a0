import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { LabState } from '../../../../src/renderer/src/state/lab-state.svelte'
import {
  IDLE_STATUS,
  LabError,
  type FeatureMaps,
  type Prediction,
  type Settings,
  type TrainingStatus,
} from '../../../../src/shared/contract'
import {
  NO_LABELS,
  defaultSettings,
  paperPreprocessing,
  type MetricsLine,
  type RunSummary,
  type StepMetrics,
} from '../../../../src/shared/spec'
import { until } from '../../../support/until'
import { sendMaps } from '../../../support/sent-maps'
import { stubWindow, type WindowStub } from '../../../support/window-stub'
import { APP_INFO, EMPTY_SETTINGS } from '../../../support/settings'

const status = (changes: Partial<TrainingStatus>): TrainingStatus => ({
  ...IDLE_STATUS,
  ...changes,
})
const step = (number: number): StepMetrics => ({
  kind: 'step',
  step: number,
  epoch: 0.1,
  seconds: 1,
  learningRate: 0.01,
  train: { loss: 1, top1: 0, top5: 0 },
})
const network = { configuration: 'A', inputSize: 32, classes: 2, width: 0.25 } as const
const mapsOf = (layer: string, stepNumber: number | null = null): FeatureMaps =>
  sendMaps({ layer, shape: [1, 1, 1], data: new Float32Array(1), step: stepNumber })
const prediction: Prediction = {
  top: [{ class: 'cat', probability: 1 }],
  all: [{ class: 'cat', probability: 1 }],
  input: { size: 1, pixels: new Uint8Array(3) },
  sourceWidth: 1,
  sourceHeight: 1,
  protocol: '',
  elapsedMs: 1,
}
const runNamed = (name: string, state: RunSummary['run']['state']): RunSummary => ({
  folder: `/runs/${name}`,
  run: {
    version: 1,
    name,
    created: '2026-01-01T00:00:00Z',
    network,
    classNames: ['cat', 'dog'],
    preprocessing: paperPreprocessing([0, 0, 0], 32),
    settings: defaultSettings(32),
    dataFolder: '/data',
    trainImages: 1,
    validationImages: 1,
    trainedSeconds: 1,
    versions: { lab: '', tensorflow: '' },
    state,
    failure: null,
  },
  labels: NO_LABELS,
  isLocked: false,
  epochs: 1,
  activeAt: '2026-01-01T01:00:00Z',
  best: null,
  checkpoints: ['epoch-0001'],
})

let stub: WindowStub
let lab: LabState
let disconnect: () => void

let settings: Settings

beforeEach(async () => {
  settings = { ...EMPTY_SETTINGS, theme: 'dark', recentFolders: ['/old'] }
  vi.resetModules()
  stub = stubWindow()
  stub.main = {
    'app.info': () => APP_INFO,
    'settings.get': () => settings,
    'settings.set': (changes) => (settings = { ...settings, ...changes }),
    'engine.state': () => ({ state: 'starting' }),
    'runs.list': () => ({
      runs: [runNamed('cut', 'running'), runNamed('done', 'finished')],
      broken: [{ folder: '/runs/torn', fault: 'Expected run.json; got nothing.' }],
    }),
  }
  stub.engine = {
    'training.status': () => status({}),
    'training.history': () => [],
    'model.describe': () => ({ network, classNames: ['cat', 'dog'], title: 'run cut' }),
    'inspect.picture': () => ({
      type: 'image/png',
      width: 1,
      height: 1,
      bytes: new Uint8Array(1),
    }),
    'inspect.glance': () => ({ prediction, layers: [] }),
    'inspect.maps': ({ layer }) => mapsOf(layer),
    'training.pin': ({ pin }, { session }) => {
      session.pin = pin
      return null
    },
  }
  const { LabState } = await import('../../../../src/renderer/src/state/lab-state.svelte')
  lab = new LabState()
  disconnect = lab.connect()
  await until(() => lab.info !== null && lab.runs.isLoaded)
  // Answers come in order: with this one, the history that was asked for on mount is there too.
  await lab.training.refresh()
})
afterEach(() => {
  disconnect()
  stub.sendFromMain('engine', {
    state: 'gone',
    isOutOfMemory: false,
    reason: 'the test has ended',
    runFolder: null,
    standing: null,
  })
  vi.unstubAllGlobals()
})

describe('weights of others', () => {
  test('become a run that Inspect opens, and what there is to know stays until it is dismissed', async () => {
    const asked: unknown[] = []
    stub.main['dialog.openWeights'] = () => '/downloads/vgg16.onnx'
    stub.engine['weights.import'] = (args) => {
      asked.push(args)
      return { runFolder: '/runs/vgg16', title: 'VGG-16 (D), width 1', notes: ['Not used: x.'] }
    }
    stub.sendFromMain('command', { name: 'import-weights' })
    await until(() => lab.inspect.summary !== null)
    expect(asked).toEqual([{ file: '/downloads/vgg16.onnx', runsFolder: '/runs' }])
    expect(lab.view).toBe('Inspect')
    expect(lab.inspect.model).toEqual({ kind: 'run', folder: '/runs/vgg16', checkpoint: null })
    expect(lab.weights.fileName).toBe('vgg16.onnx')
    expect(lab.weights.imported?.notes).toEqual(['Not used: x.'])
    lab.weights.dismiss()
    expect([lab.weights.fileName, lab.weights.imported]).toEqual([null, null])
  })

  test('that cannot be read leave the view and the model as they are', async () => {
    stub.engine['weights.import'] = () => {
      throw new LabError('unreadable', 'Expected a valid ONNX file; it contains no graph.')
    }
    await lab.importWeights('/downloads/torn.onnx')
    expect(lab.weights.error?.message).toMatch(/contains no graph/)
    expect([lab.view, lab.inspect.model]).toEqual(['Start', null])
  })
})

describe('training', () => {
  test('history read at the start and steps that stream in meet without gap or double', async () => {
    const history: MetricsLine[] = [step(1), step(2)]
    stub.engine['training.start'] = (args) => {
      expect(args).toMatchObject({ dataFolder: '/data', runsFolder: '/runs' })
      stub.session.sendEvent('status', status({ phase: 'training', runFolder: '/runs/a' }))
      stub.session.sendEvent('steps', [step(1)])
      return { runFolder: '/runs/a' }
    }
    stub.engine['training.history'] = () => history
    expect(await lab.training.start('/data')).toBe('/runs/a')
    stub.session.sendEvent('steps', [step(2), step(3)])
    await until(() => lab.training.history.length === 3)
    expect([...lab.training.history.column('step')]).toEqual([1, 2, 3])
    expect(lab.training.isActive).toBe(true)
    expect(lab.training.isAsking).toBe(false)
  })

  test('what a person waits for is shown at once with the points before it, the rest by the clock', async () => {
    const tell = (changes: Partial<TrainingStatus>): void =>
      stub.session.sendEvent('status', status({ runFolder: '/runs/a', ...changes }))
    let isHistoryAsked = false
    stub.engine['training.history'] = () => {
      isHistoryAsked = true
      return []
    }
    tell({ phase: 'training' })
    await until(() => lab.training.isActive && isHistoryAsked)
    // Answers come in order: with this one the history is there, and replaces no later point.
    await lab.training.form.readMemory()
    const startedMs = performance.now()
    let seen = 0
    let last = lab.training.status
    const watch = (): void => {
      if (lab.training.status !== last) seen++
      last = lab.training.status
    }
    for (let number = 1; number <= 100; number++) {
      stub.session.sendEvent('steps', [step(number)])
      tell({ phase: number % 10 === 0 ? 'validating' : 'training', step: number })
      await new Promise((next) => setTimeout(next, 0))
      watch()
    }
    // Two in a second, however long it took.
    expect(seen).toBeLessThanOrEqual(2 + (performance.now() - startedMs) / 500)
    tell({ phase: 'paused', step: 100 })
    await until(() => lab.training.status.phase === 'paused')
    expect(lab.training.status.step).toBe(100)
    const version = lab.training.historyVersion
    await new Promise((next) => setTimeout(next, 0))
    expect(lab.training.historyVersion).toBe(version)
    expect(lab.training.history.length).toBe(100)
  })

  test('the version rises once per beat, however many messages come', async () => {
    const before = lab.training.historyVersion
    for (let number = 1; number <= 50; number++) stub.session.sendEvent('steps', [step(number)])
    await until(() => lab.training.history.length === 50)
    await until(() => lab.training.historyVersion > before)
    expect(lab.training.historyVersion - before).toBeLessThan(50)
  })

  test('a refusal is told and the form stays', async () => {
    stub.engine['training.start'] = () => {
      throw new LabError('busy', 'Expected no run in training.', 'Stop it first.')
    }
    lab.training.form.set('epochs', 3)
    expect(await lab.training.start('/data')).toBeNull()
    expect(lab.training.error).toMatchObject({ code: 'busy', hint: 'Stop it first.' })
    expect(lab.training.form.settings.epochs).toBe(3)
  })

  test('faults follow the form, and the scale follows the input size', () => {
    lab.training.form.set('inputSize', 96)
    expect(lab.training.form.settings.scale).toEqual({ min: 110, max: 110 })
    expect(lab.training.form.faults).toEqual({})
    lab.training.form.set('batchSize', 0)
    expect(Object.keys(lab.training.form.faults)).toEqual(['batchSize'])
  })

  test('an engine that dies leaves the curves and offers the run', async () => {
    stub.engine['training.history'] = () => [step(1)]
    stub.session.sendEvent('status', status({ phase: 'training', runFolder: '/runs/cut' }))
    await until(() => lab.training.isActive && lab.training.history.length === 1)
    stub.session.sendEvent('steps', [step(1)])
    await until(() => lab.training.history.length === 1)
    expect(lab.runs.interrupted).toEqual([])

    const reason = 'The engine was killed (SIGKILL)'
    stub.sendFromMain('engine', {
      state: 'gone',
      isOutOfMemory: false,
      reason,
      runFolder: '/runs/cut',
      standing: { checkpoint: 'epoch-0001', microBatch: 8 },
    })
    expect(lab.training.isActive).toBe(false)
    expect(lab.training.status).toMatchObject({ phase: 'failed', message: reason })
    expect(lab.engine.interruption).toEqual({
      reason,
      isOutOfMemory: false,
      runFolder: '/runs/cut',
      standing: { checkpoint: 'epoch-0001', microBatch: 8 },
    })
    expect(lab.runs.interrupted.map((run) => run.folder)).toEqual(['/runs/cut'])
    expect(lab.training.history.length).toBe(1)

    stub.engine['training.continue'] = ({ runFolder }) => ({ runFolder })
    stub.engine['training.history'] = () => [step(1), step(2)]
    stub.handOverPort()
    await lab.continueRun('/runs/cut')
    expect(lab.engine.interruption).toBeNull()
    expect(lab.view).toBe('Train')
    expect(lab.training.history.length).toBe(2)
  })

  test('the settings of a run are taken over, with its data where the person wants it', async () => {
    const opened: string[] = []
    stub.engine['dataset.open'] = ({ folder }) => {
      opened.push(folder)
      return {
        ...{ folder, source: folder, layout: 'classes', images: 4 },
        ...{ classes: [], skipped: [], warnings: [] },
      }
    }
    stub.handOverPort()
    await lab.data.open('/other')
    const { run } = runNamed('done', 'finished')
    const settings = { ...run.settings, learningRate: 0.002, epochs: 7, validationFolder: '/held' }
    lab.useSettings({ ...runNamed('done', 'finished'), run: { ...run, settings } })
    expect(lab.view).toBe('Train')
    expect(lab.training.form.settings).toEqual({ ...settings, validationFolder: null })
    expect(lab.training.form.reused).toMatchObject({ runName: 'done', dataFolder: '/data' })
    await lab.openReusedData()
    expect(opened).toEqual(['/other', '/data'])
    // Its validation pictures belong to its data.
    expect(lab.training.form.settings.validationFolder).toBe('/held')
    lab.training.form.choosePreset('small-data')
    expect(lab.training.form.reused).toBeNull()
  })

  test('one whose pictures are elsewhere goes on with each folder that was chosen', async () => {
    const asked: unknown[] = []
    stub.engine['training.continue'] = (args) => {
      asked.push(args)
      return { runFolder: args.runFolder }
    }
    stub.engine['training.history'] = () => []
    let chosen: string | null = null
    stub.main['dialog.openFolder'] = () => chosen
    const tell = async (code: 'pictures-missing' | 'validation-missing'): Promise<void> => {
      const error = { code, message: '', hint: '' }
      stub.session.sendEvent('status', status({ phase: 'failed', runFolder: '/runs/a', error }))
      await until(() => lab.training.error?.code === code)
    }
    await lab.continueRun('/runs/a', { learningRate: 0.001 })
    expect(lab.training.lostPictures).toBeNull()
    await tell('pictures-missing')
    expect(lab.training.lostPictures).toEqual({ runFolder: '/runs/a', kind: 'dataFolder' })
    await lab.continueElsewhere('/runs/a', 'dataFolder')
    chosen = '/now'
    await lab.continueElsewhere('/runs/a', 'dataFolder')
    await tell('validation-missing')
    expect(lab.training.lostPictures?.kind).toBe('validationFolder')
    chosen = '/val'
    await lab.continueElsewhere('/runs/a', 'validationFolder')
    await lab.continueElsewhere('/runs/b', 'dataFolder')
    expect(asked).toEqual([
      { runFolder: '/runs/a', learningRate: 0.001 },
      { runFolder: '/runs/a', learningRate: 0.001, dataFolder: '/now' },
      { runFolder: '/runs/a', learningRate: 0.001, dataFolder: '/now', validationFolder: '/val' },
      { runFolder: '/runs/b', dataFolder: '/val' },
    ])
  })
})

describe('data', () => {
  const summary = {
    source: '/pictures',
    folder: '/pictures',
    layout: 'classes',
    classes: [],
    images: 0,
    skipped: [],
    warnings: [],
  } as const

  test('a folder is scanned with the split of the training form, and remembered', async () => {
    const asked: unknown[] = []
    stub.engine['dataset.open'] = (args) => {
      asked.push(args)
      return summary
    }
    lab.training.form.set('validationShare', 0.3)
    expect(await lab.data.open('/pictures')).toBe(true)
    expect(asked).toEqual([{ folder: '/pictures', validationShare: 0.3, seed: 1 }])
    expect(lab.data.recentFolders).toEqual(['/pictures', '/old'])
  })

  test('its split follows the settings; another folder gives a validation folder up', async () => {
    const asked: unknown[] = []
    const counts = { exact: 1, near: 0, tiny: 0, unreadable: 0, leaks: 0 }
    const findings = { checked: 9, exact: [], near: [], tiny: [], unreadable: [], counts }
    stub.engine['dataset.open'] = ({ folder }) => ({ ...summary, source: folder })
    stub.engine['dataset.check'] = () => findings
    stub.engine['dataset.split'] = (args) => {
      asked.push(args)
      const isJoined = args.validationFolder !== null
      const leaking = { ...findings, counts: { ...counts, leaks: 2 } }
      return { dataset: { ...summary, images: 9 }, findings: isJoined ? null : leaking }
    }
    await lab.data.open('/pictures')
    await lab.data.checkPictures()
    const settings = { validationShare: 0.2, seed: 1, validationFolder: null }
    await lab.data.follow(settings)
    expect(asked).toEqual([])
    await lab.data.follow({ ...settings, seed: 2 })
    expect(asked).toEqual([{ folder: '/pictures', ...settings, seed: 2 }])
    expect(lab.data.split).toEqual({ ...settings, seed: 2 })
    expect(lab.data.dataset?.images).toBe(9)
    expect([lab.data.leaksBefore, lab.data.check.value?.counts.leaks]).toEqual([0, 2])
    lab.training.form.set('validationFolder', '/other')
    await lab.data.follow(lab.training.form.settings)
    expect([lab.data.leaksBefore, lab.data.check.value]).toEqual([2, null])
    await lab.data.open('/pictures')
    expect(lab.training.form.settings.validationFolder).toBe('/other')
    await lab.data.open('/others')
    expect(lab.training.form.settings.validationFolder).toBeNull()
  })

  test('a folder that cannot be used is told, and the last one stays', async () => {
    stub.engine['dataset.open'] = () => summary
    await lab.data.open('/pictures')
    stub.engine['dataset.open'] = () => {
      throw new LabError('not-found', 'Expected a folder; there is none.')
    }
    expect(await lab.data.open('/gone')).toBe(false)
    expect(lab.data.error).toMatchObject({ code: 'not-found' })
    expect(lab.data.dataset?.folder).toBe('/pictures')
  })
})

test('commands of the menu and of a second start are obeyed', async () => {
  stub.engine['dataset.open'] = ({ folder }) => ({
    source: folder,
    folder,
    layout: 'classes',
    classes: [],
    images: 0,
    skipped: [],
    warnings: [],
  })
  stub.sendFromMain('command', { name: 'show-view', view: 'Runs' })
  expect(lab.view).toBe('Runs')
  stub.sendFromMain('command', { name: 'open-folder', path: '/given' })
  await until(() => lab.data.dataset?.folder === '/given')
  expect(lab.view).toBe('Data')
})

test('broken runs are told beside the others', () => {
  expect(lab.runs.runs).toHaveLength(2)
  expect(lab.runs.broken[0]?.folder).toBe('/runs/torn')
})

test('the theme that was chosen is on the page', () => {
  expect(lab.appearance.theme).toBe('dark')
  expect(document.documentElement.dataset.theme).toBe('dark')
})
