import { expect, test, vi } from 'vitest'
import { describeClassRoom } from '../../../../src/renderer/src/lib/words/class-words'
import type { DataState } from '../../../../src/renderer/src/state/data-state.svelte'
import { MAX_COMPARED } from '../../../../src/shared/contract'
import { stubWindow } from '../../../support/window-stub'

test('one of each of 200 classes says of how many there is room, and takes as many', async () => {
  vi.resetModules()
  stubWindow()
  const { ComparedPictures } =
    await import('../../../../src/renderer/src/state/compared-pictures.svelte')
  const classes = Array.from({ length: 200 }, (_, index) => ({ name: `Class ${index}` }))
  const data = {
    dataset: { classes },
    pictures: ({ classIndex }: { classIndex: number }) =>
      Promise.resolve({ total: 1, pictures: [{ file: `${classIndex}.png`, classIndex }] }),
    pathOf: ({ file }: { file: string }) => `/data/${file}`,
  }
  const pictures = new ComparedPictures(data as unknown as DataState)
  pictures.add(['/elsewhere.png'])
  const { count } = pictures.classRoom
  expect(count).toBe(MAX_COMPARED - 1)
  expect(describeClassRoom(pictures.classRoom)).toBe(
    'Add one of each of the first 7 of 200 classes',
  )
  await pictures.addOneOfEachClass()
  expect(pictures.paths).toHaveLength(MAX_COMPARED)
  // Nothing was left out without a word.
  expect(pictures.error).toBeNull()
  expect(describeClassRoom({ count: 6, classes: 6 })).toBe('Add one of each class')
})
