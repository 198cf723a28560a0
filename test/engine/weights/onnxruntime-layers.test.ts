import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PRETRAINED_MODEL, PRETRAINED_WHEEL } from '../../../scripts/setup/pins.mjs'
import { fitPicture } from '../../../src/main/engine/data/pictures/fit-picture'
import { compileNetwork } from '../../../src/main/engine/network'
import { importWeights } from '../../../src/main/engine/weights/import-weights'
import { checkTensorCount, relativeError } from '../network/fixtures'

/** What `test/support/onnxruntime_layers.py` keeps of a layer. */
interface Summary {
  readonly shape: readonly number[]
  readonly norm: number
  readonly largest: number
  /** Every so many values. */
  readonly step: number
  readonly values: readonly number[]
}

const FOLDER = fileURLToPath(new URL('../../support', import.meta.url))
const PICTURE = join(FOLDER, 'cat.png')
const SCRIPT = join(FOLDER, 'onnxruntime_layers.py')
const { layers } = JSON.parse(readFileSync(join(FOLDER, 'onnxruntime-layers.json'), 'utf8')) as {
  readonly layers: Readonly<Record<string, Summary>>
}
const INPUT = 224

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vgg-lab')
/** There once `npm run bench -- fine-tuning` has fetched it; no test downloads anything. */
const file = join(cache, 'pretrained', PRETRAINED_WHEEL.sha256.slice(0, 8), PRETRAINED_MODEL)

/** Python with onnxruntime: `VGG_LAB_PYTHON`, else python3; null where it has none. */
function findPython(): string | null {
  const python = process.env.VGG_LAB_PYTHON ?? 'python3'
  try {
    execFileSync(python, ['-c', 'import onnx, onnxruntime, PIL'], { stdio: 'ignore' })
    return python
  } catch {
    return null
  }
}
const python = existsSync(file) ? findPython() : null

checkTensorCount()

describe.skipIf(!existsSync(file))('pretrained convolutions on a photograph', () => {
  let activations: ReadonlyMap<string, Float32Array>
  const scratch = mkdtempSync(join(tmpdir(), 'vgg-lab-layers-'))
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  beforeAll(async () => {
    const { network: spec, weights, preprocessing } = await importWeights(file)
    expect(spec.inputSize).toBe(INPUT)
    const network = await compileNetwork({ spec, precision: 'float32', trainable: false })
    network.initialise('glorot', 1)
    network.setWeights(weights)
    network.setPreprocessing(preprocessing)
    const { picture } = await fitPicture(PICTURE, { inputSize: INPUT, smallestSide: INPUT })
    const names = Object.keys(layers)
    const taps = names.map((layer) => ({ layer, stage: 'output' as const }))
    const outputs = network.tap({ count: 1, pixels: picture.pixels }, taps)
    network.dispose()
    activations = new Map(
      names.map((name, index) => {
        expect(outputs[index]?.shape.slice(1), name).toEqual(layers[name]?.shape)
        return [name, outputs[index]?.data ?? new Float32Array()]
      }),
    )
  })

  it('are those of onnxruntime to 1e-3, at all 18 named layers', () => {
    expect([...activations.keys()]).toHaveLength(18)
    for (const [name, data] of activations) {
      const { norm, largest, step, values } = layers[name] ?? {}
      if (values === undefined || step === undefined) throw new Error(`No stored ${name}.`)
      const sampled = values.map((_, index) => data[index * step] ?? NaN)
      const difference = sampled.map((value, index) => Math.abs(value - (values[index] ?? NaN)))
      expect(Math.max(...difference), name).toBeLessThan(1e-3 * (largest ?? NaN))
      const own = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0))
      expect(own / (norm ?? NaN), name).toBeCloseTo(1, 3)
    }
  })

  it.skipIf(python === null)('are those of onnxruntime here, value by value', () => {
    execFileSync(python ?? '', [SCRIPT, file, scratch], { stdio: ['ignore', 'pipe', 'inherit'] })
    for (const [name, data] of activations) {
      const bytes = readFileSync(join(scratch, `${name}.f32`))
      const theirs = new Float32Array(bytes.buffer.slice(bytes.byteOffset))
      expect(relativeError(data, theirs), name).toBeLessThan(1e-3)
    }
  })
})
