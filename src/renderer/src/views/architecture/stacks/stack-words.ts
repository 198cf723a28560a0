import { describeStack, type Stack, type StackCost } from '../../../../../shared/vgg'
import type { StackQuestion } from '../../../lib/network/stack-question'
import type { ExportTable } from '../../../lib/export/export-table'
import { formatCount, formatLarge } from '../../../lib/words/format-value'

const NUMBERS = 'no one two three four five six seven eight nine ten eleven twelve'.split(
  ' ',
) as readonly string[]

/** "three", or the digits above twelve. */
export function spellNumber(count: number): string {
  return NUMBERS[count] ?? String(count)
}

/** "three 3×3", "one 7×7". */
export function nameStack({ layers, kernel }: Stack): string {
  return `${spellNumber(layers)} ${kernel}×${kernel}`
}

/** What the weights are, as section 2.3 counts them: "3·3²·C² = 27 C²". */
export function spellWeights({ layers, kernel }: Stack): string {
  const factor = layers * kernel * kernel
  const own = `${layers === 1 ? '' : `${layers}·`}${kernel}²·C²`
  return `${own} = ${factor === 1 ? '' : `${factor} `}C²`
}

/** "81% more", "45% fewer", "5.4 times as many", "as many". */
export function compareAmounts(amount: number, than: number): string {
  if (amount === than) return 'as many'
  const ratio = amount / than
  if (ratio >= 3) return `${formatRatio(ratio)} times as many`
  const percent = Math.abs(ratio - 1) * 100
  const isFine = percent < 10 || (ratio < 1 && percent > 99)
  return `${isFine ? Number(percent.toPrecision(3)) : percent.toFixed(0)}% ${ratio > 1 ? 'more' : 'fewer'}`
}

/** A ratio with three digits: 1.81, 12.3, 1,234. */
export function formatRatio(ratio: number): string {
  return ratio >= 1000 ? formatCount(ratio) : String(Number(ratio.toPrecision(3)))
}

/** A line of the comparison: what is compared, and the two sides' numbers. */
export interface ComparisonRow {
  readonly label: string
  readonly stack: number
  readonly against: number
  /** How the numbers read; formatCount where it says nothing else. */
  readonly words: readonly [string, string]
  /** Small print under each number. */
  readonly notes: readonly [string, string]
}

/** All that the calculator shows. */
export interface StackComparison {
  readonly rows: readonly ComparisonRow[]
  /** In plain words, a sentence each. */
  readonly sentences: readonly string[]
}

/** Compares two stacks as section 2.3 does. */
export function compareStacks({
  stack,
  against,
  channels,
  sizePx,
}: StackQuestion): StackComparison {
  const own = describeStack(stack, channels)
  const other = describeStack(against, channels)
  const positions = sizePx * sizePx
  const sides = [speakOf(stack, own), speakOf(against, other)] as const
  const row = (
    label: string,
    of: (cost: StackCost) => number,
    words: (value: number) => string = formatCount,
    note: (side: Stack, value: number) => string = () => '',
  ): ComparisonRow => ({
    label,
    stack: of(own),
    against: of(other),
    words: [words(of(own)), words(of(other))],
    notes: [note(stack, of(own)), note(against, of(other))],
  })
  return {
    rows: [
      row(
        'Receptive field',
        (cost) => cost.receptiveField,
        (side) => `${side} × ${side}`,
      ),
      row('Weights', (cost) => cost.weights, formatCount, spellWeights),
      row('Rectifications', (cost) => cost.rectifications),
      row(
        'Multiply-adds',
        (cost) => cost.macsPerPosition * positions,
        formatCount,
        (_, macs) => (macs < 1000 ? '' : formatLarge(macs)),
      ),
    ],
    sentences: [spellFields(...sides), spellRatios(...sides), spellRectifications(...sides)],
  }
}

/** A side of the comparison in sentences: its name, its cost, and verbs that agree with it. */
interface Side {
  readonly name: string
  readonly cost: StackCost
  readonly sees: string
  readonly has: string
}

function speakOf(stack: Stack, cost: StackCost): Side {
  const isOne = stack.layers === 1
  return { name: nameStack(stack), cost, sees: isOne ? 'sees' : 'see', has: isOne ? 'has' : 'have' }
}

function spellFields(own: Side, other: Side): string {
  const [a, b] = [own.cost.receptiveField, other.cost.receptiveField]
  if (a === b) {
    return capitalise(`${own.name} ${own.sees} as far as ${other.name}: ${a} × ${a} units.`)
  }
  const [wide, narrow] = a > b ? [own, other] : [other, own]
  const [most, least] = [Math.max(a, b), Math.min(a, b)]
  return capitalise(
    `${wide.name} ${wide.sees} farther than ${narrow.name}: ${most} × ${most} units against ${least} × ${least}.`,
  )
}

function spellRatios(own: Side, other: Side): string {
  const [a, b] = [own.cost.weights, other.cost.weights]
  const kinds = 'weights and multiply-adds'
  if (a === b) return capitalise(`${own.name} and ${other.name} have the same number of ${kinds}.`)
  return `${capitalise(`${other.name} ${other.has}`)} ${compareAmounts(b, a)} ${kinds} (${formatRatio(b / a)} ×); the other way round, ${own.name} ${own.has} ${compareAmounts(a, b)} (${formatRatio(a / b)} ×).`
}

function spellRectifications(own: Side, other: Side): string {
  const [a, b] = [own.cost.rectifications, other.cost.rectifications]
  const word = (count: number): string => (count === 1 ? 'rectification' : 'rectifications')
  if (a === b) return capitalise(`${spellNumber(a)} ${word(a)} on each side.`)
  const effect = a > b ? 'more' : 'less'
  return capitalise(
    `${spellNumber(a)} ${word(a)} in place of ${spellNumber(b)}, which makes the decision function ${effect} discriminative (section 2.3).`,
  )
}

/** The text with a capital letter at its start. */
export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** The comparison as it leaves the lab. */
export function tabulateStacks(question: StackQuestion): ExportTable {
  const { stack, against, channels, sizePx } = question
  return {
    title: `${capitalise(nameStack(stack))} against ${nameStack(against)}: C = ${channels}, ${sizePx} × ${sizePx} plane`,
    columns: [
      { name: 'quantity' },
      { name: nameStack(stack), align: 'right' },
      { name: nameStack(against), align: 'right' },
      { name: 'ratio', align: 'right' },
    ],
    rows: compareStacks(question).rows.map((row) => [
      row.label === 'Receptive field' ? 'Receptive field (side)' : row.label,
      row.stack,
      row.against,
      row.against / row.stack,
    ]),
  }
}
