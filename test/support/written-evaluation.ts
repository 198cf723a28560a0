import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Transformer } from '@napi-rs/image'
import { writeEvaluation } from '../../src/main/engine/evaluate/saved-evaluation'
import { describePictures } from '../../src/shared/evaluation/picture-columns'
import { summariseScores } from '../../src/shared/evaluation/summary'
import { present } from '../../src/shared/present'
import { hashNumbers } from './hashed-numbers'

/** An evaluation to write, without a network that was asked. */
export interface WrittenEvaluation {
  /** The run that it is of. */
  readonly runFolder: string
  /** Where the pictures are written, a folder a class. */
  readonly folder: string
  readonly classNames: readonly string[]
  readonly pictures: number
  readonly inputSize: number
}

/** Pictures that differ; the others are copies of them. */
const DISTINCT = 64
const SIDE_PX = 48

/**
 * Writes pictures and a saved evaluation of them, as the engine saves one: a class is taken for itself or, the
 * more often the nearer they are, for one of its neighbours.
 */
export async function writeMadeEvaluation(made: WrittenEvaluation): Promise<void> {
  const { runFolder, folder, classNames, pictures, inputSize } = made
  const classes = classNames.length
  const encoded = await Promise.all(
    Array.from({ length: DISTINCT }, async (_, index) =>
      Transformer.fromRgbaPixels(paint(index), SIDE_PX, SIDE_PX).png(),
    ),
  )
  classNames.forEach((_, index) => mkdirSync(join(folder, `c${index}`), { recursive: true }))
  const files = Array.from({ length: pictures }, (_, index) => `c${index % classes}/${index}.png`)
  files.forEach((file, index) =>
    writeFileSync(join(folder, file), present(encoded[index % DISTINCT])),
  )
  const label = Int32Array.from(files, (_, index) => index % classes)
  const probabilities = spreadProbabilities(label, classes)
  const { counted, top1, top5, loss } = summariseScores(
    describePictures(probabilities, label, classes),
    classes,
  )
  await writeEvaluation({
    facts: {
      summary: {
        ref: { runFolder, id: 'center-made' },
        spec: {
          models: [{ kind: 'run', folder: runFolder, checkpoint: 'epoch-0000' }],
          data: { kind: 'folder', path: folder, half: 'all' },
          protocol: { kind: 'center', scales: [inputSize], flip: false },
        },
        models: [
          {
            ...{ runFolder, runName: 'made', checkpoint: 'epoch-0000', network: 'VGG-11 (A)' },
            ...{ configuration: 'A', width: 0.05, inputSize },
            trainingScale: { min: inputSize, max: inputSize },
          },
        ],
        created: '2026-01-01T00:00:00.000Z',
        protocolWords: `A, S=${inputSize}, Q=${inputSize}, centre crop`,
        dataWords: `${pictures} pictures of made`,
        ...{ folder, pictures, counted, classes, top1, top5, loss, picturesKey: 'made' },
      },
      classNames,
      unknownClasses: [],
      unreadable: [],
      notes: [],
      similarityOrder: classNames.map((_, index) => index),
    },
    ...{ files, label, probabilities },
  })
}

function paint(index: number): Buffer {
  const pixels = Buffer.alloc(SIDE_PX * SIDE_PX * 4, 255)
  for (let at = 0; at < SIDE_PX * SIDE_PX; at++) {
    const [x, y] = [at % SIDE_PX, Math.floor(at / SIDE_PX)]
    pixels[4 * at] = (x * (1 + (index % 8)) * 4) % 256
    pixels[4 * at + 1] = (y * (1 + (index >> 3)) * 4) % 256
    pixels[4 * at + 2] = (index * 37) % 256
  }
  return pixels
}

/** Each row sums to 1; three in four are right, and one in sixteen has its mistake far away. */
function spreadProbabilities(label: Int32Array, classes: number): Float32Array {
  const drawn = hashNumbers(label.length, 7)
  const probabilities = new Float32Array(label.length * classes)
  label.forEach((own, picture) => {
    const number = present(drawn[picture])
    const step = number % 4 !== 0 ? 0 : number % 16 === 0 ? number % classes : 1 + (number % 3)
    const predicted = (own + step) % classes
    const peak = 0.4 + ((number >>> 5) % 600) / 1001
    const rest = (1 - peak) / classes
    const row = probabilities.subarray(picture * classes, (picture + 1) * classes).fill(rest)
    row[predicted] = peak + rest
  })
  return probabilities
}
