import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { defaultSettings, parseMetrics, type StepMetrics } from '../src/shared/spec'
import { describeMachine, formatMachine } from './harness/machine'
import { formatNumber, formatTable, say } from './harness/report'
import { makeScratchFolder, writeSample } from './harness/sample-folder'
import { compareRounds, summarise } from './harness/statistics'
import { LabWindow } from './lab-window'

export const PACE_HELP = `bench pace [--rounds 3] [--seconds 20] [--soak 0] [--view Train] [--json]
  Pictures a second of A at 64 px, width 0.25, batch 16: in the window and on the command line, in
  turn on the same pictures; validation and checkpoints are counted on both sides.
  --soak  minutes that the window trains before it is measured
  --view  the view that is shown meanwhile`

const INPUT_SIZE = 64
const NETWORK = { configuration: 'A', width: 0.25, batchSize: 16 } as const
/** Pictures of each of the six classes: an epoch of some seconds. */
const IMAGES = 400
/** The first steps optimise the graph and fill the cache of pictures. */
const WARM_UP_MS = 5000
/** The goal: the window's pace compared with the command line's. */
const GOAL = 0.95

/** `bench pace`: what training in the window costs. */
export async function benchPace(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '20' },
      soak: { type: 'string', default: '0' },
      view: { type: 'string', default: 'Train' },
      json: { type: 'boolean', default: false },
    },
  })
  const measureMs = Number(options.seconds) * 1000
  const machine = describeMachine()
  const scratch = makeScratchFolder()
  say('Preparing the pictures')
  const dataFolder = await writeSample(scratch, IMAGES, INPUT_SIZE)
  const lab = await LabWindow.open()
  const inWindow: number[] = []
  const onCommandLine: number[] = []
  try {
    await lab.show(options.view)
    const settings = { ...defaultSettings(INPUT_SIZE), ...NETWORK, epochs: 10_000 }
    const about = { dataFolder, runsFolder: lab.runsFolder, name: 'pace', settings }
    await lab.call('training.start', about)
    await sleep(WARM_UP_MS + Number(options.soak) * 60_000)
    for (let round = 0; round < Number(options.rounds); round++) {
      say(`Round ${round + 1} of ${options.rounds}: the window`)
      inWindow.push(await watchPace(join(lab.runsFolder, 'pace'), measureMs))
      await lab.call('training.pause', {})
      while ((await lab.call('training.status', {})).value.phase !== 'paused') await sleep(50)
      say(`Round ${round + 1} of ${options.rounds}: the command line`)
      onCommandLine.push(await trainBeside(dataFolder, join(scratch, `run-${round}`), measureMs))
      await lab.call('training.resume', {})
      await sleep(WARM_UP_MS)
    }
    await lab.call('training.stop', {})
  } finally {
    await lab.close()
  }
  const ratio = compareRounds(onCommandLine.map(invert), inWindow.map(invert))
  if (options.json) {
    const document = { machine, inWindow, onCommandLine, ratio: 1 / ratio.median }
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
    return
  }
  const rows = [
    ['the window', ...describe(inWindow)],
    ['the command line', ...describe(onCommandLine)],
  ]
  const share = 1 / ratio.median
  process.stdout.write(
    `A at 64 px, width 0.25, batch 16, with the view ${options.view} shown${options.soak === '0' ? '' : `, after ${options.soak} minutes of training`}\n${formatMachine(machine)}\n\n` +
      `${formatTable(['pictures a second', 'median', 'min', 'max'], rows)}\n\n` +
      `The window reaches ${share.toFixed(3)} of the command line's pace; goal: ${GOAL}: ${share >= GOAL ? 'met' : 'missed'}.\n`,
  )
}

const invert = (pace: number): number => 1 / pace

function describe(paces: readonly number[]): string[] {
  const { median, min, max } = summarise(paces)
  return [median, min, max].map(formatNumber)
}

/** Trains on the command line for a while, then kills it: what it leaves is removed with the rest. */
async function trainBeside(data: string, run: string, measureMs: number): Promise<number> {
  const { configuration, width, batchSize } = NETWORK
  const shape = ['--config', configuration, '--input', String(INPUT_SIZE), '--width', String(width)]
  const length = ['--batch', String(batchSize), '--epochs', '10000']
  const program = resolve('scripts/vgg-lab.mjs')
  const child = spawn(
    process.execPath,
    [program, 'train', data, '--run', run, ...shape, ...length],
    {
      stdio: 'ignore',
    },
  )
  const ended = new Promise((done) => child.once('exit', done))
  try {
    while (readSteps(run).length === 0) await sleep(100)
    await sleep(WARM_UP_MS)
    return await watchPace(run, measureMs)
  } finally {
    child.kill('SIGTERM')
    await ended
  }
}

/** Pictures a second of a run over a stretch of time, by its own record. */
async function watchPace(run: string, measureMs: number): Promise<number> {
  const first = readSteps(run).at(-1)
  await sleep(measureMs)
  const last = readSteps(run).at(-1)
  if (first === undefined || last === undefined || last.step === first.step) {
    throw new Error(`Expected steps of the run in ${run} within ${measureMs} ms; there are none.`)
  }
  return ((last.step - first.step) * NETWORK.batchSize) / (last.seconds - first.seconds)
}

function readSteps(run: string): StepMetrics[] {
  try {
    const lines = parseMetrics(readFileSync(join(run, 'metrics.jsonl'), 'utf8'))
    return lines.filter((line) => line.kind === 'step')
  } catch {
    return []
  }
}
