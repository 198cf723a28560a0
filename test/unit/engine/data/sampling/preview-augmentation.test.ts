import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findKnownColours } from '../../../../../src/main/engine/data/preparation/known-colours'
import { createPictureSource } from '../../../../../src/main/engine/data/sampling/picture-source'
import { previewAugmentation } from '../../../../../src/main/engine/data/sampling/preview-augmentation'
import { scanFolder } from '../../../../../src/main/engine/data/scan/scan-folder'
import type { BatchOptions, Dataset, Split } from '../../../../../src/main/engine/data/types'
import { makeTemporaryFolder, paintPicture, writeDeep } from '../../../../support/pictures'

const OPTIONS: BatchOptions = {
  inputSize: 32,
  scale: { min: 32, max: 60 },
  augment: ['crop', 'flip', 'color'],
  order: 'sequential',
  seed: 5,
}
const EPOCHS = 6

let folder = ''
let remove: () => Promise<void>
let dataset: Dataset
let split: Split

beforeAll(async () => {
  ;({ folder, remove } = await makeTemporaryFolder())
  for (let k = 0; k < 2; k++) {
    for (let i = 0; i < 2; i++) {
      const picture = paintPicture(70, 50, (x, y) => [3 * x, 5 * y, 250 * ((x + y + i + k) & 1)])
      await writeDeep(join(folder, `class${k}`, `p${i}.png`), await picture.png())
    }
  }
  dataset = await scanFolder(folder)
  split = { train: [0, 1, 2], validation: [3] }
})
afterAll(() => remove())

test('shows the pixels and the shifts that training takes in those epochs', async () => {
  expect(findKnownColours(dataset, split, 60)).toBeNull()
  const source = createPictureSource(dataset, split, OPTIONS)
  const colours = await source.measureColours({})
  const id = 1
  const { samples, ...picture } = await previewAugmentation({
    path: join(folder, dataset.files[id]?.file ?? ''),
    picture: id,
    settings: OPTIONS,
    components: colours.components,
    firstEpoch: 3,
    count: EPOCHS,
  })
  expect(picture).toEqual({ inputSize: 32, sourceWidth: 70, sourceHeight: 50 })
  expect(samples.map(({ epoch }) => epoch)).toEqual([3, 4, 5, 6, 7, 8])
  for (const sample of samples) {
    for await (const batch of source.trainingBatches(sample.epoch, 3)) {
      const shift = batch.colourShift?.subarray(id * 3, id * 3 + 3) ?? new Float32Array(3)
      sample.shift.forEach((value, channel) => expect(value).toBeCloseTo(shift[channel] ?? 0, 4))
      const size = sample.pixels.length
      const trained = batch.pixels.subarray(id * size, (id + 1) * size)
      const seen = Uint8ClampedArray.from(trained, (byte, at) => byte + (sample.shift[at % 3] ?? 0))
      expect(Buffer.from(sample.pixels).equals(Buffer.from(seen))).toBe(true)
    }
    expect(Math.min(sample.width, sample.height)).toBe(sample.scale)
    expect(sample.left + 32).toBeLessThanOrEqual(sample.width)
    expect(sample.top + 32).toBeLessThanOrEqual(sample.height)
  }
  expect(new Set(samples.map(({ flip }) => flip)).size).toBe(2)
  expect(new Set(samples.map(({ scale }) => scale)).size).toBeGreaterThan(3)
  // What was measured is found again, without opening the pack.
  expect(findKnownColours(dataset, split, 60)).toEqual(colours)
  expect(findKnownColours(dataset, { ...split, train: [0, 1] }, 60)).toBeNull()
  source.dispose()
})

test('with everything off shows the centre, and tells what it cannot do', async () => {
  const request = {
    path: join(folder, dataset.files[0]?.file ?? ''),
    picture: 0,
    settings: { ...OPTIONS, scale: { min: 50, max: 50 }, augment: [] },
    components: null,
    firstEpoch: 1,
    count: 2,
  }
  const { samples } = await previewAugmentation(request)
  for (const sample of samples) {
    expect(sample).toMatchObject({ scale: 50, left: 19, top: 9, flip: false, shift: [0, 0, 0] })
    expect([...sample.pixels.subarray(0, 2)]).toEqual([3 * 19, 5 * 9])
  }
  await expect(
    previewAugmentation({ ...request, settings: { ...request.settings, augment: ['color'] } }),
  ).rejects.toMatchObject({ code: 'bad-input' })
  await expect(
    previewAugmentation({ ...request, settings: { ...OPTIONS, scale: { min: 20, max: 50 } } }),
  ).rejects.toThrow(/20-50/)
  await expect(
    previewAugmentation({ ...request, path: join(folder, 'none.png') }),
  ).rejects.toMatchObject({ code: 'not-found' })
})
