import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseMetrics, parseRunFile } from '../../../src/shared/spec'
import { buildCommandLine } from '../../support/built-command'
import { SmallLab } from './small-run'

const KILLS = 20
const EPOCHS = 30
const ARGUMENTS = [
  ...['--config', 'A', '--input', '32', '--width', '0.05', '--batch', '4', '--accumulate', '2'],
  ...['--augment', 'flip,crop,color', '--scale', '36-48', '--patience', '4', '--keep-every', '10'],
  ...['--epochs', String(EPOCHS), '--save-steps', '2', '--json'],
]

const lab = new SmallLab()
let program = ''
beforeAll(async () => {
  await lab.fill()
  program = await buildCommandLine('killed')
})
afterAll(() => lab.remove())

/** A training process. */
interface Session {
  /** Milliseconds from its start to its first finished epoch; null when there was none. */
  readonly firstEpochMs: number | null
  readonly totalMs: number
  readonly exitCode: number | null
  readonly errors: string
}

/** Starts the run, or goes on with it where there is something to go on with. */
function runSession(folder: string, killAfterMs: number | null): Promise<Session> {
  const isBegun = existsSync(join(folder, 'run.json'))
  const args = isBegun
    ? ['train', '--run', folder, '--resume', '--json']
    : ['train', lab.dataFolder, '--run', folder, ...ARGUMENTS]
  return new Promise((resolve, reject) => {
    const startMs = performance.now()
    const child = spawn(process.execPath, [program, ...args], {
      // A group of its own: the training is to die with its supervisor, which would else see to it
      // that it stops in order.
      detached: true,
      env: { ...process.env, TMPDIR: lab.root },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const kill = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It has just come to its end.
      }
    }
    let firstEpochMs: number | null = null
    let errors = ''
    child.stdout.on('data', () => (firstEpochMs ??= performance.now() - startMs))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
    const timer = killAfterMs === null ? null : setTimeout(kill, killAfterMs)
    child.on('error', reject)
    child.on('close', (exitCode) => {
      if (timer !== null) clearTimeout(timer)
      resolve({ firstEpochMs, totalMs: performance.now() - startMs, exitCode, errors })
    })
  })
}

function isFinished(folder: string): boolean {
  const path = join(folder, 'run.json')
  return existsSync(path) && parseRunFile(readFileSync(path, 'utf8'))?.state === 'finished'
}

/** All that a run says and keeps, but for what depends on the clock. */
function readOutcome(folder: string) {
  const withoutTimes = (text: string): unknown =>
    JSON.parse(text, (key, value: unknown) =>
      ['seconds', 'imagesPerSecond', 'dataWaitShare', 'trainedSeconds'].includes(key)
        ? undefined
        : value,
    )
  const read = (...path: string[]): string => readFileSync(join(folder, ...path), 'utf8')
  const checkpoints = readdirSync(join(folder, 'checkpoints')).sort()
  return {
    metrics: parseMetrics(read('metrics.jsonl')).map((line) => withoutTimes(JSON.stringify(line))),
    best: read('best'),
    checkpoints,
    states: checkpoints.map((name) => withoutTimes(read('checkpoints', name, 'state.json'))),
    files: readdirSync(folder)
      .filter((name) => !name.startsWith('events.') && name !== 'lock')
      .sort(),
  }
}

function expectSameBytes(folder: string, other: string): void {
  for (const name of readdirSync(join(other, 'checkpoints'))) {
    for (const file of ['model.safetensors', 'optimizer.safetensors']) {
      const [mine, theirs] = [folder, other].map((run) =>
        readFileSync(join(run, 'checkpoints', name, file)),
      )
      expect(theirs !== undefined && mine?.equals(theirs), `${name}/${file}`).toBe(true)
    }
  }
}

test(`a run that is killed ${KILLS} times, anywhere, ends as one that never was`, async () => {
  // As a process leaves it that was killed while it loaded a graph; the next one cleans up.
  const left = join(lab.root, `vgg-lab-graph-${spawnSync(process.execPath, ['-v']).pid}-1-left`)
  mkdirSync(left)
  const unbroken = lab.run('unbroken')
  const whole = await runSession(unbroken, null)
  expect(whole.exitCode, whole.errors).toBe(0)
  expect(existsSync(left)).toBe(false)
  const expected = readOutcome(unbroken)
  expect(expected.checkpoints.length).toBeGreaterThanOrEqual(4)
  const firstEpochMs = whole.firstEpochMs ?? whole.totalMs
  const trainingMs = whole.totalMs - firstEpochMs

  // Two at a time, each with runs of its own: most of a session is one thread's start.
  const breakRuns = async (lane: string): Promise<void> => {
    let kills = 0
    let finished = 0
    while (kills < KILLS / 2 || finished === 0) {
      const folder = lab.run(`killed-${lane}-${finished}`)
      // From before there is a run folder to beyond a quarter of the whole training.
      const pointMs = firstEpochMs / 2 + Math.random() * (firstEpochMs / 2 + trainingMs / 4)
      const { exitCode, errors } = await runSession(folder, kills < KILLS / 2 ? pointMs : null)
      if (exitCode === null) kills += 1
      else expect(exitCode, errors).toBe(0)
      // It may be killed after its last write.
      if (exitCode === null && !isFinished(folder)) continue
      expect(readOutcome(folder)).toEqual(expected)
      expectSameBytes(folder, unbroken)
      finished += 1
    }
  }
  await Promise.all(['a', 'b'].map(breakRuns))
}, 300_000)
