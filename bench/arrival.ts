import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { defaultSettings } from '../src/shared/spec'
import { describeMachine, formatMachine } from './harness/machine'
import { formatNumber, formatTable, say } from './harness/report'
import { summarise } from './harness/statistics'
import { LabWindow } from './lab-window'

export const ARRIVAL_HELP = `bench arrival [--rounds 12] [--json]
  The built application: from asking for values that the engine holds already until their bytes are in
  the page, for answers of several sizes. No network is run in between: it is the way alone.`

/** Layers of A at 448 px, width 0.5, by the bytes of their maps in float32. */
const LAYERS = ['conv5_2', 'conv4_2', 'conv2_1', 'conv1_1'] as const
const INPUT_SIZE = 448
const WIDTH = 0.5
const WARM_UP = 2

/** `bench arrival`: the way from the engine to the page. */
export async function benchArrival(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '12' },
      json: { type: 'boolean', default: false },
    },
  })
  const machine = describeMachine()
  say('Starting a run, which is paused: its network is asked')
  const lab = await LabWindow.open()
  const results: { layer: string; bytes: number; times: number[] }[] = []
  try {
    const dataFolder = await lab.openSample()
    const settings = {
      ...defaultSettings(INPUT_SIZE),
      batchSize: 1,
      width: WIDTH,
      learningRate: 1e-6,
    }
    await lab.call('training.start', {
      dataFolder,
      runsFolder: lab.runsFolder,
      name: 'arrival',
      settings: { ...settings, configuration: 'A' },
    })
    await waitFor(lab, 'training')
    await lab.call('training.pause', {})
    await waitFor(lab, 'paused')
    const { file } = await lab.choosePicture(0)
    await sleep(1500)
    for (const layer of LAYERS) {
      say(layer)
      const about = { model: { kind: 'training' }, image: file, layer, stage: 'output' } as const
      const { value: maps } = await lab.call('inspect.maps', about)
      const [height, width, channels] = maps.shape
      const times: number[] = []
      for (let round = 0; round < Number(options.rounds) + WARM_UP; round++) {
        const { ms } = await lab.call('inspect.rawMaps', { maps: maps.id })
        if (round >= WARM_UP) times.push(ms)
      }
      const bytes = height * width * channels * Float32Array.BYTES_PER_ELEMENT
      results.push({ layer, bytes, times })
    }
    await lab.call('training.stop', {})
  } finally {
    await lab.close()
  }
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ machine, results }, null, 2)}\n`)
    return
  }
  const rows = results.map(({ layer, bytes, times }) => {
    const { median, min, max } = summarise(times)
    return [layer, (bytes / 1e6).toFixed(1), ...[median, min, max].map(formatNumber)]
  })
  process.stdout.write(
    `Raw maps on their way to the page\n${formatMachine(machine)}\n\n${formatTable(['layer', 'MB', 'median ms', 'min', 'max'], rows)}\n`,
  )
}

async function waitFor(lab: LabWindow, phase: 'training' | 'paused'): Promise<void> {
  for (;;) {
    const { value: status } = await lab.call('training.status', {})
    if (status.phase === phase && (phase !== 'training' || status.step > 0)) return
    if (status.phase === 'failed') throw new Error(status.error?.message ?? 'The run failed.')
    await sleep(50)
  }
}
