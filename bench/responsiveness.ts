import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { TrainingPhase } from '../src/shared/contract'
import { defaultSettings, type TrainingSettings } from '../src/shared/spec'
import { describeMachine, formatMachine } from './harness/machine'
import { formatGoals, formatNumber, say } from './harness/report'
import { makeScratchFolder, writeSample } from './harness/sample-folder'
import { median } from './harness/statistics'
import { readAppFacts } from './app-facts'
import { LabWindow, type Delays } from './lab-window'
import { measureLaunch } from './launch'

export const RESPONSIVENESS_HELP = `bench responsiveness [--seconds 20] [--batch 32] [--inspections 5] [--quick] [--json]
  The built application: launch, delays of main's event loop and of the window's frames while idle and
  while VGG-16 (D) trains at 224, inspection and stop latency during D and during a small net.
  --quick  6 seconds, 2 inspections, one launch`

interface TrainingResult {
  readonly what: string
  readonly main: Delays
  readonly frames: Delays
  readonly inspectionsMs: readonly number[]
  readonly stopAcknowledgedMs: number
  readonly stopEffectiveMs: number
  readonly microBatch: number
}

/** `bench responsiveness`: how the lab feels while it works. */
export async function benchResponsiveness(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string' },
      batch: { type: 'string', default: '32' },
      inspections: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const seconds = Number(options.seconds ?? (options.quick ? 6 : 20))
  const inspections = Number(options.inspections ?? (options.quick ? 2 : 5))
  const machine = describeMachine()

  say('Launching')
  const launches = []
  // The first launch reads the program from the disk; the median is of the later ones.
  for (let count = 0; count < (options.quick ? 1 : 4); count++) launches.push(await measureLaunch())
  const warm = launches.length > 1 ? launches.slice(1) : launches
  const launch = {
    windowMs: median(warm.map(({ windowMs }) => windowMs)),
    engineReadyMs: median(warm.map(({ engineReadyMs }) => engineReadyMs)),
  }

  say('Preparing the pictures')
  const dataFolder = await writeSample(makeScratchFolder(), 40, 256)
  const lab = await LabWindow.open()
  const trainings: TrainingResult[] = []
  try {
    await lab.call('device.report', {})
    say('Idle')
    const idle = await lab.watch(seconds)
    // What is learned does not matter here, only that the loss stays finite.
    const common = { learningRate: 1e-5, epochs: 10_000 }
    const big = { ...defaultSettings(224), ...common, configuration: 'D' as const, width: 1 }
    const small = { ...defaultSettings(32), ...common, configuration: 'A' as const, width: 0.25 }
    const measure = async (what: string, settings: TrainingSettings) => {
      say(`Training ${what}`)
      trainings.push(await measureTraining(lab, what, dataFolder, settings, seconds, inspections))
    }
    await measure(`D at 224, batch ${options.batch}`, { ...big, batchSize: Number(options.batch) })
    await measure('A at 32, width 0.25', small)
    if (options.json) {
      const document = { machine, electron: readAppFacts().version, launches, idle, trainings }
      process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
      return
    }
    const lines = [
      line('launch to first paint, ms', launch.windowMs, 'under 1000'),
      line('launch to engine ready, ms', launch.engineReadyMs, 'under 3000'),
      ...listDelays('idle', idle, false),
      ...trainings.flatMap((result, index) => [
        ...listDelays(result.what, result, index === 0),
        line(
          `${result.what}: inspection, median ms`,
          median(result.inspectionsMs),
          index === 0 ? 'under 3000' : 'under 300',
        ),
        line(`${result.what}: inspection, longest ms`, Math.max(...result.inspectionsMs), ''),
        line(`${result.what}: stop acknowledged, ms`, result.stopAcknowledgedMs, 'at once'),
        line(`${result.what}: stopped, ms`, result.stopEffectiveMs, 'one micro-batch'),
      ]),
    ]
    const head = [
      `The application on Electron ${readAppFacts().version}, training in micro-batches of ${trainings.map(({ microBatch }) => microBatch).join(' and ')}`,
      formatMachine(machine),
    ]
    process.stdout.write(`${head.join('\n')}\n\n${formatGoals(lines)}\n`)
  } finally {
    await lab.close()
  }
}

function line(what: string, ms: number, goal: string) {
  return { what, measured: formatNumber(ms), goal }
}

function listDelays(
  what: string,
  { main, frames }: { main: Delays; frames: Delays },
  hasGoals: boolean,
) {
  return [
    line(`${what}: main's event loop, p99 ms`, main.p99Ms, hasGoals ? 'under 20' : ''),
    line(`${what}: main's event loop, longest ms`, main.maxMs, ''),
    line(`${what}: frame, p99 ms`, frames.p99Ms, ''),
    line(`${what}: frame, longest ms`, frames.maxMs, hasGoals ? 'under 50' : ''),
  ]
}

async function measureTraining(
  lab: LabWindow,
  what: string,
  dataFolder: string,
  settings: TrainingSettings,
  seconds: number,
  inspections: number,
): Promise<TrainingResult> {
  const { value: pictures } = await openPictures(lab, dataFolder)
  const image = join(dataFolder, pictures.pictures[0]?.file ?? '')
  await lab.call('training.start', {
    dataFolder,
    runsFolder: lab.runsFolder,
    name: what,
    settings,
  })
  const status = await waitForPhase(lab, ['training'])
  // The first step optimises the graphs.
  await sleep(2000)
  const delays = await lab.watch(seconds)
  const inspectionsMs: number[] = []
  for (let count = 0; count < inspections; count++) {
    // A pause of no fixed length: questions meet the micro-batches at any moment of theirs.
    await sleep(300 + Math.random() * 700)
    const { ms } = await lab.call('inspect.maps', {
      model: { kind: 'training' },
      image,
      layer: 'conv3_1',
      stage: 'output',
    })
    inspectionsMs.push(ms)
  }
  const stopAt = performance.now()
  const { ms: stopAcknowledgedMs } = await lab.call('training.stop', {})
  await waitForPhase(lab, ['finished', 'idle'])
  const stopEffectiveMs = performance.now() - stopAt
  const { microBatch } = status
  return { what, ...delays, inspectionsMs, stopAcknowledgedMs, stopEffectiveMs, microBatch }
}

async function openPictures(lab: LabWindow, folder: string) {
  const { validationShare, seed } = defaultSettings()
  await lab.call('dataset.open', { folder, validationShare, seed })
  return await lab.call('dataset.pictures', { folder, classIndex: null, offset: 0, limit: 1 })
}

async function waitForPhase(lab: LabWindow, phases: readonly TrainingPhase[]) {
  for (;;) {
    const { value: status } = await lab.call('training.status', {})
    if (status.phase === 'failed') throw new Error(status.error?.message ?? 'The run failed.')
    // `training` is told before the first step is done, whose time is not yet the usual one.
    const isReached = phases.includes(status.phase)
    if (isReached && (status.phase !== 'training' || status.microBatch > 0)) return status
    await sleep(50)
  }
}
