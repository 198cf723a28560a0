import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { defaultSettings } from '../src/shared/spec'
import { describeMachine, formatMachine } from './harness/machine'
import { formatTable, say } from './harness/report'
import { readAppFacts } from './app-facts'
import { LabWindow, type ProcessTimes } from './lab-window'

export const WINDOW_COST_HELP = `bench window-cost [--seconds 20] [--minutes 0] [--only Train,Data] [--quick] [--json]
  The built application while a small network trains (A at 64, width 0.25, batches of 16): the share of
  a core that the window, the process that composes it and main take, view by view.
  --minutes  trains so long first: what a view takes must not grow with the run
  --quick    4 seconds a view`

/** What is shown while a share is taken. */
interface Scene {
  readonly name: string
  /** What the window is to take at most, of a core; null: no goal. */
  readonly goal: number | null
  show(lab: LabWindow): Promise<void>
}

interface Cost {
  readonly scene: string
  /** Of one core, 0..1. */
  readonly renderer: number
  readonly gpu: number
  readonly main: number
  readonly stepMs: number
  readonly nodes: number
  readonly heapBytes: number
  readonly goal: number | null
}

const TRAIN_GOAL = 0.05
const VIEW_GOAL = 0.03

const SCENES: readonly Scene[] = [
  { name: 'Train', goal: TRAIN_GOAL, show: (lab) => lab.show('Train') },
  {
    name: 'Train, layers',
    goal: TRAIN_GOAL,
    show: async (lab) => {
      await lab.show('Train')
      await lab.click('Layers')
    },
  },
  ...(['Architecture', 'Data', 'Evaluate', 'Runs'] as const).map((view): Scene => ({
    name: view,
    goal: VIEW_GOAL,
    show: (lab) => lab.show(view),
  })),
  {
    name: 'Inspect',
    goal: VIEW_GOAL,
    show: async (lab) => {
      await lab.choosePicture(0)
    },
  },
  // What the network computes for it is no waste, so that it has no goal.
  { name: 'Inspect, maps pinned', goal: null, show: (lab) => lab.click('Pin') },
  { name: 'Data, maps pinned', goal: VIEW_GOAL, show: (lab) => lab.show('Data') },
  {
    name: 'hidden, on Train',
    goal: VIEW_GOAL,
    show: async (lab) => {
      await lab.show('Train')
      await lab.setVisible(false)
    },
  },
]
/** A view's first layout, and the pictures in it. */
const SETTLE_MS = 3000

/** `bench window-cost`: what the window takes from the training that it shows. */
export async function benchWindowCost(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string' },
      minutes: { type: 'string', default: '0' },
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const seconds = Number(options.seconds ?? (options.quick ? 4 : 20))
  const only = options.only?.split(',')
  const scenes = SCENES.filter(
    ({ name }) => only === undefined || only.some((start) => name.startsWith(start)),
  )
  const machine = describeMachine()
  const lab = await LabWindow.open()
  const costs: Cost[] = []
  try {
    const dataFolder = await lab.openSample()
    const small = { ...defaultSettings(64), configuration: 'A' as const, width: 0.25 }
    await lab.call('training.start', {
      dataFolder,
      runsFolder: lab.runsFolder,
      name: 'window-cost',
      settings: { ...small, batchSize: 16, epochs: 10_000 },
    })
    await waitForSteps(lab, 50)
    say(`Training for ${options.minutes} minutes first`)
    await lab.show('Train')
    await sleep(Number(options.minutes) * 60_000)
    for (const scene of scenes) {
      say(scene.name)
      await scene.show(lab)
      await sleep(SETTLE_MS)
      costs.push(await measure(lab, scene, seconds))
      await lab.setVisible(true)
    }
    await lab.call('training.stop', {})
    await waitForEnd(lab)
  } finally {
    await lab.close()
  }
  if (options.json) {
    const document = { machine, electron: readAppFacts().version, seconds, costs }
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
    return
  }
  const heads = ['shares of a core', 'window', 'composing', 'main', 'step, ms', 'nodes', 'heap, MB']
  const rows = costs.map((cost) => [
    cost.scene,
    percent(cost.renderer),
    percent(cost.gpu),
    percent(cost.main),
    cost.stepMs.toFixed(1),
    String(cost.nodes),
    (cost.heapBytes / 1e6).toFixed(1),
    cost.goal === null ? '' : `under ${percent(cost.goal)}`,
    cost.goal === null ? '' : cost.renderer + cost.gpu < cost.goal ? 'met' : 'missed',
  ])
  process.stdout.write(
    `A at 64, width 0.25, trains on Electron ${readAppFacts().version}\n${formatMachine(machine)}\n\n` +
      `${formatTable([...heads, 'goal of the first two', ''], rows)}\n`,
  )
}

async function measure(lab: LabWindow, scene: Scene, seconds: number): Promise<Cost> {
  const before = await lab.readTimes()
  const { value: from } = await lab.call('training.status', {})
  await sleep(seconds * 1000)
  const after = await lab.readTimes()
  const { value: to } = await lab.call('training.status', {})
  const tookMs = after.atMs - before.atMs
  const share = (name: keyof Omit<ProcessTimes, 'atMs'>) => (after[name] - before[name]) / tookMs
  return {
    scene: scene.name,
    renderer: share('rendererMs'),
    gpu: share('gpuMs'),
    main: share('mainMs'),
    stepMs: tookMs / (to.step - from.step),
    ...(await lab.readPageSize()),
    goal: scene.goal,
  }
}

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`

async function waitForSteps(lab: LabWindow, steps: number): Promise<void> {
  for (;;) {
    const { value: status } = await lab.call('training.status', {})
    if (status.phase === 'failed') throw new Error(status.error?.message ?? 'The run failed.')
    if (status.step >= steps) return
    await sleep(200)
  }
}

async function waitForEnd(lab: LabWindow): Promise<void> {
  for (;;) {
    const { value: status } = await lab.call('training.status', {})
    if (status.phase === 'finished' || status.phase === 'idle') return
    await sleep(100)
  }
}
