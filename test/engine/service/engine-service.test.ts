import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { EngineService } from '../../../src/main/engine/service'
import { reportDevice, tensorflow } from '../../../src/main/engine/tensorflow'
import { readRun } from '../../../src/main/engine/training'
import type { EngineClient } from '../../../src/renderer/src/lib/engine/engine-client'
import type {
  EngineEvents,
  FeatureMaps,
  ModelRef,
  Progress,
  TrainingStatus,
} from '../../../src/shared/contract'
import { defaultSettings, type TrainingSettings } from '../../../src/shared/spec'
import { makeClient, makePortPair } from '../../support/port-pair'
import { until } from '../../support/until'

const SETTINGS: TrainingSettings = {
  ...defaultSettings(32),
  width: 0.1,
  // Small enough for a net this narrow to stay finite.
  learningRate: 1e-4,
  batchSize: 8,
  epochs: 2,
}
const LONG: TrainingSettings = { ...SETTINGS, epochs: 5000 }
const TRAINING: ModelRef = { kind: 'training' }
const WAIT_MS = 60_000

let root: string
let dataFolder: string
let runsFolder: string
let service: EngineService
let client: EngineClient
let told: { isActive: boolean; runFolder: string | null }[]
let picture: string

function connect(afterPaint?: (done: () => void) => void): EngineClient {
  const { engineEnd, windowEnd } = makePortPair()
  service.connect(engineEnd)
  const connected = makeClient(afterPaint)
  connected.connect(windowEnd)
  return connected
}

const status = (): Promise<TrainingStatus> => client.call('training.status', {})
const start = (settings: TrainingSettings, name = ''): Promise<{ runFolder: string }> =>
  client.call('training.start', { dataFolder, runsFolder, name, settings })

async function waitForPhase(...phases: TrainingStatus['phase'][]): Promise<TrainingStatus> {
  const startMs = performance.now()
  for (;;) {
    const now = await status()
    if (phases.includes(now.phase)) return now
    if (now.phase === 'failed') throw new Error(now.error?.message ?? 'failed')
    if (performance.now() - startMs > WAIT_MS) throw new Error(`Still ${now.phase}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function waitForStep(step: number): Promise<void> {
  const startMs = performance.now()
  while ((await status()).step < step) {
    if (performance.now() - startMs > WAIT_MS) throw new Error(`Step ${step} was not reached`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'vgg-lab-service-'))
  dataFolder = join(root, 'sample')
  runsFolder = join(root, 'runs')
  service = new EngineService({
    device: reportDevice(),
    onTraining: () => undefined,
    onAsked: () => undefined,
  })
  client = connect()
  await client.call('dataset.sample', {
    folder: dataFolder,
    classes: 3,
    images: 12,
    size: 48,
    seed: 1,
  })
  client.disconnect('prepared')
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

beforeEach(async () => {
  told = []
  service = new EngineService({
    device: reportDevice(),
    onTraining: (isActive, runFolder) => told.push({ isActive, runFolder }),
    onAsked: () => undefined,
  })
  client = connect()
  const args = { folder: dataFolder, validationShare: 0.25, seed: 1 }
  await client.call('dataset.open', args)
  const page = { folder: dataFolder, classIndex: 0, offset: 0, limit: 1 }
  const { pictures } = await client.call('dataset.pictures', page)
  picture = join(dataFolder, pictures[0]?.file ?? '')
})
afterEach(async () => {
  await service.shutdown()
  client.disconnect('the test has ended')
  await until(() => service.sessionCount === 0)
})

describe('the data set', () => {
  test('is scanned, split, paged through and shown small', async () => {
    const summary = await client.call('dataset.open', {
      folder: dataFolder,
      validationShare: 0.25,
      seed: 1,
    })
    expect(summary.images).toBe(36)
    expect(summary.classes).toHaveLength(3)
    for (const { train, validation } of summary.classes) {
      expect([train, validation]).toEqual([9, 3])
    }
    const page = { folder: dataFolder, classIndex: 1, offset: 10, limit: 10 }
    const { total, pictures } = await client.call('dataset.pictures', page)
    expect(total).toBe(12)
    expect(pictures).toHaveLength(2)
    const files = pictures.map(({ file }) => file)
    const args = { folder: dataFolder, files, sizePx: 32 }
    const thumbnails = await client.call('dataset.thumbnails', args)
    expect(thumbnails).toHaveLength(2)
    for (const thumbnail of thumbnails) {
      expect(thumbnail?.bytes.length).toBeGreaterThan(20)
      expect(Math.max(thumbnail?.width ?? 0, thumbnail?.height ?? 0)).toBe(32)
    }
  })

  test('is paged by half and by text, and checked for copies', async () => {
    const ask = async (more: { split?: 'train' | 'validation'; text?: string }) => {
      const args = { folder: dataFolder, classIndex: null, offset: 0, limit: 100, ...more }
      return (await client.call('dataset.pictures', args)).pictures
    }
    const held = await ask({ split: 'validation' })
    expect(held).toHaveLength(9)
    expect(held.every(({ split }) => split === 'validation')).toBe(true)
    const name = held[0]?.file ?? ''
    expect(await ask({ text: name.toUpperCase() })).toEqual([held[0]])
    expect(await ask({ text: 'nowhere' })).toEqual([])
    const findings = await client.call('dataset.check', { folder: dataFolder })
    expect(findings).toMatchObject({ checked: 36, exact: [], unreadable: [], tiny: [] })
  })

  test('is the only folder that pictures are shown of', async () => {
    const other = { folder: root, classIndex: null, offset: 0, limit: 1 }
    await expect(client.call('dataset.pictures', other)).rejects.toMatchObject({
      code: 'not-found',
    })
    const outside = { folder: dataFolder, files: ['../../etc/passwd'], sizePx: 32 }
    await expect(client.call('dataset.thumbnails', outside)).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  test('that is none is refused with the reason', async () => {
    const args = { folder: join(root, 'none'), validationShare: 0.2, seed: 1 }
    await expect(client.call('dataset.open', args)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('a run', () => {
  test('trains to its end; streams, main and the run folder tell the same', async () => {
    const steps: number[] = []
    const epochs: number[] = []
    const phases = new Set<string>()
    client.on('steps', (batch) => steps.push(...batch.map(({ step }) => step)))
    client.on('epoch', ({ epoch }) => epochs.push(epoch))
    client.on('status', ({ phase }) => phases.add(phase))

    const { runFolder } = await start(SETTINGS, 'My first run!')
    expect(runFolder).toBe(join(runsFolder, 'My-first-run'))
    await waitForPhase('finished')
    await until(() => told.length === 2)

    expect(told).toEqual([
      { isActive: true, runFolder },
      { isActive: false, runFolder },
    ])
    expect(epochs).toEqual([1, 2])
    const history = await client.call('training.history', {})
    const logged = history.flatMap((line) => (line.kind === 'step' ? [line.step] : []))
    expect(steps).toEqual(logged)
    expect(steps[steps.length - 1]).toBe(2 * Math.ceil(27 / 8))
    expect([...phases]).toEqual(expect.arrayContaining(['training', 'validating', 'finished']))
    expect((await readRun(runFolder)).state).toBe('finished')

    // The weights that it learned go on being asked, as the run's best.
    const summary = await client.call('model.describe', { model: TRAINING })
    expect(summary.title).toContain('(best)')
    expect(summary.classNames).toHaveLength(3)
  })

  test('a second of the same name gets a folder of its own; two at a time are refused', async () => {
    const first = await start(LONG, 'same')
    await expect(start(LONG, 'same')).rejects.toMatchObject({ code: 'busy' })
    // One that has begun: a run that is stopped before it is prepared leaves no folder.
    await waitForStep(1)
    await client.call('training.stop', {})
    await until(() => told.length === 2, WAIT_MS)
    const second = await start(LONG, 'same')
    expect([first.runFolder, second.runFolder].map((folder) => folder.slice(-6))).toEqual([
      's/same',
      'same-2',
    ])
  })

  test('bad settings and a bad folder leave nothing behind', async () => {
    const bad = { ...SETTINGS, batchSize: 0 }
    await expect(start(bad, 'bad')).rejects.toMatchObject({ code: 'bad-input' })
    expect(existsSync(join(runsFolder, 'bad'))).toBe(false)
    expect(told).toEqual([])
    // The next one is not kept off by it.
    await start(LONG, 'good')
    expect(told).toHaveLength(1)
  })

  test('pauses, goes on and stops; a stopped run is continued from its checkpoint', async () => {
    const { runFolder } = await start(LONG, 'paused')
    await waitForPhase('training')
    await client.call('training.pause', {})
    const paused = await waitForPhase('paused')
    // Each answer is a turn between two steps, and longer than one.
    for (let asked = 0; asked < 3; asked++) {
      await client.call('inspect.predict', { model: TRAINING, image: picture })
      expect((await status()).step).toBe(paused.step)
    }
    await client.call('training.resume', {})
    await waitForStep(paused.step + 20)
    const stopping = await client.call('training.stop', {})
    expect(['stopping', 'finished', 'idle']).toContain(stopping.phase)
    await until(() => told.length === 2)
    expect((await readRun(runFolder)).state).toBe('stopped')

    const again = await client.call('training.continue', { runFolder })
    expect(again.runFolder).toBe(runFolder)
    await waitForPhase('training')
    expect((await status()).epoch).toBeGreaterThan(1)
  })

  test('a window that comes late hears of it, one that closed is forgotten', async () => {
    await start(LONG, 'late')
    await waitForStep(3)
    const late = connect()
    const seen: EngineEvents['steps'] = []
    late.on('steps', (steps) => seen.push(...steps))
    expect((await late.call('training.history', {})).length).toBeGreaterThan(0)
    await until(() => seen.length > 0, WAIT_MS)
    expect(service.sessionCount).toBe(2)
    late.disconnect('closed')
    await until(() => service.sessionCount === 1)
    await waitForPhase('training')
  })
})

describe('looking inside', () => {
  test('while it trains: predictions and maps come between two steps', async () => {
    await start(LONG, 'inspected')
    await waitForStep(3)
    const prediction = await client.call('inspect.predict', { model: TRAINING, image: picture })
    expect(prediction.all).toHaveLength(3)
    const sum = prediction.all.reduce((total, { probability }) => total + probability, 0)
    expect(sum).toBeCloseTo(1, 4)
    expect(prediction.top[0]).toEqual(prediction.all[0])
    expect(prediction.input.pixels).toHaveLength(32 * 32 * 3)
    expect([prediction.sourceWidth, prediction.sourceHeight]).toEqual([48, 48])
    expect(prediction.protocol).toBe('VGG-11 (A), test scale Q=37, centre crop 32, float32')

    const args = { model: TRAINING, image: picture, layer: 'conv1_1' }
    const before = await client.call('inspect.maps', { ...args, stage: 'pre-relu' })
    expect(before.shape).toEqual([32, 32, 6])
    expect(before.bytes).toHaveLength(32 * 32 * 6)
    expect(before.statistics.layerMin).toBeLessThan(0)
    const raw = await client.call('inspect.rawMaps', { maps: before.id })
    expect(raw.shape).toEqual(before.shape)
    const unit = { maps: before.id, row: 3, column: 5, channel: 2 }
    const { value } = await client.call('inspect.unit', unit)
    expect(value).toBe(raw.data[(3 * 32 + 5) * 6 + 2])
    await expect(client.call('inspect.unit', { ...unit, row: 32 })).rejects.toMatchObject({
      code: 'bad-input',
    })
    expect(before.step).toBeGreaterThanOrEqual(3)
    const after = await client.call('inspect.maps', { ...args, stage: 'output' })
    expect(after.statistics.layerMin).toBeGreaterThanOrEqual(0)
    expect((await status()).phase).toMatch(/training|validating|saving/)
  })

  test('a pinned picture is followed, as fast as it is taken and not faster', async () => {
    let show: () => void = () => undefined
    const slow = connect((done) => {
      show = done
    })
    const fast = connect()
    const seen: FeatureMaps[] = []
    const seenFast: FeatureMaps[] = []
    slow.on('maps', (maps) => seen.push(maps))
    fast.on('maps', (maps) => seenFast.push(maps))
    await start(LONG, 'pinned')
    await waitForStep(1)
    const pin = { image: picture, layer: 'pool2', stage: 'output' } as const
    await slow.call('training.pin', { pin })
    await until(() => seen.length === 1, WAIT_MS)
    await fast.call('training.pin', { pin })
    // Another window takes what it is sent, and is sent more; this one is not.
    // Each end of an epoch sends maps, and these epochs are shorter than the waiting between two looks.
    await until(() => seenFast.length >= 3, WAIT_MS)
    expect(seen).toHaveLength(1)
    show()
    await until(() => seen.length === 2, WAIT_MS)
    expect(seen[1]?.layer).toBe('pool2')
    expect(seen[1]?.shape).toEqual([8, 8, 13])
    expect(seen[1]?.step).toBeGreaterThan(seen[0]?.step ?? 0)
    await slow.call('training.pin', { pin: null })
    await fast.call('training.pin', { pin: null })
    slow.disconnect('closed')
    fast.disconnect('closed')
  })

  test('at a filter at work and at an effective field, while the steps go on', async () => {
    await start(LONG, 'filtered')
    await waitForStep(3)
    const filter = await client.call('inspect.filter', {
      model: TRAINING,
      image: picture,
      layer: 'conv2_1',
      channel: 1,
    })
    expect(filter).toMatchObject({
      below: 'pool1',
      kernelShape: [3, 3, 6],
      inputShape: [16, 16, 6],
    })
    expect(filter.output).toHaveLength(16 * 16)
    expect(filter.step).toBeGreaterThanOrEqual(3)

    const unit = { model: TRAINING, layer: 'conv2_1', row: 7, column: 7, channel: null }
    const before = (await status()).step
    const told: Progress[] = []
    const field = await client.call(
      'inspect.effectiveField',
      { ...unit, images: Array.from({ length: 30 }, () => picture) },
      { onProgress: (progress) => told.push(progress) },
    )
    expect(field).toMatchObject({ images: 30, size: 32, row: 7, channel: null })
    expect(field.data).toHaveLength(32 * 32)
    expect(field.data.some((value) => value > 0)).toBe(true)
    expect(told[told.length - 1]).toMatchObject({ done: 30, total: 30 })
    // None of the steps (or validations) in between waited for the whole.
    expect((await status()).step - before).toBeGreaterThan(5)

    const controller = new AbortController()
    const long = client.call(
      'inspect.effectiveField',
      { ...unit, images: Array.from({ length: 1000 }, () => picture) },
      { signal: controller.signal, onProgress: () => controller.abort() },
    )
    await expect(long).rejects.toMatchObject({ code: 'cancelled' })
    expect(client.pendingCount).toBe(0)
    const outside = client.call('inspect.effectiveField', { ...unit, row: 16, images: [picture] })
    await expect(outside).rejects.toMatchObject({ code: 'bad-input' })
    const pool = { model: TRAINING, image: picture, layer: 'pool1', channel: 0 }
    await expect(client.call('inspect.filter', pool)).rejects.toMatchObject({ code: 'bad-input' })
    expect((await status()).phase).toMatch(/training|validating|saving/)
  })

  test('at a finished run; its answers repeat, and a wrong layer or file is told', async () => {
    const { runFolder } = await start(SETTINGS, 'asked')
    await waitForPhase('finished')
    const model: ModelRef = { kind: 'run', folder: runFolder, checkpoint: 'epoch-0001' }
    const args = { model, image: picture, layer: 'fc8', stage: 'output' } as const
    const [first, second] = [
      await client.call('inspect.maps', args),
      await client.call('inspect.maps', args),
    ]
    expect(first.shape).toEqual([1, 1, 3])
    expect(first.step).toBeNull()
    expect(second.statistics).toEqual(first.statistics)
    const predicted = await client.call('inspect.predict', { model, image: picture })
    const logits = [...first.statistics.max]
    const total = logits.reduce((sum, value) => sum + Math.exp(value), 0)
    const largest = Math.max(...logits.map((value) => Math.exp(value) / total))
    expect(predicted.top[0]?.probability).toBeCloseTo(largest, 4)

    await expect(client.call('inspect.maps', { ...args, layer: 'conv9_9' })).rejects.toMatchObject({
      code: 'bad-input',
    })
    await expect(
      client.call('inspect.maps', { ...args, image: join(root, 'none.png') }),
    ).rejects.toMatchObject({ code: 'not-found' })
    const broken = join(root, 'broken.png')
    writeFileSync(broken, 'no picture')
    await expect(client.call('inspect.predict', { model, image: broken })).rejects.toMatchObject({
      code: 'unreadable',
    })
    const nowhere: ModelRef = { kind: 'run', folder: join(root, 'none'), checkpoint: null }
    await expect(client.call('model.describe', { model: nowhere })).rejects.toThrow()
  })

  test('two hundred times leaves neither tensors nor networks behind', async () => {
    // Three runs, of which two are kept in memory: some answers need a network loaded anew.
    const folders: string[] = []
    for (const name of ['one', 'two', 'three']) {
      const { runFolder } = await start({ ...SETTINGS, epochs: 1 }, name)
      folders.push(runFolder)
      await until(() => told.length === 2 * folders.length, WAIT_MS)
    }
    const layers = ['conv1_1', 'pool3', 'fc6', 'prob']
    const ask = async (number: number, layer: string): Promise<void> => {
      const model: ModelRef = { kind: 'run', folder: folders[number % 3] ?? '', checkpoint: null }
      await client.call('inspect.maps', { model, image: picture, layer, stage: 'output' })
    }
    for (let number = 0; number < 3; number++) await ask(number, 'conv1_1')
    const before = tensorflow().memory().numTensors
    for (let number = 0; number < 200; number++) {
      await ask(Math.floor(number / 40), layers[number % layers.length] ?? 'conv1_1')
    }
    expect(tensorflow().memory().numTensors).toBe(before)
    expect(client.pendingCount).toBe(0)
  })

  test('with no run at all says so', async () => {
    await expect(client.call('model.describe', { model: TRAINING })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  test('a picture for display keeps its shape', async () => {
    const shown = await client.call('inspect.picture', { image: picture, sizePx: 512 })
    expect(shown.width / shown.height).toBeCloseTo(1)
    expect(shown.bytes.length).toBeGreaterThan(50)
  })
})
