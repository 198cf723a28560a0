import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import {
  openSafetensors,
  readRows,
  readSafetensors,
  writeSafetensors,
} from '../../../../src/main/engine/formats/safetensors'
import { parseHeader } from '../../../../src/main/engine/formats/safetensors-header'
import type { HostTensor } from '../../../../src/main/engine/tensors/host-tensor'

const folder = mkdtempSync(join(tmpdir(), 'vgg-lab-safetensors-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A file of any header over any data, as somebody else's program would write it. */
function write(name: string, header: string, data: Uint8Array, declared?: number): string {
  const path = join(folder, name)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(declared ?? Buffer.byteLength(header)))
  writeFileSync(path, Buffer.concat([length, Buffer.from(header), data]))
  return path
}

describe('writing and reading', () => {
  test('gives back tensors, order and metadata, with the data on 8 bytes', async () => {
    const path = join(folder, 'whole.safetensors')
    const tensors = new Map<string, HostTensor>([
      ['conv1_1.weight', { shape: [1, 1, 3, 2], data: Float32Array.of(1, -2, 3.5, 0, 1e-30, 7) }],
      ['conv1_1.bias', { shape: [2], data: Float32Array.of(0.25, -0.5) }],
      ['empty', { shape: [0, 4], data: new Float32Array(0) }],
    ])
    const file = await open(path, 'w')
    await writeSafetensors(file, tensors, { format: 'vgg-lab', class_names: '["ä","b"]' })
    await file.close()
    const bytes = readFileSync(path)
    expect(Number(bytes.readBigUInt64LE(0)) % 8).toBe(0)
    const read = await readSafetensors(path)
    expect(read.metadata).toEqual({ format: 'vgg-lab', class_names: '["ä","b"]' })
    expect(read.tensors.get('conv1_1.weight')).toEqual(tensors.get('conv1_1.weight'))
    expect(read.tensors.get('conv1_1.bias')).toEqual(tensors.get('conv1_1.bias'))
    expect(read.tensors.get('empty')?.shape).toEqual([0, 4])
  })

  test('reads a file by the format alone', async () => {
    const header = '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
    const path = write('plain', header, Buffer.from(Float32Array.of(1.5, -2).buffer))
    const { tensors, metadata } = await readSafetensors(path)
    expect(tensors.get('a')?.data).toEqual(Float32Array.of(1.5, -2))
    expect(metadata).toEqual({})
  })
})

describe('reading in parts', () => {
  test('gives each number once, in order, where a tensor is larger than a part', async () => {
    const path = join(folder, 'parts.safetensors')
    const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)
    const shapes = { small: [3, 2], large: [50, 4], bias: [7], next: [2, 2, 3] }
    const tensors = new Map(
      Object.entries(shapes).map(([name, shape], at) => [
        name,
        { shape, data: Float32Array.from({ length: count(shape) }, (_, i) => at * 0.5 + i) },
      ]),
    )
    const file = await open(path, 'w')
    await writeSafetensors(file, tensors, { format: 'vgg-lab' })
    await file.close()
    const read = new Map<string, number[]>()
    const names: string[] = []
    const metadata = await readRows(
      path,
      (part) => {
        names.push(part.map(({ name, first }) => `${name} ${first}`).join(', '))
        for (const { name, first, rows } of part) {
          const own = read.get(name) ?? []
          expect(own).toHaveLength(first * count(rows.shape.slice(1)))
          read.set(name, [...own, ...rows.data])
        }
      },
      // Twenty rows of the large one, and then ten with the bias and the next.
      320,
    )
    expect(metadata).toEqual({ format: 'vgg-lab' })
    expect(names).toEqual(['small 0', 'large 0', 'large 20', 'large 40, bias 0, next 0'])
    for (const [name, { data }] of tensors) expect(read.get(name)).toEqual(Array.from(data))
  })

  test('what the taker throws is thrown, and a file that is cut off is told', async () => {
    const path = join(folder, 'cut.safetensors')
    const header = '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
    write('cut.safetensors', header, Buffer.from(Float32Array.of(1.5, -2).buffer))
    const fail = () => {
      throw new Error('not these')
    }
    await expect(readRows(path, fail)).rejects.toThrow('not these')
    write('cut.safetensors', header, Buffer.alloc(4))
    await expect(readRows(path, fail)).rejects.toMatchObject({ code: 'unreadable' })
  })
})

describe('files of other number formats', () => {
  test('a tensor becomes float32 when it is asked for', async () => {
    const header = JSON.stringify({
      half: { dtype: 'F16', shape: [4], data_offsets: [0, 8] },
      brain: { dtype: 'BF16', shape: [2], data_offsets: [8, 12] },
      double: { dtype: 'F64', shape: [1], data_offsets: [12, 20] },
      count: { dtype: 'I64', shape: [], data_offsets: [20, 28] },
    })
    const data = Buffer.alloc(28)
    // 1.5, the smallest subnormal, -65504, -infinity.
    ;[0x3e00, 0x0001, 0xfbff, 0xfc00].forEach((bits, index) => data.writeUInt16LE(bits, index * 2))
    ;[0x3fc0, 0xc049].forEach((bits, index) => data.writeUInt16LE(bits, 8 + index * 2))
    data.writeDoubleLE(0.1, 12)
    const { tensors } = await openSafetensors(write('formats', header, data))
    expect(await tensors.get('half')?.read()).toEqual(
      Float32Array.of(1.5, 2 ** -24, -65504, -Infinity),
    )
    expect(await tensors.get('brain')?.read()).toEqual(Float32Array.of(1.5, -3.140625))
    expect(await tensors.get('double')?.read()).toEqual(Float32Array.of(0.1))
    await expect(tensors.get('count')?.read()).rejects.toThrow(/F32.*I64/)
  })
})

describe('hostile files are refused in one line', () => {
  const cases: [string, string, number, RegExp][] = [
    ['no JSON', '{"a":', 0, /not JSON/],
    ['a list', '[]', 0, /not a JSON object/],
    ['metadata of numbers', '{"__metadata__":{"a":1}}', 0, /metadata/],
    ['half precision', '{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}', 4, /F32.*F16/],
    ['an unknown format', '{"a":{"dtype":"F7","shape":[2],"data_offsets":[0,4]}}', 4, /known.*F7/],
    ['negative size', '{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', 4, /shape/],
    ['no number', '{"a":{"dtype":"F32","shape":["x"],"data_offsets":[0,4]}}', 4, /shape/],
    ['too few bytes', '{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,8]}}', 8, /needs 16/],
    ['backwards', '{"a":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}}', 8, /needs 4/],
    [
      'beyond the end',
      '{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}',
      8,
      /describes 16/,
    ],
    ['trailing data', '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 8, /describes 4/],
    ['a gap', '{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', 8, /gap/],
    ['huge sizes', '{"a":{"dtype":"F32","shape":[9e15,9e15],"data_offsets":[0,4]}}', 4, /needs/],
    [
      'an overlap',
      '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
      8,
      /overlap/,
    ],
  ]
  test.each(cases)('%s', async (name, header, dataBytes, message) => {
    const path = write(name, header, new Uint8Array(dataBytes))
    const error: Error = await readSafetensors(path).then(
      () => new Error('was read'),
      (thrown: unknown) => thrown as Error,
    )
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain('\n')
  })

  test('a header longer than the file, before any of it is read', async () => {
    await expect(readSafetensors(write('long', '{}', new Uint8Array(0), 2 ** 52))).rejects.toThrow(
      /header of 4503599627370496 bytes/,
    )
    writeFileSync(join(folder, 'short'), 'abc')
    await expect(readSafetensors(join(folder, 'short'))).rejects.toThrow(/only 3 bytes/)
    await expect(readSafetensors(join(folder, 'none'))).rejects.toThrow(/cannot be opened/)
  })

  test('a prototype key is a name like any other', () => {
    const header = '{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
    expect(parseHeader('x', header, 4).entries.map(({ name }) => name)).toEqual(['__proto__'])
  })
})
