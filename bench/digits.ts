import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { Transformer } from '@napi-rs/image'
import { applyPreset, defaultSettings, findPreset } from '../src/shared/spec'
import { measureLearning } from './harness/learning'
import { makeScratchFolder } from './harness/sample-folder'

const SIDE = 8
/** Grey values are 0 to this. */
const MOST = 16
const IMAGES = 1797
const INPUT_SIZE = 32
/** Validation top-1 that the project set itself, and the seconds for it. */
const GOAL = { top1: 0.98, seconds: 300 }

export const DIGITS_HELP = `bench digits [--epochs N] [--seed N] [--quick] [--json]
  Scikit-learn's ${IMAGES} digits as PNG at ${INPUT_SIZE} px with the default preset: seconds from the start
  until validation top-1 (a held-out fifth) is ${GOAL.top1 * 100}%, everything counted.
  --epochs  gives up after this many (50)
  --seed    of split, weights, order, augmentation and dropout (1)
  The table of digits (60 kB of a wheel of 10 MB from PyPI) is fetched into the cache the first time.`

/** `bench digits`: how soon the digits are learnt from nothing. */
export async function benchDigits(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      epochs: { type: 'string', default: '50' },
      seed: { type: 'string', default: '1' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const scratch = makeScratchFolder()
  const dataFolder = await writeDigits(join(scratch, 'digits'))
  const settings = {
    ...applyPreset(findPreset('small-data'), defaultSettings()),
    inputSize: INPUT_SIZE,
    scale: defaultSettings(INPUT_SIZE).scale,
    epochs: options.quick ? 1 : Number(options.epochs),
    seed: Number(options.seed),
  }
  await measureLearning({ dataFolder, scratch, settings, goal: GOAL, isJson: options.json })
}

/** A folder for each digit, a PNG of 8 by 8 grey pixels for each row of the table. */
async function writeDigits(folder: string): Promise<string> {
  const table = gunzipSync(readFileSync(process.env.VGG_LAB_BENCH_DIGITS ?? '')).toString('utf8')
  const rows = table.trim().split('\n')
  if (rows.length !== IMAGES) throw new Error(`Expected ${IMAGES} digits, got ${rows.length}.`)
  for (let digit = 0; digit < 10; digit++)
    mkdirSync(join(folder, String(digit)), { recursive: true })
  for (const [index, row] of rows.entries()) {
    const values = row.split(',').map(Number)
    const digit = values[SIDE * SIDE]
    const rgba = Uint8Array.from({ length: SIDE * SIDE * 4 }, (_, at) =>
      at % 4 === 3 ? 255 : Math.round(((values[at >> 2] ?? 0) / MOST) * 255),
    )
    const png = await Transformer.fromRgbaPixels(rgba, SIDE, SIDE).png()
    const name = `${String(index).padStart(4, '0')}.png`
    writeFileSync(join(folder, String(digit), name), png)
  }
  return folder
}
