import { describe, expect, it } from 'vitest'
import { PicturePages } from '../../../../../src/renderer/src/state/picture-pages.svelte'
import type { DatasetPicture, EncodedPicture } from '../../../../../src/shared/contract'

/** A source of `total` pictures that counts what it is asked, and keeps answers until told. */
function makeSource(total: number, unreadable = -1) {
  const asked: string[][] = []
  const pagesAsked: number[] = []
  return {
    asked,
    pagesAsked,
    pictures: (_filter: object, offset: number, limit: number) => {
      pagesAsked.push(offset)
      const length = Math.max(0, Math.min(limit, total - offset))
      const pictures = Array.from({ length }, (_, i): DatasetPicture => ({
        file: `${offset + i}.png`,
        classIndex: 0,
        split: 'train',
      }))
      return Promise.resolve({ total, pictures })
    },
    thumbnails: (files: readonly string[]) => {
      asked.push([...files])
      return Promise.resolve(
        files.map((file): EncodedPicture | null =>
          file === `${unreadable}.png`
            ? null
            : { type: 'image/webp', width: 1, height: 1, bytes: new Uint8Array(1) },
        ),
      )
    },
  }
}

function makeUrls() {
  let made = 0
  const alive = new Set<string>()
  return {
    alive,
    make: () => {
      const url = `blob:${made++}`
      alive.add(url)
      return url
    },
    revoke: (url: string) => void alive.delete(url),
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

describe('PicturePages', () => {
  it('loads what is shown, in batches, and nothing else', async () => {
    const source = makeSource(5000)
    const pages = new PicturePages(source, 96, makeUrls())
    pages.open({ classIndex: null })
    pages.show(0, 40)
    await settle()
    expect(pages.total).toBe(5000)
    expect(source.pagesAsked).toEqual([0])
    expect(source.asked.map((files) => files.length)).toEqual([24, 16])
    expect(pages.urlOf('39.png')).toMatch(/^blob:/)
    expect(pages.urlOf('40.png')).toBeUndefined()
    pages.show(1990, 2010)
    await settle()
    expect(source.pagesAsked).toEqual([0, 1800, 2000])
    expect(pages.at(2005)?.file).toBe('2005.png')
    expect(pages.urlOf('2005.png')).toMatch(/^blob:/)
  })

  it('tells an unreadable picture, and asks for it once', async () => {
    const source = makeSource(3, 1)
    const pages = new PicturePages(source, 96, makeUrls())
    pages.open({ classIndex: null })
    pages.show(0, 3)
    await settle()
    pages.show(0, 3)
    await settle()
    expect(pages.urlOf('1.png')).toBeNull()
    expect(source.asked).toHaveLength(1)
  })

  it('lets go of what was shown long ago, and of all at the end', async () => {
    const source = makeSource(2000)
    const urls = makeUrls()
    const pages = new PicturePages(source, 96, urls)
    pages.open({ classIndex: null })
    await settle()
    for (let first = 0; first < 1000; first += 50) {
      pages.show(first, first + 50)
      await settle()
    }
    expect(urls.alive.size).toBe(600)
    expect(pages.urlOf('0.png')).toBeUndefined()
    expect(pages.urlOf('999.png')).toMatch(/^blob:/)
    pages.dispose()
    expect(urls.alive.size).toBe(0)
  })

  it('forgets the pages of another class, and reports a failure', async () => {
    const source = makeSource(10)
    const pages = new PicturePages(source, 96, makeUrls())
    pages.open({ classIndex: null })
    pages.open({ classIndex: 2 })
    await settle()
    expect(pages.total).toBe(10)
    const failing = new PicturePages(
      { ...source, pictures: () => Promise.reject(new Error('no such folder')) },
      96,
      makeUrls(),
    )
    failing.open({ classIndex: null })
    await settle()
    expect(failing.error).toBeInstanceOf(Error)
  })

  it('does not tell of a failure any more once the pictures are there', async () => {
    const source = makeSource(10)
    let isFailing = true
    const pages = new PicturePages(
      {
        ...source,
        thumbnails: (files) =>
          isFailing ? Promise.reject(new Error('the engine is gone')) : source.thumbnails(files),
      },
      96,
      makeUrls(),
    )
    pages.open({ classIndex: null })
    pages.show(0, 10)
    await settle()
    expect(pages.error).toBeInstanceOf(Error)
    isFailing = false
    pages.show(0, 10)
    await settle()
    expect(pages.urlOf('9.png')).toMatch(/^blob:/)
    expect(pages.error).toBeNull()
  })
})
