import type { ListedPicture } from '../list-pictures'

/** Pictures by class. */
export interface IndexedClasses {
  /** In the order in which the pictures have them first. */
  readonly classNames: readonly string[]
  /** `[N]`: index of each picture's class. */
  readonly labels: Int32Array
}

/** Numbers the classes of pictures. */
export function indexClasses(pictures: readonly ListedPicture[]): IndexedClasses {
  const indices = new Map<string, number>()
  const labels = Int32Array.from(pictures, ({ className }) => {
    const index = indices.get(className) ?? indices.size
    indices.set(className, index)
    return index
  })
  return { classNames: [...indices.keys()], labels }
}
