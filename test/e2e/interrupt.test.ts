import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeSampleDataset } from '../../src/main/engine/data/sample/sample-dataset'
import { buildCommandLine } from '../support/built-command'

/** Wide enough that a stop takes a moment: one call, and a checkpoint of some 20 MB. */
const NETWORK = ['--config', 'A', '--input', '64', '--width', '0.5', '--batch', '16']

const folder = mkdtempSync(join(tmpdir(), 'vgg-lab-interrupt-'))
const temporary = join(folder, 'temporary')
let program = ''

beforeAll(async () => {
  program = await buildCommandLine('interrupt')
  mkdirSync(temporary)
  const data = join(folder, 'data')
  await writeSampleDataset({ folder: data, classes: 3, images: 24, size: 64, seed: 1 })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A training process: what it said so far, and how it ended. */
class TrainingProcess {
  out = ''
  err = ''
  /** The exit code, null after a signal; all that it wrote is there then. */
  readonly ended: Promise<number | null>
  readonly #child: ChildProcess
  #heard = (): void => undefined

  constructor(args: readonly string[]) {
    const env = { ...process.env, TMPDIR: temporary }
    this.#child = spawn(process.execPath, [program, 'train', ...args], { cwd: folder, env })
    this.#child.stdout?.on('data', (text) => {
      this.out += String(text)
      this.#heard()
    })
    this.#child.stderr?.on('data', (text) => {
      this.err += String(text)
      this.#heard()
    })
    this.ended = new Promise((done) => this.#child.once('close', (code) => done(code)))
  }

  /** Resolves when it has said so on either stream. */
  hear(said: string): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = () => {
        if (`${this.out}${this.err}`.includes(said)) resolve()
      }
      this.#heard()
    })
  }

  interrupt(): void {
    this.kill('SIGINT')
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** The process that trains, which this one supervises. */
  get worker(): number {
    const { pid = 0 } = this.#child
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'))
  }
}

const start = (run: string): TrainingProcess =>
  new TrainingProcess(['data', '--run', run, ...NETWORK, '--epochs', '500', '--json'])

/** That a run was stopped in order: with a checkpoint of its last update, from which it goes on. */
async function expectCheckpoint(run: string, step: number): Promise<void> {
  const stepsAnEpoch = 4
  if (step % stepsAnEpoch !== 0) {
    const name = `step-${String(step).padStart(7, '0')}`
    expect(readdirSync(join(folder, run, 'checkpoints'))).toContain(name)
  }
  const epochs = Math.ceil((step + 1) / stepsAnEpoch)
  expect(await resume(run, epochs)).toMatchObject({
    state: 'finished',
    step: epochs * stepsAnEpoch,
  })
}

/** Also an ended process is listed until it is asked how it ended. */
function isRunning(pid: number): boolean {
  const path = `/proc/${pid}/stat`
  return existsSync(path) && !readFileSync(path, 'utf8').includes(') Z ')
}

const readLast = (text: string): { step: number } =>
  JSON.parse(text.trimEnd().split('\n').pop() ?? '') as { step: number }

/** Goes on for one epoch more; throws what the process said when it can't. */
async function resume(run: string, epochs: number): Promise<Record<string, unknown>> {
  const more = new TrainingProcess(['--run', run, '--resume', '--epochs', String(epochs), '--json'])
  const exitCode = await more.ended
  if (exitCode !== 0) throw new Error(more.err)
  return JSON.parse(more.out.trimEnd().split('\n').pop() ?? '') as Record<string, unknown>
}

describe('Ctrl-C', () => {
  it('once stops after a checkpoint of the last update, from which the run goes on', async () => {
    const training = start('once')
    await training.hear('"epoch":1')
    training.interrupt()
    expect(await training.ended).toBe(130)
    expect(training.err).toContain('Ctrl-C again quits at once')
    const last = readLast(training.out)
    expect(last).toMatchObject({ event: 'done', state: 'stopped' })
    await expectCheckpoint('once', last.step)
  })

  it('of a terminal reaches every process, and is one', async () => {
    const args = [program, 'train', 'data', '--run', 'terminal', ...NETWORK, '--epochs', '500']
    const script = join(import.meta.dirname, '../support/terminal.py')
    const terminal = spawn('python3', [script, 'best', process.execPath, ...args], { cwd: folder })
    let seen = ''
    terminal.stdout.on('data', (text) => (seen += String(text)))
    const code = await new Promise((done) => terminal.once('close', done))
    expect(code, seen).toBe(130)
    // The bar is drawn over itself: it knew the terminal behind descriptor 3.
    expect(seen).toContain('\r\x1b[2K[')
    expect(seen).toContain('Ctrl-C again quits at once')
    expect(seen).toMatch(/Stopped after/)
  })

  it('twice quits at once, and leaves a run that goes on', async () => {
    const training = start('twice')
    await training.hear('"epoch":1')
    training.interrupt()
    await training.hear('Ctrl-C again')
    training.interrupt()
    expect(await training.ended).toBe(130)
    expect(training.out).not.toContain('"done"')
    expect(await resume('twice', 3)).toMatchObject({ state: 'finished' })
  })
})

describe('the process that trains', () => {
  it.each(['SIGTERM', 'SIGHUP'] as const)('stops in order by a %s', async (signal) => {
    const training = start(signal)
    await training.hear('"epoch":1')
    training.kill(signal)
    expect(await training.ended).toBe(130)
    const last = readLast(training.out)
    expect(last).toMatchObject({ event: 'done', state: 'stopped' })
    await expectCheckpoint(signal, last.step)
  })

  it('stops in order when its supervisor is killed', async () => {
    const training = start('orphan')
    await training.hear('"epoch":1')
    const { worker } = training
    training.kill('SIGKILL')
    // Its outputs are closed when the other process has closed them too.
    expect(await training.ended).toBe(null)
    await expect.poll(() => isRunning(worker)).toBe(false)
    const last = readLast(training.out)
    expect(last).toMatchObject({ event: 'done', state: 'stopped' })
    await expectCheckpoint('orphan', last.step)
    expect(readdirSync(temporary)).toEqual([])
  })

  it.each(['SIGSEGV', 'SIGABRT'] as const)(
    'says in one line that it died by a %s, and keeps its log',
    async (signal) => {
      const training = start(signal)
      await training.hear('"epoch":1')
      const before = training.err
      process.kill(training.worker, signal)
      expect(await training.ended).toBe(1)
      const [, log = ''] =
        new RegExp(`^error: The engine was killed \\(${signal}\\)\\. Its log is (.*)\\.\\n$`).exec(
          training.err.slice(before.length),
        ) ?? []
      expect(log).not.toBe('')
      expect(readFileSync(log, 'utf8')).toContain('oneDNN')
      rmSync(temporary, { recursive: true })
      mkdirSync(temporary)
    },
  )
})
