import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { compileNetwork } from '../../../src/main/engine/network'
import { tapDensely } from '../../../src/main/engine/network/dense'
import type { NetworkSpec } from '../../../src/shared/vgg'
import { hashNumbers, hashWeights } from '../../support/hashed-numbers'
import { checkTensorCount, relativeError } from './fixtures'

checkTensorCount()

/** A class score map of PyTorch's. */
interface Case {
  readonly height: number
  readonly width: number
  readonly shape: readonly number[]
  readonly scores: readonly number[]
}

const STORED = fileURLToPath(new URL('../../support/pytorch-dense.json', import.meta.url))
const { cases } = JSON.parse(readFileSync(STORED, 'utf8')) as { readonly cases: readonly Case[] }

const SPEC: NetworkSpec = { configuration: 'A', inputSize: 224, classes: 5, width: 0.03 }

it('dense scores at Q = 256, 288 and 384 of pictures that are not square are PyTorch’s to 1e-4', async () => {
  const network = await compileNetwork({ spec: SPEC, precision: 'float32', trainable: false })
  network.setWeights(hashWeights(SPEC))
  network.setPreprocessing({
    channelOrder: 'RGB',
    scale: 1,
    mean: [127.5, 127.5, 127.5],
    deviation: [74, 74, 74],
    inputSize: SPEC.inputSize,
    resize: 'smallest-side-then-centre-crop',
  })
  expect(cases.map(({ height, width }) => Math.min(height, width))).toEqual([256, 288, 384])
  const batches = cases.map(({ height, width }, index) => {
    const bytes = hashNumbers(height * width * 3, 2000 + index)
    return { count: 1, height, width, pixels: Uint8Array.from(bytes, (value) => value & 255) }
  })
  const maps = tapDensely(network, batches, 'fc8')
  cases.forEach(({ shape, scores }, index) => {
    expect(maps[index]?.shape).toEqual([1, ...shape])
    expect(new Set(scores).size).toBeGreaterThan(scores.length / 2)
    expect(relativeError(maps[index]?.data ?? [], scores)).toBeLessThan(1e-4)
  })
  network.dispose()
})
