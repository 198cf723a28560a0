import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readFields } from '../../../../src/main/engine/formats/protobuf-reader'
import { ProtobufWriter } from '../../../../src/main/engine/formats/protobuf-writer'
import { importWeights } from '../../../../src/main/engine/weights/import-weights'
import type { NetworkSpec } from '../../../../src/shared/vgg'
import {
  makeLabWeights,
  toOnnx,
  toTorchvision,
  writeForeign,
} from '../../../support/foreign-weights'
import { fault } from './check-weights'

const folder = mkdtempSync(join(tmpdir(), 'vgg-lab-weights-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const SMALL: NetworkSpec = { configuration: 'A', inputSize: 32, classes: 2, width: 0.01 }

describe('damaged files', () => {
  const weights = makeLabWeights(SMALL)

  test.each([
    ['ONNX', 'fuzzed.onnx', () => Promise.resolve(toOnnx(SMALL, weights, { isKeras: true }))],
    [
      'safetensors',
      'fuzzed.safetensors',
      async (path: string) => readFileSync(await writeForeign(path, toTorchvision(SMALL, weights))),
    ],
  ])(
    '%s cut anywhere or with any byte changed is read or refused, never a crash',
    async (_, name, make) => {
      const path = join(folder, name)
      const bytes = await make(path)
      let refused = 0
      const attempt = async (damaged: Buffer): Promise<void> => {
        writeFileSync(path, damaged)
        try {
          await importWeights(path)
        } catch (error) {
          expect((error as Error).name, (error as Error).stack).toBe('LabError')
          expect((error as Error).message).not.toContain('\n')
          expect((error as Error).message.length).toBeLessThan(1200)
          refused++
        }
      }
      for (let cut = 0; cut < 40; cut++) {
        await attempt(bytes.subarray(0, Math.floor((bytes.length * cut) / 40)))
      }
      expect(refused).toBe(40)
      // The structure is at the front, the weights after it: most changes there.
      for (let change = 0; change < 150; change++) {
        const damaged = Buffer.from(bytes)
        const position =
          change < 120
            ? (change * 37) % Math.min(6000, bytes.length)
            : (change * 7919) % bytes.length
        damaged[position] = (damaged[position] ?? 0) ^ (1 << (change % 8))
        await attempt(damaged)
      }
      expect(refused).toBeGreaterThan(50)
    },
  )

  test('a small file that declares much is refused before anything is allocated', async () => {
    const path = join(folder, 'bomb.onnx')
    const declare = (shape: number[], raw: Buffer): Buffer =>
      toOnnx(SMALL, makeLabWeights(SMALL), {
        isKeras: false,
        initialisers: [{ name: 'bomb', shape, raw }],
      })
    for (const shape of [[2 ** 40], [2 ** 30, 2 ** 30, 2 ** 30], [1e9, 1e9]]) {
      writeFileSync(path, declare(shape, Buffer.alloc(64)))
      expect(await fault(path)).toMatch(/gives "bomb" (64 bytes but its shape|the shape)/)
    }
    writeFileSync(path, Buffer.from([0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2, 3]))
    expect(await fault(path)).toMatch(/declares 4294967295 bytes but only 3 are left/)
    writeFileSync(path, Buffer.alloc(0))
    expect(await fault(path)).toMatch(/contains no graph/)
    expect(await fault(folder + '/none.onnx')).toMatch(/cannot be opened/)
  })

  test('negative numbers keep their value', () => {
    const writer = new ProtobufWriter()
    for (const value of [-1, -(2 ** 40), 2 ** 52, 0]) writer.integer(1, value)
    const came = [...readFields(Buffer.from(writer.finish()))].map(({ integer }) => integer)
    expect(came).toEqual([-1, -(2 ** 40), 2 ** 52, 0])
  })
})
