import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AskedWork } from '../../../src/main/engine/inspect/attribution/ask'
import { computeAttribution } from '../../../src/main/engine/inspect/attribution/methods'
import { prepareSubject, type Subject } from '../../../src/main/engine/inspect/attribution/subject'
import { compileNetwork } from '../../../src/main/engine/network'
import type { CompiledNetwork } from '../../../src/main/engine/network/compiled-network'
import type { AttributionMethod } from '../../../src/shared/contract'
import type { Preprocessing } from '../../../src/shared/spec'
import type { NetworkSpec } from '../../../src/shared/vgg'
import { hashNumbers, hashWeights } from '../../support/hashed-numbers'
import { checkTensorCount, relativeError } from '../network/fixtures'

/** What `test/support/captum_maps.py` wrote. */
interface Stored {
  readonly scores: readonly number[]
  readonly maps: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>
  >
}

const FILE = fileURLToPath(new URL('../../support/captum-maps.json', import.meta.url))
const SCRIPT = fileURLToPath(new URL('../../support/captum_maps.py', import.meta.url))
const { scores, maps } = JSON.parse(readFileSync(FILE, 'utf8')) as Stored

const SPEC: NetworkSpec = { configuration: 'A', inputSize: 32, classes: 5, width: 0.03 }
const CLASS = 4
const SALT = 2000
const PREPROCESSING: Preprocessing = {
  channelOrder: 'RGB',
  scale: 1,
  mean: [110, 120, 130],
  deviation: [74, 74, 74],
  inputSize: SPEC.inputSize,
  resize: 'smallest-side-then-centre-crop',
}
const PATCH = { kind: 'occlusion', patchPx: 7, stridePx: 4 } as const
const METHODS: Readonly<Record<string, AttributionMethod>> = {
  'grad-cam conv5_2': { kind: 'grad-cam', layer: 'conv5_2' },
  'grad-cam conv3_1': { kind: 'grad-cam', layer: 'conv3_1' },
  'grad-cam pool2': { kind: 'grad-cam', layer: 'pool2' },
  saliency: { kind: 'saliency' },
  'gradient-input': { kind: 'gradient-input' },
  guided: { kind: 'guided' },
  'integrated mean': { kind: 'integrated', baseline: 'mean', steps: 24 },
  'integrated black': { kind: 'integrated', baseline: 'black', steps: 24 },
  'occlusion mean': { ...PATCH, fill: 'mean' },
  'occlusion grey': { ...PATCH, fill: 'grey' },
}

let network: CompiledNetwork
let subject: Subject

beforeAll(async () => {
  network = await compileNetwork({ spec: SPEC, precision: 'float32', trainable: false })
  network.setWeights(hashWeights(SPEC))
  network.setPreprocessing(PREPROCESSING)
  const side = SPEC.inputSize
  const bytes = hashNumbers(side * side * 3, SALT)
  const picture = {
    width: side,
    height: side,
    pixels: Uint8Array.from(bytes, (value) => value & 255),
  }
  const fitted = { picture, source: { width: side, height: side } }
  subject = prepareSubject(network, PREPROCESSING, fitted, CLASS)
})
afterAll(() => network.dispose())
checkTensorCount()

const work: AskedWork = {
  ask: (question) => Promise.resolve(question(network)),
  isTraining: () => false,
  label: 'captum',
  options: {},
  advance: () => undefined,
}

it('is asked of every map that captum made', () => {
  expect(Object.keys(METHODS)).toEqual(Object.keys(maps))
})

it.each(Object.entries(METHODS))('%s agrees with captum to 1e-3', async (name, method) => {
  const stored = maps[name]
  if (stored === undefined) throw new Error(`No stored map ${name}.`)
  const { data, shape, score } = await computeAttribution(work, subject, method)
  expect(shape).toEqual(stored.shape)
  expect(Math.max(...stored.data)).toBeGreaterThan(0)
  const error = relativeError(data, stored.data)
  expect(error).toBeLessThan(1e-3)
  expect(score).toBeCloseTo(scores[CLASS] ?? NaN, 4)
})

/** Python with captum: `VGG_LAB_PYTHON`, else python3; null where it has none. */
function findPython(): string | null {
  const python = process.env.VGG_LAB_PYTHON ?? 'python3'
  try {
    execFileSync(python, ['-c', 'import captum'], { stdio: 'ignore' })
    return python
  } catch {
    return null
  }
}

const python = findPython()

it.skipIf(python === null)('the stored maps are what captum gives here', () => {
  const output = execFileSync(python ?? '', ['-W', 'ignore', SCRIPT], { encoding: 'utf8' })
  const fresh = (JSON.parse(output) as Stored).maps
  expect(Object.keys(fresh)).toEqual(Object.keys(maps))
  for (const [name, { data }] of Object.entries(maps))
    expect(relativeError(fresh[name]?.data ?? [], data), name).toBeLessThan(1e-4)
})
