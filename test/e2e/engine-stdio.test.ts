import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EngineToMain, FromEngine, ToEngine } from '../../src/shared/contract'
import { defaultSettings, type TrainingSettings } from '../../src/shared/spec'
import { decodeMessage, encodeMessage, FRAME, joinPieces } from '../../src/shared/wire'
import { runCommand, runForJson } from '../support/command-line'
import { EngineProgram } from '../support/engine-program'
import { until } from '../support/until'

let folder: string
let engine: EngineProgram
let control: EngineToMain[]
let answers: Map<number, FromEngine[]>

/** Sends on a window's channel. */
function ask(channel: number, message: ToEngine): void {
  engine.send(channel, FRAME.message, joinPieces(encodeMessage(message)))
}

/** Resolves to the answer of a call on a channel. */
async function call(channel: number, id: number, name: string, args: unknown): Promise<unknown> {
  ask(channel, { type: 'call', id, name, args } as ToEngine)
  const find = (): FromEngine | undefined =>
    answers.get(channel)?.find((message) => message.type === 'reply' && message.id === id)
  await until(() => find() !== undefined, 60_000)
  const message = find()
  if (message?.type !== 'reply') throw new Error('Expected a reply.')
  if (!message.reply.ok)
    throw new Error(`${message.reply.error.message} ${message.reply.error.hint}`)
  return message.reply.value
}

function start(): void {
  control = []
  answers = new Map()
  engine = new EngineProgram(
    {
      onControl: (message) => control.push(message),
      onFrame: ({ channel, kind, body }) => {
        const sent = answers.get(channel) ?? []
        answers.set(channel, sent)
        if (kind === FRAME.message) sent.push(decodeMessage(body) as FromEngine)
      },
    },
    { logPath: join(folder, 'engine.log') },
  )
}

const isReady = (): boolean => control.some(({ type }) => type === 'ready')
const readLog = (): string => readFileSync(join(folder, 'engine.log'), 'utf8')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vgg-lab-stdio-'))
})
afterEach(async () => {
  await engine.kill()
  rmSync(folder, { recursive: true, force: true })
})

describe('vgg-lab engine --stdio', () => {
  beforeEach(start)

  it('is ready on its own, answers several windows, and names what it was asked', async () => {
    engine.send(1, FRAME.open)
    engine.send(2, FRAME.open)
    // Before TensorFlow is there: the question waits.
    const early = call(1, 1, 'device.report', {})
    await until(isReady, 60_000)
    const [first, second] = await Promise.all([early, call(2, 1, 'device.memory', {})])
    expect(first).toMatchObject({ tensorflowVersion: expect.stringMatching(/^2\./) as string })
    expect(second).toMatchObject({ totalBytes: expect.any(Number) as number })
    expect(control).toContainEqual({ type: 'asked', work: 'its device (device.report)' })
    const lastAsked = (): EngineToMain | undefined =>
      control.filter(({ type }) => type === 'asked').at(-1)
    // Told on its own channel, so perhaps after the answer.
    await until(() => (lastAsked() as { work?: unknown }).work === null)
    engine.send(1, FRAME.close)
    expect(await call(2, 2, 'device.report', {})).toEqual(first)
  })

  it('ends in order when the other side hangs up, whatever it was doing', async () => {
    await until(isReady, 60_000)
    engine.hangUp()
    expect(await engine.ended).toEqual({ code: 0, signal: null })
  })

  it('ends with a line in its log when it is spoken to in something else than frames', async () => {
    await until(isReady, 60_000)
    engine.write('GET / HTTP/1.1\r\n\r\n')
    expect(await engine.ended).toEqual({ code: 0, signal: null })
    expect(readLog()).toContain(
      `Expected a frame of the engine's protocol; got "GET / HTTP/1.1..".`,
    )
  })

  it('refuses a message that is none, and goes on', async () => {
    engine.send(1, FRAME.open)
    engine.send(1, FRAME.message, Uint8Array.of(1, 2, 3))
    engine.send(1, FRAME.message, joinPieces(encodeMessage({ type: 'nonsense' })))
    engine.send(99, FRAME.message, joinPieces(encodeMessage({ type: 'cancel', id: 1 })))
    expect(await call(1, 7, 'device.memory', {})).toMatchObject({})
    await expect(call(1, 8, 'no.such.call', {})).rejects.toThrow(/no\.such\.call/)
  })

  it('keeps what the picture library says about a file out of its frames', async () => {
    const kinds = JSON.parse(
      readFileSync(resolve(import.meta.dirname, '../support/pillow-pictures.json'), 'utf8'),
    ) as { name: string; file: string }[]
    const turned = kinds.filter(({ name }) => name.includes('turned, LONG'))
    expect(turned).not.toHaveLength(0)
    engine.send(1, FRAME.open)
    for (const [index, { file }] of turned.entries()) {
      const image = join(folder, `${index}.jpg`)
      writeFileSync(image, Buffer.from(file, 'base64'))
      const answer = await call(1, index, 'inspect.picture', { image, sizePx: 96 })
      expect(answer).toMatchObject({ type: 'image/webp' })
    }
    expect(await call(1, turned.length, 'device.memory', {})).toMatchObject({})
  })

  it('stands a terminal interrupt, which is for who started it', async () => {
    await until(isReady, 60_000)
    process.kill(engine.pid, 'SIGINT')
    process.kill(engine.pid, 'SIGHUP')
    engine.send(1, FRAME.open)
    expect(await call(1, 1, 'device.memory', {})).toMatchObject({})
    expect(await engine.kill('SIGTERM')).toEqual({ code: 0, signal: null })
  })

  it('sends a large answer on while it computes, and stops a run in order on a hang-up', async () => {
    const data = join(folder, 'data')
    await runForJson(folder, 'sample', data, '--images', '20', '--size', '224')
    engine.send(1, FRAME.open)
    await call(1, 1, 'dataset.open', { folder: data, validationShare: 0.25, seed: 1 })
    const settings: TrainingSettings = {
      ...defaultSettings(224),
      width: 0.25,
      batchSize: 8,
      microBatch: 8,
      learningRate: 1e-6,
      epochs: 1000,
    }
    const run = { dataFolder: data, runsFolder: folder, name: 'large', settings }
    await call(1, 2, 'training.start', run)
    const isTraining = (): boolean =>
      answers.get(1)?.some((message) => message.type === 'event' && message.name === 'steps') ===
      true
    await until(isTraining, 60_000)
    const { pictures } = (await call(1, 3, 'dataset.pictures', {
      folder: data,
      classIndex: 0,
      offset: 0,
      limit: 1,
    })) as { pictures: { file: string }[] }
    const image = join(data, pictures[0]?.file ?? '')
    const about = { model: { kind: 'training' }, image, layer: 'conv1_1', stage: 'output' }
    const { id } = (await call(1, 4, 'inspect.maps', about)) as { id: string }
    const raw = (await call(1, 5, 'inspect.rawMaps', { maps: id })) as { data: Float32Array }
    expect(raw.data).toHaveLength(224 * 224 * 16)
    expect(raw.data.some((value) => value > 0)).toBe(true)

    engine.hangUp()
    expect(await engine.ended).toEqual({ code: 0, signal: null })
    const state = JSON.parse(readFileSync(join(folder, 'large/run.json'), 'utf8')) as {
      state: string
    }
    expect(state.state).toBe('stopped')
  })
})

describe('vgg-lab engine', () => {
  beforeEach(start)

  it('tells in a line that it is started by the lab', async () => {
    const bare = await runCommand(folder, 'engine')
    expect(bare).toMatchObject({ exitCode: 2, out: '' })
    expect(bare.err).toContain('Expected --stdio')
  })
})
