/**
 * Where a name stands in a list, however either spells its accents: macOS and older archives write
 * "é" as two characters (NFD), most other systems as one (NFC).
 * @returns its index; -1 where it is not there
 */
export function findName(names: readonly string[], name: string): number {
  const exact = names.indexOf(name)
  if (exact >= 0) return exact
  const composed = name.normalize('NFC')
  return names.findIndex((one) => one.normalize('NFC') === composed)
}
