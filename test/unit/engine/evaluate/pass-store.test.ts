import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { PassStore, type PassRecord } from '../../../../src/main/engine/evaluate/pass-store'

const root = mkdtempSync(join(tmpdir(), 'vgg-lab-passes-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const IDENTITY = { folder: '/data', weights: '4 bytes, 5 ms', classes: 3, precision: 'float32' }
let path = ''
let number = 0
beforeEach(() => {
  path = join(root, `${++number}`, 'center-32.pass')
})

const recordOf = (first: number, modifiedMs = 17.25): PassRecord => ({
  bytes: 100,
  modifiedMs,
  width: 40,
  height: 30,
  probabilities: Float32Array.of(first, 0.25, 0.125),
})

const find = (store: PassStore, file: string, modifiedMs = 17.25): number | undefined =>
  store.find({ file, bytes: 100, modifiedMs })?.probabilities[0]

async function write(...files: readonly string[]): Promise<void> {
  const store = await PassStore.open(path, IDENTITY)
  await store.append(files.map((file, at) => ({ file, record: recordOf(at + 1) })))
  await store.close()
}

test('what was appended is found again, by the file as it is now', async () => {
  await write('a/1.png', 'ä/日本.png')
  const store = await PassStore.open(path, IDENTITY)
  expect(store.find({ file: 'a/1.png', bytes: 100, modifiedMs: 17.25 })).toEqual(recordOf(1))
  expect(find(store, 'ä/日本.png')).toBe(2)
  expect(find(store, 'a/1.png', 18)).toBeUndefined()
  expect(find(store, 'a/2.png')).toBeUndefined()
  // A picture that was changed: the later record counts, also after the store was read again.
  await store.append([{ file: 'a/1.png', record: recordOf(9, 18) }])
  await store.close()
  const again = await PassStore.open(path, IDENTITY)
  expect([find(again, 'a/1.png'), find(again, 'a/1.png', 18)]).toEqual([undefined, 9])
})

test('cut off at any byte, it keeps the whole records and goes on behind them', async () => {
  await write('1')
  const oneBytes = statSync(path).size
  rmSync(path)
  await write('1', '2')
  const whole = readFileSync(path)
  for (let length = oneBytes; length < whole.length; length += 5) {
    writeFileSync(path, whole.subarray(0, length))
    const store = await PassStore.open(path, IDENTITY)
    expect([find(store, '1'), find(store, '2')]).toEqual([1, undefined])
    await store.append([{ file: '3', record: recordOf(3) }])
    await store.close()
    const again = await PassStore.open(path, IDENTITY)
    expect([find(again, '1'), find(again, '2'), find(again, '3')]).toEqual([1, undefined, 3])
  }
})

test('a flipped bit, and what is no record, are dropped with all behind them', async () => {
  await write('1', '2', '3')
  const bytes = readFileSync(path)
  const second = bytes.indexOf('2', bytes.indexOf('\n') + 60)
  bytes[second] = 0x33
  writeFileSync(path, bytes)
  const store = await PassStore.open(path, IDENTITY)
  expect([find(store, '1'), find(store, '2'), find(store, '3')]).toEqual([1, undefined, undefined])

  await store.append([{ file: '4', record: recordOf(4) }])
  await store.close()
  appendFileSync(path, Buffer.alloc(100, 0xff))
  expect(find(await PassStore.open(path, IDENTITY), '4')).toBe(4)
})

test('of other weights, another folder or number of classes it is started over', async () => {
  for (const other of [{ weights: 'new' }, { folder: '/other' }, { classes: 4 }]) {
    await write('1')
    const store = await PassStore.open(path, { ...IDENTITY, ...other })
    expect(find(store, '1')).toBeUndefined()
    // Nothing is lost before something better is known.
    expect(find(await PassStore.open(path, IDENTITY), '1')).toBe(1)
    rmSync(path)
  }
  await write('1')
  const changed = await PassStore.open(path, { ...IDENTITY, weights: 'new' })
  await changed.append([{ file: '2', record: recordOf(2) }])
  await changed.close()
  const now = await PassStore.open(path, { ...IDENTITY, weights: 'new' })
  expect([find(now, '1'), find(now, '2')]).toEqual([undefined, 2])
})

test('an empty file, or none, is an empty store', async () => {
  expect(find(await PassStore.open(path, IDENTITY), '1')).toBeUndefined()
  await write('1')
  truncateSync(path, 0)
  await write('2')
  const store = await PassStore.open(path, IDENTITY)
  expect([find(store, '1'), find(store, '2')]).toEqual([undefined, 1])
})
