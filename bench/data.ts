import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { decodePicture } from '../src/main/engine/data/pictures/decode-picture'
import { fitPicture } from '../src/main/engine/data/pictures/fit-picture'
import { createPictureSource } from '../src/main/engine/data/sampling/picture-source'
import { sharedWorkerPool } from '../src/main/engine/data/preparation/worker-pool'
import { scanFolder } from '../src/main/engine/data/scan/scan-folder'
import { drawSplit } from '../src/main/engine/data/scan/split'
import { encodeThumbnail } from '../src/main/engine/data/pictures/thumbnail'
import type { Dataset, PictureSource } from '../src/main/engine/data/types'
import { compileNetwork } from '../src/main/engine/network'
import { defaultScale, paperPreprocessing } from '../src/shared/spec'
import { describeMachine, formatMachine } from './harness/machine'
import { formatNumber, formatTable, say } from './harness/report'
import { makeScratchFolder, writeSample } from './harness/sample-folder'

const INPUT_SIZE = 224
const BATCH = 32
/** Of the steps of D that are watched for waiting. */
const WAIT_BATCH = 8
/** Pictures of a step that takes each by itself. */
const SINGLE_PICTURES = 200

export const DATA_HELP = `bench data [--data <folder>] [--images N] [--size N] [--quick] [--json]
  Pictures per second of scanning, decoding, fitting and thumbnails; of preparing the cache; and of
  the pipeline of training batches at 224 alone, without a network, from the cache and without.
  --data   a folder of your own; otherwise 6 classes of generated pictures, --images (100) each
  --size   side of the generated pictures (320)
  --epochs read from the cache (10)
  --steps  of D at 224, batches of ${WAIT_BATCH}, whose wait for pictures is measured (4)`

interface StageResult {
  readonly stage: string
  readonly pictures: number
  readonly ms: number
  /** Processor time over all threads. */
  readonly cpuMs: number
}

/** `bench data`: how fast pictures come in. */
export async function benchData(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      images: { type: 'string', default: '100' },
      size: { type: 'string', default: '320' },
      epochs: { type: 'string', default: '10' },
      quick: { type: 'boolean', default: false },
      steps: { type: 'string', default: '4' },
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
    const startCpu = process.cpuUsage()
    const pictures = await work()
    const { user, system } = process.cpuUsage(startCpu)
    stages.push({ stage, pictures, ms: performance.now() - start, cpuMs: (user + system) / 1000 })
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
  await timeBatches(dataset, time, options.quick ? 2 : Number(options.epochs))
  const waitShare = options.quick ? null : await measureWait(dataset, Number(options.steps))

  if (options.json) {
    process.stdout.write(`${JSON.stringify({ machine, folder, stages, waitShare }, null, 2)}\n`)
    return
  }
  const rows = stages.map(({ stage, pictures, ms, cpuMs }) => [
    stage,
    String(pictures),
    formatNumber(ms / pictures),
    formatNumber((pictures / ms) * 1000),
    formatNumber(cpuMs / pictures),
  ])
  process.stdout.write(
    `Pictures on their way in, batches of ${BATCH} at ${INPUT_SIZE}\n${formatMachine(machine)}\n\n` +
      `${formatTable(['', 'pictures', 'ms each', 'per second', 'CPU ms each'], rows)}\n` +
      (waitShare === null
        ? ''
        : `\nShare of D's steps that waits for pictures, S=[256;512]: ${formatNumber(waitShare * 100)}%\n`),
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

/** Share of the time of whole training steps of D at 224 that goes by waiting for pictures. */
async function measureWait(dataset: Dataset, steps: number): Promise<number> {
  say('waiting for pictures while D trains')
  const network = await compileNetwork({
    spec: {
      configuration: 'D',
      inputSize: INPUT_SIZE,
      classes: dataset.classNames.length,
      width: 1,
    },
    precision: 'float32',
    trainable: true,
  })
  network.initialise('he', 1)
  network.setPreprocessing(paperPreprocessing([120, 120, 120], INPUT_SIZE))
  const source = createPictureSource(
    dataset,
    drawSplit(dataset, { share: 0.1, seed: 1 }),
    {
      inputSize: INPUT_SIZE,
      scale: { min: 256, max: 512 },
      augment: ['crop', 'flip', 'color'],
      order: 'shuffled',
      seed: 1,
    },
    { cache: { folder: makeScratchFolder(), limitBytes: 20e9 } },
  )
  try {
    await source.prepare({})
    let step = 0
    let start = 0
    let waitedMs = 0
    for await (const batch of source.trainingBatches(1, WAIT_BATCH)) {
      // The first one is the start of the pipeline.
      if (step === 0) waitedMs = source.waitedMs
      if (step === 0) start = performance.now()
      if (step === steps) break
      step += 1
      const settings = { learningRate: 1e-3, momentum: 0.9, weightDecay: 5e-4, dropout: 0.5 }
      network.train(batch, { ...settings, seed: 1, step })
      // As the training loop does between two calls.
      await new Promise((resolve) => setImmediate(resolve))
    }
    return (source.waitedMs - waitedMs) / (performance.now() - start)
  } finally {
    source.dispose()
    network.dispose()
  }
}

/** What training takes: the first preparation, epochs from the cache, and without one. */
async function timeBatches(dataset: Dataset, time: Time, epochs: number): Promise<void> {
  const split = drawSplit(dataset, { share: 0.1, seed: 1 })
  const cache = { folder: makeScratchFolder(), limitBytes: 20e9 }
  const fixed = { min: defaultScale(INPUT_SIZE).min, max: defaultScale(INPUT_SIZE).min }
  const jittered = { min: 256, max: 512 }
  const open = (scale: typeof fixed, kept: typeof cache | null) =>
    createPictureSource(
      dataset,
      split,
      {
        inputSize: INPUT_SIZE,
        scale,
        augment: ['crop', 'flip', 'color'],
        order: 'shuffled',
        seed: 1,
      },
      { cache: kept },
    )
  const drain = async (source: PictureSource, count: number) => {
    let pictures = 0
    for (let epoch = 1; epoch <= count; epoch++) {
      for await (const batch of source.trainingBatches(epoch, BATCH)) pictures += batch.count
    }
    return pictures
  }
  const { size } = sharedWorkerPool()
  for (const [label, scale] of [
    [`S=${fixed.min}`, fixed],
    [`S=[${jittered.min};${jittered.max}]`, jittered],
  ] as const) {
    const source = open(scale, cache)
    try {
      await time(`prepare the cache, ${label}, ${size} workers`, async () => {
        await source.prepare({})
        return dataset.files.length
      })
      await time(`crops from the cache, ${label}, ${size} workers`, () => drain(source, epochs))
    } finally {
      source.dispose()
    }
  }
  const streamed = open(fixed, null)
  await time(`crops without a cache, S=${fixed.min}`, () => drain(streamed, 1))
  streamed.dispose()
}
