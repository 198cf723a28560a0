const MOVES: ReadonlyMap<string, number> = new Map([
  ['ArrowDown', 1],
  ['o', 1],
  ['ArrowUp', -1],
  ['u', -1],
])

/** The name that a key in a list of layers goes to; null when it goes nowhere. */
export function moveSelection(
  key: string,
  names: readonly string[],
  selected: string,
): string | null {
  const at = names.indexOf(selected)
  let next = at + (MOVES.get(key) ?? 0)
  if (key === 'Home') next = 0
  if (key === 'End') next = names.length - 1
  const name = names[Math.min(names.length - 1, Math.max(0, next))]
  return name === undefined || name === selected ? null : name
}
