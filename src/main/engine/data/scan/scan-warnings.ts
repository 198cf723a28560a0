import { join } from 'node:path'
import { FEW_PICTURES } from '../../../../shared/contract'
import { present } from '../../../../shared/present'
import type { DatasetFile } from '../types'
import { readHalf } from './half-names'

/** Names in one line; the first ones when there are many. */
export function nameSome(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ')
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown
}

/** Warns of classes with few pictures to learn from. */
export function findFewPictures(
  classNames: readonly string[],
  files: readonly Pick<DatasetFile, 'classIndex' | 'givenSplit'>[],
): string[] {
  const counts = new Uint32Array(classNames.length)
  for (const { classIndex, givenSplit } of files) {
    if (isLearnt(givenSplit)) counts[classIndex] = present(counts[classIndex]) + 1
  }
  const few = classNames
    .map((name, index) => ({ name, count: present(counts[index]) }))
    .filter(({ count }) => count < FEW_PICTURES)
  const warnings: string[] = []
  if (few.length > 0) {
    const named = nameSome(few.map(({ name, count }) => `${name} (${count})`))
    warnings.push(`Fewer than ${FEW_PICTURES} training pictures: ${named}.`)
  }
  const single = few.filter(({ count }) => count === 1).map(({ name }) => name)
  if (single.length > 0 && files.some((file) => file.givenSplit === null)) {
    warnings.push(`Only one picture, so none for validation: ${nameSome(single)}.`)
  }
  return warnings
}

/** Whether a picture may be trained with: those of the training half, and those that the lab splits. */
export function isLearnt(split: DatasetFile['givenSplit']): boolean {
  return split === null || split === 'train'
}

/** Warns of folders that are named like halves and were taken as classes. */
export function tellMistakenHalves(root: string, folders: readonly string[]): string[] {
  const mistaken = folders.filter((name) => readHalf(name) !== null)
  const [first] = mistaken
  if (first === undefined || folders.length === 1) return []
  const train = mistaken.find((name) => readHalf(name) === 'train')
  const names = mistaken.map((name) => `"${name}"`).join(' and ')
  const were = mistaken.length === 1 ? 'was taken as a class' : 'were taken as classes'
  if (train === undefined) {
    return [`${names} ${were}, because there is no training folder beside ${pronoun(mistaken)}.`]
  }
  if (mistaken.length > 1) {
    return [`${names} ${were}, because "${train}" has no class folders inside it.`]
  }
  return [
    `${names} ${were}, because there is no validation or test folder beside it. If it holds the class folders, open ${join(root, train)} instead.`,
  ]
}

function pronoun(names: readonly string[]): string {
  return names.length === 1 ? 'it' : 'them'
}
