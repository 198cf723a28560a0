import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LabState } from '../../../../src/renderer/src/state/lab-state.svelte'
import {
  IDLE_STATUS,
  LabError,
  type DatasetSummary,
  type LastSession,
  type Settings,
} from '../../../../src/shared/contract'
import { defaultSettings, type RunSummary } from '../../../../src/shared/spec'
import { FIRST_SESSION } from '../../../../src/main/settings-store'
import { APP_INFO, EMPTY_SETTINGS } from '../../../support/settings'
import { sendMaps } from '../../../support/sent-maps'
import { until } from '../../../support/until'
import { stubWindow, type WindowStub } from '../../../support/window-stub'
import { makeRun } from '../views/runs/make-run'

const network = { configuration: 'A', inputSize: 32, classes: 2, width: 0.25 } as const
const left: LastSession = {
  page: 'Evaluate',
  dataSource: '/pictures',
  form: {
    preset: 'paper',
    runName: 'mine',
    settings: { ...defaultSettings(64), epochs: 7, validationFolder: '/held-back' },
  },
  inspect: {
    model: { kind: 'run', folder: '/runs/old', checkpoint: 'epoch-0002' },
    image: '/pictures/cat/2.png',
    layer: 'conv3_1',
    stage: 'pre-relu',
    tool: 'unit',
  },
  evaluate: { tab: 'numbers', evaluation: { runFolder: '/runs/old', id: 'dense-256-12345678' } },
}
const summaryOf = (source: string): DatasetSummary => ({
  source,
  folder: source,
  layout: 'classes',
  classes: [],
  images: 0,
  skipped: [],
  warnings: [],
})

let stub: WindowStub
let lab: LabState
let settings: Settings
let runs: RunSummary[]
/** What the engine was asked, with what. */
let asked: [string, unknown][]
let isThere: boolean
let disconnects: (() => void)[]

/** A start of the window on what main has kept. */
async function start(): Promise<void> {
  vi.resetModules()
  stub = stubWindow()
  stub.main = {
    'app.info': () => APP_INFO,
    'settings.get': () => settings,
    'settings.set': (changes) => (settings = { ...settings, ...changes }),
    'engine.state': () => ({ state: 'starting' }),
    'file.exists': () => isThere,
    'runs.list': () => ({ runs, broken: [] }),
  }
  const note = (name: string, args: unknown): void => void asked.push([name, args])
  stub.engine = {
    'training.status': () => IDLE_STATUS,
    'training.history': () => [],
    'training.pin': () => null,
    'dataset.open': (args) => {
      note('open', args.folder)
      return summaryOf(args.folder)
    },
    'dataset.pictures': () => ({ total: 0, pictures: [] }),
    'model.describe': ({ model }) => {
      note('model', model)
      return { network, classNames: ['cat', 'dog'], title: '' }
    },
    'inspect.picture': ({ image }) => {
      note('picture', image)
      if (image.includes('gone')) throw new LabError('not-found', 'Expected a picture; got none.')
      return { type: 'image/png', width: 1, height: 1, bytes: new Uint8Array(1) }
    },
    'inspect.glance': () => ({
      prediction: {
        top: [],
        all: [],
        input: { size: 1, pixels: new Uint8Array(3) },
        sourceWidth: 1,
        sourceHeight: 1,
        protocol: '',
        elapsedMs: 1,
      },
      layers: [],
    }),
    'inspect.maps': ({ layer, stage }) =>
      sendMaps({ layer, stage, shape: [1, 1, 1], data: new Float32Array(1), step: null }),
  }
  const { LabState } = await import('../../../../src/renderer/src/state/lab-state.svelte')
  lab = new LabState()
  disconnects.push(lab.connect())
}

/** As the window does when it closes. */
async function leave(): Promise<void> {
  lab.lastSession.keep(lab.lastSession.current)
  await lab.lastSession.keepNow()
}

/** As Inspect does when it is shown for the first time. */
async function showInspect(): Promise<void> {
  const { InspectedNetwork } =
    await import('../../../../src/renderer/src/state/inspected-network.svelte')
  await until(() => lab.runs.isLoaded)
  await new InspectedNetwork(lab).chooseFirstModel()
}

beforeEach(() => {
  settings = { ...EMPTY_SETTINGS, lastSession: left }
  runs = [makeRun({ folder: '/runs/new' }), makeRun({ folder: '/runs/old' })]
  asked = []
  isThere = true
  disconnects = []
})
afterEach(() => {
  for (const disconnect of disconnects) disconnect()
  vi.unstubAllGlobals()
})

test('the lab opens where it was left; Inspect asks once it is shown', async () => {
  await start()
  expect(lab.view).toBeNull()
  await until(() => lab.data.dataset !== null)
  expect(lab.view).toBe('Evaluate')
  expect(lab.data.dataset?.source).toBe('/pictures')
  const { form } = lab.training
  expect([form.preset.name, form.runName, form.settings]).toEqual([
    'paper',
    'mine',
    left.form.settings,
  ])
  expect(asked).toEqual([['open', '/pictures']])
  // What Inspect has not shown yet is not lost either.
  expect(lab.lastSession.current).toEqual(left)

  await showInspect()
  expect(asked.slice(1)).toEqual([
    ['picture', left.inspect.image],
    ['model', left.inspect.model],
  ])
  expect(lab.lastSession.current).toEqual(left)
  expect(lab.inspect.maps).toMatchObject({ layer: 'conv3_1', stage: 'pre-relu' })
})

test('what changes is there at the next start, and an unchanged place is not written again', async () => {
  await start()
  await until(() => lab.data.dataset !== null)
  const before = settings
  await leave()
  expect(settings).toBe(before)
  lab.view = 'Data'
  lab.training.form.set('epochs', 9)
  await lab.data.open('/others')
  await leave()
  await start()
  await until(() => lab.data.dataset !== null)
  expect([lab.view, lab.data.dataset?.source]).toEqual(['Data', '/others'])
  expect(lab.training.form.settings.epochs).toBe(9)
})

test('pictures that are gone are told in a line on the start page, and at that start alone', async () => {
  isThere = false
  await start()
  await until(() => lab.lastSession.goneSource !== null)
  expect([lab.view, lab.lastSession.goneSource]).toEqual(['Start', '/pictures'])
  expect([lab.data.error, asked]).toEqual([null, []])
  await leave()
  await start()
  await until(() => lab.view !== null)
  expect(lab.lastSession.goneSource).toBeNull()
})

test('a folder that the lab was started with wins', async () => {
  await start()
  stub.sendFromMain('command', { name: 'open-folder', path: '/given' })
  await until(() => lab.data.dataset !== null)
  await until(() => lab.lastSession.current !== null)
  expect([lab.view, lab.data.dataset?.source]).toEqual(['Data', '/given'])
  expect(asked).toEqual([['open', '/given']])
  expect(lab.training.form.settings.epochs).toBe(7)
})

test('a run or a picture that is gone leaves Inspect to its first choice', async () => {
  const inspect = { ...left.inspect, image: '/gone.png' }
  settings = { ...settings, lastSession: { ...FIRST_SESSION, inspect } }
  runs = [makeRun({ folder: '/runs/new' })]
  await start()
  await showInspect()
  expect(lab.inspect.model).toEqual({ kind: 'run', folder: '/runs/new', checkpoint: null })
  expect([lab.inspect.image, lab.inspect.error]).toEqual([null, null])
})

test('the run that was at work last is offered while it is unfinished', async () => {
  const at = (folder: string, activeAt: string, state: 'stopped' | 'running' | 'finished') =>
    makeRun({ folder, activeAt, run: { ...makeRun({ state }).run, name: folder } })
  const stopped = at('/runs/stopped', '2026-01-03T00:00:00Z', 'stopped')
  const cut = at('/runs/cut', '2026-01-02T00:00:00Z', 'running')
  runs = [at('/runs/first', '2026-01-01T00:00:00Z', 'finished'), cut, stopped]
  await start()
  await until(() => lab.runs.isLoaded)
  expect(lab.runs.recent.map(({ folder }) => folder)).toEqual([
    '/runs/stopped',
    '/runs/cut',
    '/runs/first',
  ])
  expect(lab.runs.unfinished).toBe(lab.runs.recent[0])
  runs = [cut]
  await lab.runs.refresh()
  expect(lab.runs.unfinished?.folder).toBe('/runs/cut')
  runs = [cut, at('/runs/done', '2026-01-04T00:00:00Z', 'finished')]
  await lab.runs.refresh()
  expect(lab.runs.unfinished).toBeNull()
})
