import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { decodePicture } from '../src/main/engine/data/decode-picture'
import { fitPicture } from '../src/main/engine/data/fit-picture'
import { createPictureSource } from '../src/main/engine/data/picture-source'
import { scanFolder } from '../src/main/engine/data/scan-folder'
import { drawSplit } from '../src/main/engine/data/split'
import { encodeThumbnail } from '../src/main/engine/data/thumbnail'
import type { Dataset } from '../src/main/engine/data/types'
import { defaultScale } from '../src/shared/spec'
import { describeMachine, formatMachine } from './harness/machine'
import { formatNumber, formatTable, say } from './harness/report'
import { makeScratchFolder, writeSample } from './harness/sample-folder'

const INPUT_SIZE = 224
const BATCH = 32
/** Pictures of a step that takes each by itself. */
const SINGLE_PICTURES = 200

export const DATA_HELP = `bench data [--data <folder>] [--images N] [--size N] [--quick] [--json]
  Pictures per second of scanning, decoding, fitting, thumbnails and training batches at 224.
  --data   a folder of your own; otherwise 6 classes of generated pictures, --images (100) each
  --size   side of the generated pictures (320)`

interface StageResult {
  readonly stage: string
  readonly pictures: number
  readonly ms: number
}

/** `bench data`: how fast pictures come in. */
export async function benchData(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      images: { type: 'string', default: '100' },
      size: { type: 'string', default: '320' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const machine = describeMachine()
  const images = options.quick ? 20 : Number(options.images)
  say('Preparing the pictures')
  const folder =
    options.data ?? (await writeSample(makeScratchFolder(), images, Number(options.size)))

  const stages: StageResult[] = []
  const time = async (stage: string, work: () => Promise<number>) => {
    say(stage)
    const start = performance.now()
    const pictures = await work()
    stages.push({ stage, pictures, ms: performance.now() - start })
  }
  const scanned: Dataset[] = []
  await time('scan', async () => {
    const dataset = await scanFolder(folder)
    scanned.push(dataset)
    return dataset.files.length
  })
  const [dataset] = scanned
  if (dataset === undefined) throw new Error('The scan gave nothing.')
  await timeSingles(dataset, time)
  await timeBatches(dataset, time)

  if (options.json) {
    process.stdout.write(`${JSON.stringify({ machine, folder, stages }, null, 2)}\n`)
    return
  }
  const rows = stages.map(({ stage, pictures, ms }) => [
    stage,
    String(pictures),
    formatNumber(ms / pictures),
    formatNumber((pictures / ms) * 1000),
  ])
  process.stdout.write(
    `Pictures on their way in, batches of ${BATCH} at ${INPUT_SIZE}\n${formatMachine(machine)}\n\n` +
      `${formatTable(['', 'pictures', 'ms each', 'per second'], rows)}\n`,
  )
}

type Time = (stage: string, work: () => Promise<number>) => Promise<void>

/** Steps that inspection and the Data view take, one picture after the other. */
async function timeSingles(dataset: Dataset, time: Time): Promise<void> {
  const paths = dataset.files
    .slice(0, SINGLE_PICTURES)
    .map(({ file }) => join(dataset.folder, file))
  const each = async (work: (path: string) => Promise<unknown>) => {
    for (const path of paths) await work(path)
    return paths.length
  }
  const smallestSide = defaultScale(INPUT_SIZE).min
  await time('decode', () => each((path) => decodePicture(path)))
  await time('decode, smallest side 256, centre crop', () =>
    each((path) => fitPicture(path, { inputSize: INPUT_SIZE, smallestSide })),
  )
  await time('thumbnail of 96', () => each((path) => encodeThumbnail(path, 96)))
}

/** What training takes: mean, an epoch from the disk, an epoch from the cache. */
async function timeBatches(dataset: Dataset, time: Time): Promise<void> {
  const source = createPictureSource(dataset, drawSplit(dataset, { share: 0.1, seed: 1 }), {
    inputSize: INPUT_SIZE,
    scale: defaultScale(INPUT_SIZE),
    augment: ['crop', 'flip'],
    order: 'shuffled',
    seed: 1,
  })
  const drain = async (batches: AsyncIterable<{ readonly count: number }>) => {
    let pictures = 0
    for await (const { count } of batches) pictures += count
    return pictures
  }
  try {
    await time('training batches, first epoch', () => drain(source.trainingBatches(1, BATCH)))
    await time('training batches, second epoch', () => drain(source.trainingBatches(2, BATCH)))
    await time('validation batches', () => drain(source.validationBatches(BATCH)))
  } finally {
    source.dispose()
  }
}
