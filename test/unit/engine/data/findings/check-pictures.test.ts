import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DatasetPicture, Progress } from '../../../../../src/shared/contract'
import { checkPictures } from '../../../../../src/main/engine/data/findings/check-pictures'
import {
  findNearPairs,
  hashPixels,
  type PictureHash,
} from '../../../../../src/main/engine/data/findings/near-duplicates'
import { keyedRandom } from '../../../../../src/main/engine/random'
import {
  makeTemporaryFolder,
  paintPicture,
  writeDeep,
  type Rgb,
} from '../../../../support/pictures'

let folder = ''
let remove: () => Promise<void>
beforeEach(async () => {
  ;({ folder, remove } = await makeTemporaryFolder())
})
afterEach(() => remove())

/** Soft blobs that no two seeds share, on any size of picture: x and y are shares of its sides. */
function paintBlobs(seed: number): (x: number, y: number) => Rgb {
  const random = keyedRandom('sample', seed)
  const blobs = Array.from({ length: 14 }, () => ({
    x: random.uniform(),
    y: random.uniform(),
    reach: 0.08 + 0.15 * random.uniform(),
    level: 200 * random.uniform() - 100,
  }))
  return (x, y) => {
    let level = 128
    for (const blob of blobs) {
      level += blob.level * Math.exp(-((x - blob.x) ** 2 + (y - blob.y) ** 2) / blob.reach ** 2)
    }
    const held = Math.max(0, Math.min(255, Math.round(level)))
    return [held, held, 255 - held]
  }
}

const paint = (seed: number, width: number, height: number) => {
  const colour = paintBlobs(seed)
  return paintPicture(width, height, (x, y) => colour(x / width, y / height))
}

const picture = (
  file: string,
  classIndex = 0,
  split: DatasetPicture['split'] = 'train',
): DatasetPicture => ({ file, classIndex, split })

describe('a check of the pictures', () => {
  test('finds copies, near copies, leaks, contradictions, tiny and unreadable ones', async () => {
    const first = await paint(1, 120, 90).png()
    await writeDeep(join(folder, 'a/one.png'), first)
    await writeDeep(join(folder, 'a/same.png'), first)
    await writeDeep(join(folder, 'b/smaller.jpg'), await paint(1, 72, 54).jpeg(70))
    await writeDeep(join(folder, 'a/other.png'), await paint(2, 120, 90).png())
    await writeDeep(join(folder, 'a/third.png'), await paint(3, 120, 90).png())
    await writeDeep(join(folder, 'a/tiny.png'), await paint(4, 40, 20).png())
    await writeDeep(join(folder, 'a/torn.png'), first.subarray(0, 400))
    const pictures = [
      picture('a/one.png'),
      picture('a/same.png', 0, 'validation'),
      picture('b/smaller.jpg', 1),
      picture('a/other.png'),
      picture('a/third.png'),
      picture('a/tiny.png'),
      picture('a/torn.png'),
      picture('a/gone.png'),
    ]
    const told: Progress[] = []
    const findings = await checkPictures(folder, pictures, {
      onProgress: (progress) => told.push(progress),
    })
    expect(findings.exact).toEqual([
      { pictures: pictures.slice(0, 2), isLeak: true, isContradiction: false },
    ])
    expect(findings.near).toEqual([
      { pictures: [pictures[0], pictures[2]], isLeak: false, isContradiction: true },
    ])
    expect(findings.tiny).toEqual([{ picture: pictures[5], width: 40, height: 20 }])
    expect(findings.unreadable.map(({ file }) => file)).toEqual(['a/gone.png', 'a/torn.png'])
    expect(findings.counts).toEqual({ exact: 1, near: 1, tiny: 1, unreadable: 2, leaks: 1 })
    expect(told.at(-1)).toMatchObject({ done: 8, total: 8 })
  })

  test('can be cancelled', async () => {
    const controller = new AbortController()
    controller.abort()
    const check = checkPictures(folder, [picture('a/one.png')], { signal: controller.signal })
    await expect(check).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('near pairs', () => {
  const random = keyedRandom('sample', 1)
  const draw = (): PictureHash => ({
    words: Uint16Array.from({ length: 16 }, () => Math.floor(random.uniform() * 65_536)),
    meanRgb: [100, 100, 100],
  })

  test('are all those that a comparison of each with each finds', async () => {
    const hashes = Array.from({ length: 300 }, draw)
    const near: [number, number][] = []
    // Copies with 1 to 12 bits turned over, each in another word; 13 are too many.
    for (let bits = 1; bits <= 13; bits++) {
      const words = Uint16Array.from(hashes[bits]?.words ?? [])
      for (let bit = 0; bit < bits; bit++) words[bit] = (words[bit] ?? 0) ^ (1 << bit)
      if (bits <= 12) near.push([bits, hashes.length])
      hashes.push({ words, meanRgb: [100, 100, 100] })
    }
    const found = await findNearPairs(hashes)
    expect(found.sort(([a], [b]) => a - b)).toEqual(near)
  })

  test('have nearly the same colour, and an edge at all', async () => {
    const hash = draw()
    const red: PictureHash = { ...hash, meanRgb: [140, 100, 100] }
    const plain = hashPixels(new Uint8Array(17 * 16 * 3).fill(90))
    expect(await findNearPairs([hash, red, plain, plain, null])).toEqual([])
    expect(await findNearPairs([hash, { ...hash }])).toEqual([[0, 1]])
  })
})
