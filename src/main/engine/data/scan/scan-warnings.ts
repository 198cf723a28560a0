import { present } from '../../../../shared/present'
import type { DatasetFile } from '../types'

/** Below this a class is hardly learnt, and its accuracy is a matter of luck. */
const FEW_PICTURES = 10

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
    if (givenSplit !== 'validation') counts[classIndex] = present(counts[classIndex]) + 1
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
  if (single.length > 0 && files.every((file) => file.givenSplit === null)) {
    warnings.push(`Only one picture, so none for validation: ${nameSome(single)}.`)
  }
  return warnings
}
