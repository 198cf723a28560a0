import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { InspectedNetwork } from '../../../../src/renderer/src/state/inspected-network.svelte'
import type { LabState } from '../../../../src/renderer/src/state/lab-state.svelte'
import { describeOrigin } from '../../../../src/renderer/src/lib/words/origin-words'
import {
  IDLE_STATUS,
  LabError,
  type DatasetPicture,
  type Prediction,
} from '../../../../src/shared/contract'
import type { RunFile, RunSummary } from '../../../../src/shared/spec'
import { until } from '../../../support/until'
import { sendMaps } from '../../../support/sent-maps'
import { APP_INFO, EMPTY_SETTINGS } from '../../../support/settings'
import { stubWindow, type WindowStub } from '../../../support/window-stub'
import { makeRun } from '../views/runs/make-run'

/** The pictures of each data folder; a run has those of its folder in its halves. */
const PICTURES: Readonly<Record<string, readonly DatasetPicture[]>> = {
  '/digits': [
    { file: '0/a.png', classIndex: 0, split: 'train' },
    { file: '1/b.png', classIndex: 1, split: 'validation' },
  ],
  '/photos': [
    { file: 'coins/a.jpg', classIndex: 0, split: 'train' },
    { file: 'trees/b.jpg', classIndex: 1, split: 'train' },
    { file: 'trees/c.jpg', classIndex: 1, split: 'validation' },
  ],
}
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  '/digits': ['0', '1'],
  '/photos': ['coins', 'trees'],
}
const prediction: Prediction = {
  top: [],
  all: [],
  input: { size: 1, pixels: new Uint8Array(3) },
  sourceWidth: 1,
  sourceHeight: 1,
  protocol: '',
  elapsedMs: 1,
}

let stub: WindowStub
let lab: LabState
let decisions: InspectedNetwork
let disconnect: () => void
let runs: RunSummary[]
/** Networks and pictures that were asked about together. */
let looks: string[]

function runOn(folder: string, dataFolder: string, more: Partial<RunFile> = {}): RunSummary {
  const run = makeRun({ folder })
  const name = folder.replace('/runs/', '')
  return {
    ...run,
    run: { ...run.run, name, dataFolder, classNames: CLASSES[dataFolder] ?? [], ...more },
  }
}

const modelOf = (folder: string) => ({ kind: 'run', folder, checkpoint: null }) as const

/** The data folder that a question is about: that of a run, or itself. */
function dataFolderOf(source: string): string {
  return runs.find(({ folder }) => folder === source)?.run.dataFolder ?? source
}

function summarise(source: string) {
  const folder = dataFolderOf(source)
  const pictures = PICTURES[folder]
  if (pictures === undefined)
    throw new LabError('pictures-missing', `Expected pictures in ${folder}.`)
  const classes = (CLASSES[folder] ?? []).map((name) => ({
    name,
    train: 1,
    validation: 1,
    test: 0,
  }))
  const lists = { skipped: [], warnings: [] }
  return { source, folder, layout: 'classes' as const, classes, images: pictures.length, ...lists }
}

beforeEach(async () => {
  vi.resetModules()
  stub = stubWindow()
  looks = []
  runs = [runOn('/runs/photos', '/photos'), runOn('/runs/digits', '/digits')]
  stub.main = {
    'app.info': () => APP_INFO,
    'settings.get': () => EMPTY_SETTINGS,
    'settings.set': (changes) => ({ ...EMPTY_SETTINGS, ...changes }),
    'engine.state': () => ({ state: 'starting' }),
    'runs.list': () => ({ runs, broken: [] }),
    'pictures.keep': ({ source }) => `/pictures/${source}.png`,
  }
  stub.engine = {
    'training.status': () => IDLE_STATUS,
    'training.history': () => [],
    'model.describe': ({ model }) => ({
      network: { configuration: 'A', inputSize: 32, classes: 2, width: 0.25 },
      classNames: CLASSES[model.kind === 'run' ? dataFolderOf(model.folder) : '/photos'] ?? [],
      title: '',
    }),
    'inspect.picture': () => ({ type: 'image/png', width: 1, height: 1, bytes: new Uint8Array(1) }),
    'inspect.glance': ({ model, image }) => {
      looks.push(`${model.kind === 'run' ? model.folder : 'training'} ${image}`)
      return { prediction, layers: [] }
    },
    'inspect.maps': ({ layer, stage }) =>
      sendMaps({ layer, stage, shape: [1, 1, 1], data: new Float32Array(1), step: null }),
    'dataset.open': ({ folder }) => summarise(folder),
    'dataset.openRun': ({ runFolder }) => summarise(runFolder),
    'dataset.locate': ({ folder, image }) => {
      const base = dataFolderOf(folder)
      return PICTURES[base]?.find(({ file }) => `${base}/${file}` === image) ?? null
    },
    'dataset.pictures': ({ folder, split, limit }) => {
      const all = PICTURES[dataFolderOf(folder)] ?? []
      const found = all.filter((one) => split === undefined || one.split === split)
      return { total: found.length, pictures: found.slice(0, limit) }
    },
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

/** What is looked at, and through what. */
const shown = () => [lab.inspected.runFolder, lab.inspect.image]

async function originOf(): Promise<string> {
  await lab.inspected.locate()
  const { origin, run } = lab.inspected
  const classNames = lab.inspect.summary?.classNames ?? []
  return origin === null ? 'not known' : describeOrigin(origin, { run, classNames })
}

describe('a run that is chosen', () => {
  test('shows the first picture that it was validated on, and never one of another run', async () => {
    await lab.inspected.choose(modelOf('/runs/digits'))
    expect(shown()).toEqual(['/runs/digits', '/digits/1/b.png'])
    await lab.inspected.choose(modelOf('/runs/photos'))
    expect(shown()).toEqual(['/runs/photos', '/photos/trees/c.jpg'])
    expect(looks).toEqual(['/runs/digits /digits/1/b.png', '/runs/photos /photos/trees/c.jpg'])
    expect(await originOf()).toBe('A validation picture of this run')
    expect(lab.inspected.trueClass).toBe('trees')
    expect(lab.inspected.dataset?.classes.map(({ name }) => name)).toEqual(['coins', 'trees'])
    expect(lab.data.dataset).toBeNull()
  })

  test('leaves a picture of its own data, in which another run was trained too', async () => {
    runs = [runOn('/runs/again', '/photos'), ...runs]
    await lab.runs.refresh()
    await lab.inspected.choose(modelOf('/runs/photos'))
    await lab.inspect.chooseImage('/photos/coins/a.jpg')
    await lab.inspected.choose(modelOf('/runs/again'))
    expect(shown()).toEqual(['/runs/again', '/photos/coins/a.jpg'])
    expect(await originOf()).toBe('A training picture of this run')
  })

  test('has a training picture where it was validated on none, and keeps the picture where it has none', async () => {
    stub.engine['dataset.pictures'] = ({ split }) => {
      const pictures = split === 'validation' ? [] : (PICTURES['/photos'] ?? []).slice(0, 1)
      return { total: pictures.length, pictures }
    }
    await lab.inspected.choose(modelOf('/runs/photos'))
    expect(lab.inspect.image).toBe('/photos/coins/a.jpg')
    runs = [runOn('/runs/lost', '/nowhere'), ...runs]
    await lab.runs.refresh()
    await lab.inspected.choose(modelOf('/runs/lost'))
    expect(shown()).toEqual(['/runs/lost', '/photos/coins/a.jpg'])
    expect(lab.inspected.error?.message).toBe('Expected pictures in /nowhere.')
  })

  test('gives way to the one that is chosen while its pictures are looked for', async () => {
    const first = lab.inspected.choose(modelOf('/runs/digits'))
    const second = lab.inspected.choose(modelOf('/runs/photos'))
    await Promise.all([first, second])
    expect(shown()).toEqual(['/runs/photos', '/photos/trees/c.jpg'])
    expect(looks).toEqual(['/runs/photos /photos/trees/c.jpg'])
  })

  test('leaves a drawing that is under way, and a picture from elsewhere can be had back', async () => {
    await lab.inspected.choose(modelOf('/runs/digits'))
    await lab.inspect.chooseImage('/home/me/three.png')
    expect(await originOf()).toBe('Not from this run’s data')
    expect(lab.inspected.trueClass).toBeNull()
    await lab.inspected.choose(modelOf('/runs/photos'))
    expect(lab.inspect.image).toBe('/photos/trees/c.jpg')
    expect(lab.inspected.brought).toBe('/home/me/three.png')
    lab.live.startDrawing()
    await lab.live.show('drawing', () => Promise.resolve(Uint8Array.of(1)))
    await lab.inspected.choose(modelOf('/runs/digits'))
    expect(shown()).toEqual(['/runs/digits', '/pictures/drawing.png'])
  })
})

describe('a picture of the Data view', () => {
  test('is looked at through a run on that data: the chosen one, the one in training, the newest', async () => {
    runs = [runOn('/runs/newer', '/photos'), ...runs]
    await lab.runs.refresh()
    await lab.data.open('/photos')
    await lab.inspected.choose(modelOf('/runs/digits'))
    await lab.inspected.lookAt('/photos/coins/a.jpg')
    expect(shown()).toEqual(['/runs/newer', '/photos/coins/a.jpg'])
    await lab.inspect.chooseModel(modelOf('/runs/photos'))
    await lab.inspected.lookAt('/photos/trees/b.jpg')
    expect(shown()).toEqual(['/runs/photos', '/photos/trees/b.jpg'])
    await lab.inspect.chooseModel(modelOf('/runs/digits'))
    runs = [runOn('/runs/now', '/photos'), ...runs]
    await lab.runs.refresh()
    stub.session.sendEvent('status', { ...IDLE_STATUS, phase: 'training', runFolder: '/runs/now' })
    await until(() => lab.training.isActive)
    await lab.inspected.lookAt('/photos/coins/a.jpg')
    expect([lab.inspect.model, lab.inspect.image]).toEqual([
      { kind: 'training' },
      '/photos/coins/a.jpg',
    ])
  })

  test('that no run was trained on is said to be none of the data of the run', async () => {
    runs = runs.filter(({ folder }) => folder === '/runs/digits')
    await lab.runs.refresh()
    await lab.data.open('/photos')
    await lab.inspected.choose(modelOf('/runs/digits'))
    await lab.inspected.lookAt('/photos/coins/a.jpg')
    expect(shown()).toEqual(['/runs/digits', '/photos/coins/a.jpg'])
    expect(await originOf()).toBe(
      'This picture is not from the data of run digits (/digits); its classes are 0, 1.',
    )
    expect(lab.inspected.trueClass).toBe('coins')
  })
})

test('a run that begins to train is looked into, unless somebody is looking into another', async () => {
  await lab.inspected.choose(modelOf('/runs/digits'))
  runs = [runOn('/runs/now', '/photos'), ...runs]
  await lab.runs.refresh()
  stub.session.sendEvent('status', { ...IDLE_STATUS, phase: 'training', runFolder: '/runs/now' })
  await until(() => lab.training.isActive)
  await decisions.followStart(true)
  expect(lab.inspected.runFolder).toBe('/runs/digits')
  stub.session.sendEvent('status', { ...IDLE_STATUS, phase: 'training', runFolder: '/runs/next' })
  runs = [runOn('/runs/next', '/photos'), ...runs]
  await lab.runs.refresh()
  await until(() => lab.training.status.runFolder === '/runs/next')
  await decisions.followStart(false)
  expect(shown()).toEqual(['/runs/next', '/photos/trees/c.jpg'])
})

test('an imported network has no pictures of its own: those of the Data view are on offer', async () => {
  const imported = { file: '/vgg16.onnx', hasClassifier: true, notes: [] }
  runs = [runOn('/runs/imported', '', { imported })]
  await lab.runs.refresh()
  await lab.data.open('/photos')
  await lab.inspected.choose(modelOf('/runs/imported'))
  await decisions.openFirstPicture()
  expect(shown()).toEqual(['/runs/imported', '/photos/coins/a.jpg'])
  expect([lab.inspected.isOfData, lab.inspected.error]).toEqual([true, null])
})

test('the run’s own pictures are opened again in a fresh engine', async () => {
  await lab.inspected.choose(modelOf('/runs/digits'))
  const before = lab.inspected.own
  await lab.inspected.reconnect()
  expect(lab.inspected.own).toEqual(before)
  expect(lab.inspected.own).not.toBe(before)
})
