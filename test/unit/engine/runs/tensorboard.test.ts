import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { EventFile } from '../../../../src/main/engine/runs/event-file'
import type { MetricsLine } from '../../../../src/shared/spec'

/** Event files and what TensorBoard's own reader said of them: see tensorboard_scalars.py. */
const stored = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../support/tensorboard-scalars.json'), 'utf8'),
) as {
  reader: string
  files: Record<string, string>
  scalars: Record<string, [step: number, value: number][]>
}

const score = (step: number) => ({ loss: 1 / step, top1: step / 10, top5: 0.75 })
const step = (at: number, learningRate: number): MetricsLine => ({
  kind: 'step',
  step: at,
  epoch: at / 4,
  seconds: at,
  learningRate,
  train: score(at),
})
/** The first is of an earlier version, which knew nothing of waiting. */
const epoch = (number: number, learningRate: number): MetricsLine => ({
  kind: 'epoch',
  epoch: number,
  step: number * 4,
  seconds: number * 4,
  learningRate,
  train: score(number * 4),
  validation: { loss: 2 / number, top1: number / 8, top5: 0.875 },
  imagesPerSecond: 128 * number,
  ...(number > 1 && { dataWaitShare: 0.125 }),
  isBest: true,
})

let folder: string
const files = new Map<string, Buffer>()

/** A run of steps 1 to 6 that was cut off, and its going on from the checkpoint at step 4. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vgg-lab-events-'))
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-01T00:00:00.5Z') })
  const cut = await EventFile.create(folder, null)
  await cut.write([1, 2, 3, 4].map((at) => step(at, 0.01)))
  await cut.write([epoch(1, 0.01), step(5, 0.01), step(6, 0.01)])
  await cut.close()
  vi.setSystemTime(new Date('2026-01-01T00:01:00Z'))
  const further = await EventFile.create(folder, 4)
  await further.write([5, 6, 7, 8].map((at) => step(at, 0.001)))
  await further.write([epoch(2, 0.001)])
  await further.close()
  vi.useRealTimers()
  for (const name of readdirSync(folder)) files.set(name, readFileSync(join(folder, name)))
  const kept = process.env.WRITE_EVENTS
  if (kept !== undefined) for (const [name, bytes] of files) writeFileSync(join(kept, name), bytes)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the bytes of the event files are those that the reader of TensorBoard has read', () => {
  const encode = (bytes: Buffer | undefined) => bytes?.toString('base64')
  const written = [...files.keys()].sort().map((name) => encode(files.get(name)))
  expect(written).toEqual(Object.values(stored.files))
})

test('it read each step once, those after the cut as the run that went on made them', () => {
  const { scalars } = stored
  expect(scalars.learning_rate).toEqual([
    ...[1, 2, 3, 4].map((at) => [at, Math.fround(0.01)]),
    ...[5, 6, 7, 8].map((at) => [at, Math.fround(0.001)]),
  ])
  const steps = [1, 2, 3, 4, 5, 6, 7, 8]
  expect(scalars['loss/train']).toEqual(steps.map((at) => [at, Math.fround(1 / at)]))
  expect(scalars['top1/train']).toEqual(steps.map((at) => [at, Math.fround(at / 10)]))
  expect(scalars['top5/train']).toEqual(steps.map((at) => [at, 0.75]))
  expect(scalars['loss/validation']).toEqual([
    [4, 2],
    [8, 1],
  ])
  expect(scalars['top1/validation']).toEqual([
    [4, 0.125],
    [8, 0.25],
  ])
  expect(scalars['top5/validation']).toEqual([
    [4, 0.875],
    [8, 0.875],
  ])
  expect(scalars.images_per_second).toEqual([
    [4, 128],
    [8, 256],
  ])
  expect(scalars.data_wait_share).toEqual([[8, 0.125]])
  expect(Object.keys(scalars)).toHaveLength(12)
})
