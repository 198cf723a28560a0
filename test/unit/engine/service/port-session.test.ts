import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { EnginePort } from '../../../../src/main/engine/service/engine-port'
import { PortSession, type CallHandlers } from '../../../../src/main/engine/service/port-session'
import {
  EngineClient,
  type ClientPort,
} from '../../../../src/renderer/src/lib/engine/engine-client'
import { LabError, type ToEngine } from '../../../../src/shared/contract'
import { makeClient, makePortPair } from '../../../support/port-pair'
import { until } from '../../../support/until'
import { sendMaps } from '../../../support/sent-maps'

/** Handlers that are asked for nothing here refuse. */
const refuseAll = new Proxy({} as CallHandlers, {
  get: (_target, name) => () => {
    throw new LabError('unsupported', `${String(name)} is not asked here`)
  },
})
const maps = sendMaps({ shape: [1, 1, 2], data: new Float32Array([1, 2]), step: 7 })
const mapsOf = (layer: string) => ({
  model: { kind: 'training' } as const,
  image: '/cat.png',
  layer,
  stage: 'output' as const,
})

let client: EngineClient
let session: PortSession
let windowEnd: ClientPort
let isClosed: boolean

function open(handlers: Partial<CallHandlers>): void {
  const pair = makePortPair()
  windowEnd = pair.windowEnd
  isClosed = false
  const table = { ...handlers }
  const all = new Proxy(refuseAll, {
    get: (target, name): unknown => Reflect.get(table, name) ?? Reflect.get(target, name),
  })
  session = new PortSession(pair.engineEnd, all, {
    onBegun: () => undefined,
    onSettled: () => undefined,
    onClosed: () => {
      isClosed = true
    },
  })
  client.connect(windowEnd)
}

beforeEach(() => {
  client = makeClient()
})
afterEach(() => {
  client.disconnect('the test has ended')
})

describe('a call over a port', () => {
  test('is answered with its value, large arrays included', async () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index)
    open({ 'inspect.maps': () => ({ ...maps, bytes }) })
    const answer = await client.call('inspect.maps', mapsOf('conv1_1'))
    expect(answer.bytes).toEqual(bytes)
    expect(client.pendingCount).toBe(0)
    expect(session.openCalls).toEqual([])
  })

  test('keeps the code and the hint of what its handler throws', async () => {
    open({
      'training.start': () => Promise.reject(new LabError('busy', 'one runs', 'stop it')),
      'training.continue': () => {
        throw new TypeError('a fault')
      },
    })
    await expect(client.call('training.continue', { runFolder: '/run' })).rejects.toMatchObject({
      code: 'internal',
      message: 'a fault',
    })
    await expect(client.call('training.stop', {})).rejects.toMatchObject({ code: 'unsupported' })
  })

  test.each<[string, unknown]>([
    ['dataset.open', { folder: 'relative', validationShare: 0.2, seed: 1 }],
    ['dataset.open', { folder: '/x', validationShare: 2, seed: 1 }],
    ['dataset.open', { folder: '/x', validationShare: 0.2, seed: 1.5 }],
    ['dataset.thumbnails', { folder: '/x', files: 'a.png', sizePx: 64 }],
    ['dataset.thumbnails', { folder: '/x', files: [], sizePx: 1e9 }],
    ['training.start', { dataFolder: '/x', runsFolder: '/r', name: '', settings: {} }],
    ['training.pause', { now: true }],
    ['inspect.maps', { ...mapsOf('conv1_1'), model: { kind: 'other' } }],
    ['inspect.predict', { model: { kind: 'run', folder: '/r' }, image: '/x' }],
    ['inspect.maps', null],
  ])('%s with wrong arguments %j never reaches its handler', async (name, args) => {
    open({})
    const call = client.call(name as 'training.pause', args as never)
    await expect(call).rejects.toMatchObject({ code: 'bad-input' })
    await expect(call).rejects.toThrow(new RegExp(`^${name}: `))
  })

  test('that the contract does not have is refused', async () => {
    open({})
    const call = client.call('no.such' as 'training.pause', {})
    await expect(call).rejects.toMatchObject({ code: 'bad-input' })
    const inherited = client.call('constructor' as 'training.pause', {})
    await expect(inherited).rejects.toMatchObject({ code: 'bad-input' })
  })

  test('and messages that are none do no harm', async () => {
    open({ 'training.history': () => [] })
    for (const junk of [null, 7, 'text', { type: 'other' }, { type: 'credit', event: 'status' }]) {
      windowEnd.postMessage(junk as unknown as ToEngine)
    }
    expect(await client.call('training.history', {})).toEqual([])
  })
})

describe('cancelling', () => {
  test('stops the work and rejects at once', async () => {
    let seen: AbortSignal | null = null
    open({
      'dataset.open': (_args, { signal }) =>
        new Promise((_resolve, reject) => {
          seen = signal
          signal.addEventListener('abort', () => reject(new Error('stopped')))
        }),
    })
    const controller = new AbortController()
    const args = { folder: '/x', validationShare: 0.2, seed: 1 }
    const call = client.call('dataset.open', args, { signal: controller.signal })
    await until(() => seen !== null)
    controller.abort()
    await expect(call).rejects.toMatchObject({ code: 'cancelled' })
    await until(() => session.openCalls.length === 0)
    expect(client.pendingCount).toBe(0)
  })

  test('before the call has begun keeps the handler from being asked', async () => {
    const handler = vi.fn(() => [])
    open({ 'training.history': handler })
    const controller = new AbortController()
    const call = client.call('training.history', {}, { signal: controller.signal })
    controller.abort()
    await expect(call).rejects.toMatchObject({ code: 'cancelled' })
    await expect(
      client.call('training.history', {}, { signal: controller.signal }),
    ).rejects.toMatchObject({ code: 'cancelled' })
    await until(() => session.openCalls.length === 0)
    expect(handler).not.toHaveBeenCalled()
  })

  test('a newer question for maps takes the place of older ones that wait', async () => {
    const asked: string[] = []
    open({
      'inspect.maps': ({ layer }) => {
        asked.push(layer)
        return { ...maps, layer }
      },
    })
    // What a training step does: the thread is not free until all three lie there.
    const calls = ['conv1_1', 'conv1_2', 'conv2_1'].map((layer) =>
      client.call('inspect.maps', mapsOf(layer)).then(
        (answer) => answer.layer,
        (error: unknown) => (error as LabError).code,
      ),
    )
    const blockedUntilMs = performance.now() + 20
    while (performance.now() < blockedUntilMs);
    expect(await Promise.all(calls)).toEqual(['cancelled', 'cancelled', 'conv2_1'])
    expect(asked).toEqual(['conv2_1'])
  })
})

describe('what is sent unasked', () => {
  test('progress is thinned to about 10 Hz, and the last of a total goes through', async () => {
    open({
      'dataset.sample': (args, { onProgress }) => {
        for (let done = 1; done <= 1000; done++) {
          onProgress({ label: 'Writing', done, total: 1000, perSecond: null, etaSeconds: null })
        }
        return { folder: args.folder }
      },
    })
    const told: number[] = []
    const args = { folder: '/x', classes: 2, images: 2, size: 32, seed: 1 }
    await client.call('dataset.sample', args, { onProgress: ({ done }) => told.push(done) })
    expect(told[0]).toBe(1)
    expect(told[told.length - 1]).toBe(1000)
    expect(told.length).toBeLessThan(10)
  })

  test('maps wait for credit, which is given once they were shown', async () => {
    let show: () => void = () => undefined
    client = new EngineClient((done) => {
      show = done
    })
    open({})
    const seen: (number | null)[] = []
    client.on('maps', ({ step }) => seen.push(step))
    expect(session.hasMapsCredit).toBe(true)
    session.sendEvent('maps', maps)
    expect(session.hasMapsCredit).toBe(false)
    await until(() => seen.length === 1)
    expect(session.hasMapsCredit).toBe(false)
    show()
    await until(() => session.hasMapsCredit)
    expect(seen).toEqual([7])
  })

  test('listeners that have stopped hear nothing more', async () => {
    open({ 'training.history': () => [] })
    const seen: string[] = []
    const stop = client.on('epoch', () => seen.push('first'))
    client.on('epoch', () => seen.push('second'))
    stop()
    session.sendEvent('epoch', {} as never)
    await client.call('training.history', {})
    expect(seen).toEqual(['second'])
  })
})

describe('when the engine dies', () => {
  test('what it was asked is rejected, and what comes after waits for the next one', async () => {
    open({ 'dataset.open': () => new Promise(() => undefined) })
    const args = { folder: '/x', validationShare: 0.2, seed: 1 }
    const lost = client.call('dataset.open', args)
    client.disconnect('The engine was killed (SIGKILL)')
    await expect(lost).rejects.toMatchObject({ code: 'engine-gone' })
    await until(() => isClosed)
    expect(session.openCalls).toEqual([])

    const kept = client.call('training.history', {})
    open({ 'training.history': () => [] })
    expect(await kept).toEqual([])
    expect(client.pendingCount).toBe(0)
  })

  test('for good, nothing waits in vain', async () => {
    const waiting = client.call('training.history', {})
    client.fail('TensorFlow could not be loaded')
    await expect(waiting).rejects.toMatchObject({
      code: 'engine-gone',
      message: 'TensorFlow could not be loaded',
    })
    await expect(client.call('training.history', {})).rejects.toMatchObject({
      code: 'engine-gone',
    })
    expect(client.pendingCount).toBe(0)
    open({ 'training.history': () => [] })
    expect(await client.call('training.history', {})).toEqual([])
  })

  test('a window that closes cancels what it asked', async () => {
    let aborted = false
    open({
      'dataset.open': (_args, { signal }: { signal: AbortSignal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            aborted = true
            reject(new Error('stopped'))
          })
        }),
    })
    const args = { folder: '/x', validationShare: 0.2, seed: 1 }
    const call = client.call('dataset.open', args)
    await until(() => session.openCalls.length === 1)
    client.disconnect('closed')
    await expect(call).rejects.toMatchObject({ code: 'engine-gone' })
    await until(() => isClosed && aborted)
  })
})

test('an engine end that is closed tells its session', async () => {
  const pair: { engineEnd: EnginePort; windowEnd: ClientPort } = makePortPair()
  let closed = false
  new PortSession(pair.engineEnd, refuseAll, {
    onBegun: () => undefined,
    onSettled: () => undefined,
    onClosed: () => {
      closed = true
    },
  })
  pair.windowEnd.close()
  await until(() => closed)
})
