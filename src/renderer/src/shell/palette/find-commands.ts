import { COMMAND_GROUPS, type Command, type CommandGroup } from './command'

/** Commands of one kind that match, the best first. */
export interface FoundGroup<T = Command> {
  readonly name: CommandGroup
  readonly commands: readonly T[]
  /** How many more match. */
  readonly more: number
}

type Findable = Pick<Command, 'group' | 'label' | 'detail'>

/** Groups that are offered before anything is typed. */
const FIRST_GROUPS: readonly CommandGroup[] = ['Actions', 'Views']
/** Of a group: what is further down is not read but typed. */
const MAX_SHOWN = 12

const EXACT = 8
const START = 4
const WORD_START = 3
const INSIDE = 2
const DETAIL = 1

/**
 * The commands that have every word of the text, in any case and order. Those whose label begins with a
 * word come before those that have it inside, and the group with the best match first.
 */
export function findCommands<T extends Findable>(
  commands: readonly T[],
  text: string,
): readonly FoundGroup<T>[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const scored = commands.flatMap((command) => {
    const score = words.length === 0 ? firstScore(command) : scoreOf(command, words)
    return score === 0 ? [] : [{ command, score }]
  })
  const groups = COMMAND_GROUPS.flatMap((name) => {
    // Sorting is stable: equals stay in the order in which they were listed.
    const own = scored
      .filter(({ command }) => command.group === name)
      .sort((a, b) => b.score - a.score)
    const [best] = own
    if (best === undefined) return []
    const shown = own.slice(0, MAX_SHOWN).map(({ command }) => command)
    return [{ name, commands: shown, more: own.length - shown.length, score: best.score }]
  })
  return groups
    .sort((a, b) => b.score - a.score)
    .map(({ name, commands: found, more }) => ({ name, commands: found, more }))
}

function firstScore({ group }: Findable): number {
  return FIRST_GROUPS.includes(group) ? 1 : 0
}

/** 0 where a word is missing. */
function scoreOf({ label, detail = '' }: Findable, words: readonly string[]): number {
  const name = label.toLowerCase()
  const about = detail.toLowerCase()
  let sum = name === words.join(' ') ? EXACT : 0
  for (const word of words) {
    const score = scoreWord(name, about, word)
    if (score === 0) return 0
    sum += score
  }
  return sum
}

function scoreWord(name: string, about: string, word: string): number {
  if (name.startsWith(word)) return START
  if (name.split(/[^\p{L}\p{N}_]+/u).some((part) => part.startsWith(word))) return WORD_START
  if (name.includes(word)) return INSIDE
  return about.includes(word) ? DETAIL : 0
}
