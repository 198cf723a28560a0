import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeSampleDataset } from '../../src/main/engine/data/sample-dataset'
import { buildCommandLine } from '../support/built-command'

/** Wide enough that a stop takes a moment: one call, and a checkpoint of some 20 MB. */
const NETWORK = ['--config', 'A', '--input', '64', '--width', '0.5', '--batch', '16']

const folder = mkdtempSync(join(tmpdir(), 'vgg-lab-interrupt-'))
let program = ''

beforeAll(async () => {
  program = await buildCommandLine('interrupt')
  const data = join(folder, 'data')
  await writeSampleDataset({ folder: data, classes: 3, images: 24, size: 64, seed: 1 })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A training process: what it said so far, and how it ended. */
class TrainingProcess {
  out = ''
  err = ''
  readonly ended: Promise<number | null>
  readonly #child: ChildProcess
  #heard = (): void => undefined

  constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, [program, 'train', ...args], { cwd: folder })
    this.#child.stdout?.on('data', (text) => {
      this.out += String(text)
      this.#heard()
    })
    this.#child.stderr?.on('data', (text) => {
      this.err += String(text)
      this.#heard()
    })
    this.ended = new Promise((done) => this.#child.once('exit', (code) => done(code)))
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
    this.#child.kill('SIGINT')
  }
}

const start = (run: string): TrainingProcess =>
  new TrainingProcess(['data', '--run', run, ...NETWORK, '--epochs', '500', '--json'])

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
    const last = JSON.parse(training.out.trimEnd().split('\n').pop() ?? '') as { step: number }
    expect(last).toMatchObject({ event: 'done', state: 'stopped' })
    const stepsAnEpoch = 4
    if (last.step % stepsAnEpoch !== 0) {
      const name = `step-${String(last.step).padStart(7, '0')}`
      expect(readdirSync(join(folder, 'once/checkpoints'))).toContain(name)
    }
    const epochs = Math.ceil((last.step + 1) / stepsAnEpoch)
    expect(await resume('once', epochs)).toMatchObject({
      state: 'finished',
      step: epochs * stepsAnEpoch,
    })
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
