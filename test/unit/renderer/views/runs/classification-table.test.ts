import { expect, test } from 'vitest'
import {
  countRight,
  encodeClassified,
  filterClassified,
} from '../../../../../src/renderer/src/views/runs/classification-table'
import type { ClassifiedPicture } from '../../../../../src/shared/contract'

const picture = (file: string, className: string | null, cat: number): ClassifiedPicture => {
  const top = [
    { class: 'cat', probability: cat },
    { class: 'dog, big', probability: 1 - cat },
  ].sort((a, b) => b.probability - a.probability)
  const own = className === null ? null : className === 'cat' ? cat : 1 - cat
  return { file, className, ownProbability: own, top }
}
const PICTURES = [
  picture('cat/1.png', 'cat', 0.75),
  picture('cat/2.png', 'cat', 0.25),
  picture('dog/1.png', 'dog, big', 0.25),
  picture('other.png', null, 1),
]
const files = (pictures: readonly ClassifiedPicture[]) => pictures.map(({ file }) => file)

test('what is wrong is told from what is right, and neither where the class is unknown', () => {
  expect(countRight(PICTURES)).toEqual({ right: 2, known: 3 })
  const wrong = filterClassified(PICTURES, { isWrongOnly: true, text: '' })
  expect(files(wrong)).toEqual(['cat/2.png'])
  const dogs = filterClassified(PICTURES, { isWrongOnly: false, text: 'DOG 1' })
  expect(files(dogs)).toEqual(['dog/1.png'])
})

test('the table is exported with all that was predicted', () => {
  const lines = new TextDecoder().decode(encodeClassified(PICTURES)).trimEnd().split('\r\n')
  expect(lines[0]).toMatch(/^file,class,class_probability,correct,predicted_1,probability_1,/)
  expect(lines[2]).toBe('cat/2.png,cat,0.25,0,"dog, big",0.75,cat,0.25,,,,,,')
  expect(lines[4]).toMatch(/^other\.png,,,,cat,1,/)
})
