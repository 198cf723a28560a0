import type { ClassFolder } from './class-folders'
import { readHalf } from './half-names'
import { isLearnt, nameSome } from './scan-warnings'

/**
 * Warns of halves inside the class folders (`cats/train`, `cats/test`): all of it is one class there.
 * @param files - relative to the data folder, whose own folders are the classes
 */
export function tellInnerHalves(files: readonly string[]): string[] {
  const inner = new Set<string>()
  for (const file of files) {
    const start = file.indexOf('/') + 1
    const end = file.indexOf('/', start)
    if (end > 0) inner.add(file.slice(start, end))
  }
  const named = [...inner].filter((name) => readHalf(name) !== null)
  if (new Set(named.map(readHalf)).size < 2) return []
  return [
    `Folders inside the class folders are named ${nameSome(named.sort())}: they are read as parts of their class, not as halves. For halves put the class folders inside them.`,
  ]
}

/** Warns of folders whose names differ only in how Unicode spells an accent. */
export function tellMerged(classFolders: readonly ClassFolder[]): string[] {
  const paths = new Map<string, string>()
  const merged = new Set<string>()
  for (const { className, path } of classFolders) {
    const key = path.normalize('NFC')
    if (paths.has(key)) merged.add(className)
    paths.set(key, path)
  }
  if (merged.size === 0) return []
  return [
    `Taken as one class, because their names differ only in how Unicode spells an accent: two folders ${nameSome([...merged])}.`,
  ]
}

/** Warns of classes that are not in every half, or nowhere. */
export function findEmptyClasses(
  classFolders: readonly ClassFolder[],
  filled: ReadonlySet<ClassFolder | undefined>,
  trainNames: ReadonlySet<string>,
): string[] {
  const warnings: string[] = []
  const folded = new Map([...trainNames].map((name) => [name.toLowerCase(), name]))
  const warn = (words: string, names: readonly string[]): void => {
    if (names.length > 0) warnings.push(`${words}: ${nameSome(names)}.`)
  }
  warn(
    'Left out because they have no pictures',
    classFolders.filter((one) => isLearnt(one.split) && !filled.has(one)).map(({ path }) => path),
  )
  for (const half of ['validation', 'test'] as const) {
    const inHalf = classFolders.filter(({ split }) => split === half)
    if (inHalf.length === 0) continue
    const names = inHalf.filter((one) => filled.has(one)).map(({ className }) => className)
    const word = half === 'test' ? 'test' : 'val'
    warn(
      `Left out because they are in ${word} but not in train`,
      names
        .filter((name) => !trainNames.has(name))
        .map((name) => {
          const near = folded.get(name.toLowerCase())
          return near === undefined ? name : `${name} (train has ${near})`
        }),
    )
    warn(
      `In train but with no pictures in ${word}`,
      [...trainNames].filter((name) => !names.includes(name)).sort(),
    )
  }
  return warnings
}
