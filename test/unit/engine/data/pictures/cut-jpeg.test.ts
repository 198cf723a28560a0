import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkPictures } from '../../../../../src/main/engine/data/findings/check-pictures'
import { decodePictureBytes } from '../../../../../src/main/engine/data/pictures/decode-picture'
import { fitPicture } from '../../../../../src/main/engine/data/pictures/fit-picture'
import { isWholeJpeg } from '../../../../../src/main/engine/data/pictures/jpeg-end'
import { encodeThumbnail } from '../../../../../src/main/engine/data/pictures/thumbnail'
import { createPictureSource } from '../../../../../src/main/engine/data/sampling/picture-source'
import { checkFile } from '../../../../../src/main/engine/data/scan/check-file'
import { scanFolder } from '../../../../../src/main/engine/data/scan/scan-folder'
import { makeTemporaryFolder, paintPicture, writeDeep } from '../../../../support/pictures'

const KINDS = (
  JSON.parse(
    readFileSync(new URL('../../../../support/pillow-pictures.json', import.meta.url), 'utf8'),
  ) as { name: string; file: string }[]
)
  .filter(({ name }) => name.startsWith('jpeg') && !name.includes('without'))
  .map(({ name, file }) => ({ name, file: Buffer.from(file, 'base64') }))

/** Bytes before the pixels' data: the first scan's. */
const headOf = (jpeg: Buffer): number => jpeg.indexOf(Buffer.from([0xff, 0xda]))

let folder = ''
let remove: () => Promise<void>
let photograph: Buffer = Buffer.alloc(0)
beforeAll(async () => {
  ;({ folder, remove } = await makeTemporaryFolder())
  photograph = await paintPicture(160, 120, (x, y) => [
    (x * 7 + y * 3) % 256,
    (x * y) % 256,
    128 + 100 * Math.sin(x / 9),
  ]).jpeg(90)
})
afterAll(() => remove())

describe('isWholeJpeg', () => {
  test.each(KINDS)('$name: whole without its end marker, cut at every byte before', ({ file }) => {
    const data = file.subarray(0, -2)
    expect(isWholeJpeg(file)).toBe(true)
    expect(isWholeJpeg(data)).toBe(true)
    expect(isWholeJpeg(file.subarray(0, -1))).toBe(true)
    const head = headOf(file)
    const believed: number[] = []
    for (let length = head; length < data.length; length++) {
      if (isWholeJpeg(file.subarray(0, length))) believed.push(length)
    }
    expect(believed).toEqual([])
  })

  test('zeros at the end are no data, other bytes behind the end marker are no matter', () => {
    const cut = photograph.subarray(0, Math.floor(photograph.length * 0.7))
    const padded = Buffer.concat([cut, Buffer.alloc(photograph.length - cut.length)])
    expect(isWholeJpeg(padded)).toBe(false)
    expect(isWholeJpeg(Buffer.concat([photograph, Buffer.alloc(100)]))).toBe(true)
    expect(isWholeJpeg(Buffer.concat([photograph, Buffer.from('a trailer of the camera')]))).toBe(
      true,
    )
  })

  test('the end marker of a thumbnail inside is not that of the picture', () => {
    const [thumbnail] = KINDS
    if (thumbnail === undefined) throw new Error('Expected a JPEG.')
    const head = Buffer.from([0xff, 0xe1, 0, 0])
    head.writeUInt16BE(thumbnail.file.length + 2, 2)
    const whole = Buffer.concat([
      photograph.subarray(0, 2),
      head,
      thumbnail.file,
      photograph.subarray(2),
    ])
    expect(isWholeJpeg(whole)).toBe(true)
    expect(isWholeJpeg(whole.subarray(0, -2))).toBe(true)
    expect(isWholeJpeg(whole.subarray(0, -200))).toBe(false)
  })
})

describe('a JPEG that was cut off', () => {
  const REASON = 'cut off: its data end before the last pixel'
  const cutTo = (share: number): Buffer =>
    photograph.subarray(0, Math.floor(photograph.length * share))

  test.each([0.5, 0.9, 0.99])('at %f is left out when a folder is scanned', async (share) => {
    const path = join(folder, `cut-${share}.jpg`)
    await writeFile(path, cutTo(share))
    expect(checkFile(path)).toBe(REASON)
    await writeFile(path, photograph.subarray(0, -2))
    expect(checkFile(path)).toMatchObject({ bytes: photograph.length - 2 })
  })

  test('is listed by the scan, the check, training and prediction alike', async () => {
    const data = join(folder, 'data')
    for (const name of ['a/0', 'a/1', 'b/0', 'b/1']) {
      await writeDeep(join(data, `${name}.jpg`), photograph)
    }
    const before = await scanFolder(data)
    const path = join(data, 'a/1.jpg')
    await writeFile(path, cutTo(0.99))
    const scanned = await scanFolder(data)
    expect(scanned.skipped).toEqual([{ file: 'a/1.jpg', reason: REASON }])
    expect(scanned.files.map(({ file }) => file)).toEqual(['a/0.jpg', 'b/0.jpg', 'b/1.jpg'])

    // Cut since the folder was scanned.
    const listed = { file: 'a/1.jpg', reason: `a/1.jpg is ${REASON}.` }
    const pictures = [{ file: 'a/1.jpg', classIndex: 0, split: 'train' as const }]
    expect((await checkPictures(data, pictures)).unreadable).toEqual([listed])
    const source = createPictureSource(
      before,
      { train: [0, 1, 2, 3], validation: [] },
      {
        inputSize: 32,
        scale: { min: 32, max: 32 },
        seed: 1,
        augment: [],
        order: 'sequential',
      },
    )
    const counts: number[] = []
    for await (const batch of source.trainingBatches(1, 4)) counts.push(batch.count)
    source.dispose()
    expect(counts).toEqual([3])
    expect(source.unreadable).toEqual([listed])
    const refused = {
      code: 'unreadable',
      message: `${path} is ${REASON}.`,
      hint: 'Copy or download the picture again, or leave it out.',
    }
    await expect(fitPicture(path, { inputSize: 32, smallestSide: 32 })).rejects.toMatchObject(
      refused,
    )
    await expect(encodeThumbnail(path, 96)).rejects.toMatchObject(refused)
  })

  test('is used as Pillow uses it where it ends with the end marker all the same', async () => {
    const middle = Buffer.from(photograph)
    middle.fill(0x55, photograph.length >> 1, (photograph.length >> 1) + 20)
    const { width } = await decodePictureBytes(middle, 'damaged in the middle')
    expect(width).toBe(160)
  })
})
