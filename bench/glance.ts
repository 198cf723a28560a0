import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { defaultSettings } from '../src/shared/spec'
import { describeMachine, formatMachine } from './harness/machine'
import { formatNumber, formatTable, say } from './harness/report'
import { compareRounds, summarise } from './harness/statistics'
import { LabWindow } from './lab-window'

export const GLANCE_HELP = `bench glance [--config D] [--input 224] [--rounds 8] [--json]
  The built application: from a click on a picture in Inspect until its prediction and the thumbnails
  of all layers are painted, compared with one forward pass of the same network on the same picture.`

/** Passes that are not counted: TensorFlow makes its plan of the graph, the page its first layout. */
const WARM_UP = 2
const SETTLE_MS = 1500

/** `bench glance`: how long a picture's choice takes. */
export async function benchGlance(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      config: { type: 'string', default: 'D' },
      input: { type: 'string', default: '224' },
      rounds: { type: 'string', default: '8' },
      json: { type: 'boolean', default: false },
    },
  })
  const configuration = options.config as 'D'
  const inputSize = Number(options.input)
  const machine = describeMachine()
  say('Starting a run, which is paused: its network is asked')
  const lab = await LabWindow.open()
  const choices: number[] = []
  const passes: number[] = []
  try {
    const dataFolder = await lab.openSample()
    // The smallest learning rate: what is learned before the pause does not matter here.
    const settings = { ...defaultSettings(inputSize), configuration, batchSize: 4, width: 1 }
    await lab.call('training.start', {
      dataFolder,
      runsFolder: lab.runsFolder,
      name: 'glance',
      settings: { ...settings, learningRate: 1e-6 },
    })
    await waitFor(lab, (phase) => phase === 'training')
    await lab.call('training.pause', {})
    await waitFor(lab, (phase) => phase === 'paused')
    const rounds = Number(options.rounds) + WARM_UP
    for (let round = 0; round < rounds; round++) {
      say(`picture ${round + 1} of ${rounds}`)
      const { file, ms } = await lab.choosePicture(round)
      // The maps cross after the thumbnails; the pass alone is timed when the window has drawn them.
      await sleep(SETTLE_MS)
      const { ms: passMs } = await lab.call('inspect.predict', {
        model: { kind: 'training' },
        image: file,
      })
      if (round < WARM_UP) continue
      choices.push(ms)
      passes.push(passMs)
    }
    await lab.call('training.stop', {})
    await waitFor(lab, (phase) => phase === 'finished' || phase === 'idle')
  } finally {
    await lab.close()
  }
  const [choice, pass] = [summarise(choices), summarise(passes)]
  const goalMs = 1.5 * pass.median + 100
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ machine, choices, passes, goalMs }, null, 2)}\n`)
    return
  }
  const rows = [
    ['click to thumbnails of all layers', formatNumber(choice.median), formatNumber(choice.min)],
    ['one forward pass', formatNumber(pass.median), formatNumber(pass.min)],
  ]
  process.stdout.write(
    `A picture's choice with ${configuration} at ${inputSize}\n${formatMachine(machine)}\n\n` +
      `${formatTable(['', 'median ms', 'min'], rows)}\n\n` +
      `Ratio ${compareRounds(passes, choices).median.toFixed(2)}; goal: under 1.5 passes and 100 ms, ${formatNumber(goalMs)} ms: ${choice.median < goalMs ? 'met' : 'missed'}.\n`,
  )
}

async function waitFor(lab: LabWindow, isReached: (phase: string) => boolean): Promise<void> {
  for (;;) {
    const { value: status } = await lab.call('training.status', {})
    if (status.phase === 'failed') throw new Error(status.error?.message ?? 'The run failed.')
    if (isReached(status.phase)) return
    await sleep(100)
  }
}
