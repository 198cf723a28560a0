import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LivePictures } from '../../../../src/main/pictures/live-pictures'
import { PictureWatch } from '../../../../src/main/pictures/picture-watch'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vgg-lab-live-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('pictures without a file', () => {
  test('a drawing replaces the one before it, what is pasted does not', async () => {
    const live = new LivePictures(join(root, 'pictures'))
    const first = await live.keep('drawing', Uint8Array.of(1))
    expect(await live.keep('drawing', Uint8Array.of(2, 3))).toBe(first)
    expect([...readFileSync(first)]).toEqual([2, 3])
    const pasted = await live.keep('pasted', Uint8Array.of(4))
    expect(await live.keep('pasted', Uint8Array.of(5))).not.toBe(pasted)
    expect([...readFileSync(pasted)]).toEqual([4])
  })

  test('only the last pasted ones are kept, and no half-written file', async () => {
    const folder = join(root, 'pictures')
    const live = new LivePictures(folder)
    const paths: string[] = []
    for (let count = 0; count < 23; count++) {
      paths.push(await live.keep('pasted', Uint8Array.of(count)))
    }
    expect(
      readdirSync(folder)
        .map((name) => join(folder, name))
        .sort(),
    ).toEqual(paths.slice(-20).sort())
  })

  test('says in a line where a picture cannot be kept', async () => {
    writeFileSync(join(root, 'file'), '')
    const live = new LivePictures(join(root, 'file'))
    await expect(live.keep('camera', Uint8Array.of(1))).rejects.toMatchObject({
      code: 'disk',
      message: expect.stringMatching(
        /^Expected to save a picture in .*file; [a-z ]+ \(E\w+\)\.$/,
      ) as string,
    })
  })
})

describe('a watched folder', () => {
  test('tells of pictures that come or change, once they are whole, and of nothing else', async () => {
    const folder = join(root, 'watched')
    mkdirSync(join(folder, 'deeper'), { recursive: true })
    writeFileSync(join(folder, 'old.png'), 'was there before')
    const seen: string[] = []
    const sizes: number[] = []
    let ended = ''
    const watch = new PictureWatch({
      onPicture: ({ path }) => {
        seen.push(path)
        sizes.push(readFileSync(path).length)
      },
      onEnd: ({ reason }) => (ended = reason),
    })
    const until = async (isDone: () => boolean): Promise<void> => {
      while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await watch.follow(folder)
    writeFileSync(join(folder, 'notes.txt'), 'no picture')
    writeFileSync(join(folder, 'deeper', 'below.png'), 'not here')
    const written = join(folder, 'new.JPG')
    for (const part of ['one', 'two', 'three']) {
      appendFileSync(written, part)
      await new Promise((resolve) => setTimeout(resolve, 40))
    }
    await until(() => seen.length === 1)
    expect(seen).toEqual([written])
    expect(sizes).toEqual(['onetwothree'.length])
    writeFileSync(join(folder, 'old.png'), 'is another now')
    await until(() => seen.length === 2)
    expect(seen[1]).toBe(join(folder, 'old.png'))

    rmSync(folder, { recursive: true })
    await until(() => ended !== '')
    expect(ended).toMatch(/watched is gone/)
    await watch.follow(null)
  })

  test('must be there', async () => {
    const watch = new PictureWatch({ onPicture: () => undefined, onEnd: () => undefined })
    await expect(watch.follow(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'not-found' })
  })
})
