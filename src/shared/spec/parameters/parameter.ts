/** What every kind of parameter has. */
interface DescribedParameter {
  /** Name of the field in the window, and of the row in the docs. */
  readonly label: string
  /** Section of the paper, or null where the paper has no such thing. */
  readonly section: string | null
  /** What it does, and how the default departs from the paper, if it does. */
  readonly help: string
}

/** A number with its range. */
export interface NumberParameter extends DescribedParameter {
  readonly kind: 'integer' | 'number'
  readonly default: number
  readonly min: number
  readonly max: number
  /** What an arrow key moves a whole number by, onto its multiples; 1 where left out. */
  readonly arrowStep?: number
  /** The value is odd, and so is `min`. */
  readonly isOdd?: boolean
  /** Unit of the value; '' for a pure number. */
  readonly unit: string
}

/** One of a list of words. */
export interface ChoiceParameter<T extends string = string> extends DescribedParameter {
  readonly kind: 'choice'
  readonly default: T
  readonly choices: readonly T[]
}

/** Some of a list of words, in the order of the list; the empty list is written `none`. */
export interface ListParameter<T extends string = string> extends DescribedParameter {
  readonly kind: 'list'
  readonly default: readonly T[]
  readonly choices: readonly T[]
  /** How each word reads in the window, with what it does. */
  readonly words: Readonly<Record<T, { readonly label: string; readonly help: string }>>
}

/** From `min` to `max`, both included. */
export interface PixelRange {
  readonly min: number
  readonly max: number
}

/** Whole pixels, or a range of them to draw from, written `256-512`; the least is the input size. */
export interface RangeParameter extends DescribedParameter {
  readonly kind: 'range'
  /** The default at the default input size. */
  readonly default: PixelRange
  /** The default at any input size, in words. */
  readonly defaultWords: string
  readonly max: number
  readonly unit: string
}

/** Name of a layer, a file or a folder; null for none. */
interface NameParameter extends DescribedParameter {
  readonly kind: 'layer' | 'path'
  readonly default: null
}

/** A parameter that one field of a form edits: see `Field.svelte`. */
export type Parameter = NumberParameter | ChoiceParameter

/** The sections of the settings' form and of the docs' table, in their order. */
export const PARAMETER_GROUPS = {
  network: 'Network',
  start: 'Start from',
  training: 'Training',
  optimisation: 'Optimisation',
  pictures: 'Pictures',
  computation: 'Computation',
  checkpoints: 'Checkpoints',
} as const
export type ParameterGroup = keyof typeof PARAMETER_GROUPS

/** Where a hyper-parameter can be set. */
interface Placement {
  readonly group: ParameterGroup
  /** Whether a preset may set it: not what is the data's, the machine's or the person's own. */
  readonly inPresets: boolean
  /** Option of the command line, without the dashes. Two parameters may share one: `--val F|folder`. */
  readonly flag: string
  /** The option's value in its usage, where the kind does not say it: `file|run`. */
  readonly usage?: string
  /** The form asks for it only where another parameter has this value. */
  readonly onlyWith?: Readonly<Record<string, string>>
  /** A hint that the form shows below the field. */
  readonly note?: string
  /** The docs' page with more about it, as a link relative to `docs/`. */
  readonly page?: string
}

/** A setting of a training run: a row of `PARAMETERS`. */
export type HyperParameter = (
  NumberParameter | ChoiceParameter | ListParameter | RangeParameter | NameParameter
) &
  Placement

/** The values that a parameter takes. */
export type ParameterValue<P> = P extends { readonly kind: 'integer' | 'number' }
  ? number
  : P extends { readonly kind: 'choice'; readonly choices: readonly (infer T)[] }
    ? T
    : P extends { readonly kind: 'list'; readonly choices: readonly (infer T)[] }
      ? readonly T[]
      : P extends { readonly kind: 'range' }
        ? PixelRange
        : string | null

/** Checks one number against its parameter; the message says what was expected and what came. */
export function checkNumber(parameter: NumberParameter, value: number): string | null {
  const { label, min, max, unit, isOdd = false } = parameter
  const kind = parameter.kind === 'number' ? 'a number' : isOdd ? 'an odd number' : 'a whole number'
  const range = `${label} must be ${kind} from ${min} to ${max}${unit && ` ${unit}`}`
  const isWhole = parameter.kind === 'number' || Number.isInteger(value)
  const isFitting = isWhole && (!isOdd || value % 2 === 1)
  if (Number.isFinite(value) && isFitting && value >= min && value <= max) return null
  return `${range}; got ${String(value)}.`
}

/** Checks one word against its parameter. */
export function checkChoice(parameter: ChoiceParameter, value: string): string | null {
  if (parameter.choices.includes(value)) return null
  return `${parameter.label} must be one of ${parameter.choices.join(', ')}; got ${value}.`
}

/** Checks the words of a list against their parameter. */
export function checkList(parameter: ListParameter, value: readonly string[]): string | null {
  const { label, choices } = parameter
  if (value.every((word) => choices.includes(word))) return null
  return `${label} must be none, or some of ${choices.join(', ')} joined by commas; got ${value.join(',')}.`
}

/** Checks a range of pixels against its parameter; `inputSize` is its least, null where that is wrong itself. */
export function checkRange(
  parameter: RangeParameter,
  { min, max }: PixelRange,
  inputSize: number | null,
): string | null {
  const isWhole = Number.isInteger(min) && Number.isInteger(max)
  if (isWhole && min >= (inputSize ?? 1) && min <= max && max <= parameter.max) return null
  const least = inputSize === null ? 'the input size' : `the input size ${inputSize}`
  return `${parameter.label} must be whole pixels, A or A-B, from ${least} to ${parameter.max}, smallest first; got ${formatRange({ min, max })}.`
}

/** "256", or "256-512" where the value is drawn from a range. */
export function formatRange({ min, max }: PixelRange): string {
  return min === max ? String(min) : `${min}-${max}`
}

/** Reads "256" or "256-512"; a number that is missing or malformed is NaN, for the check to report. */
export function parseRange(text: string): PixelRange {
  const parts = text.trim().split(/\s*[-–]\s*/)
  const [min, max] = parts.map((part) => (part === '' ? NaN : Number(part)))
  if (parts.length > 2 || min === undefined) return { min: NaN, max: NaN }
  return { min, max: max ?? min }
}

/** A value of a hyper-parameter as text, as an option of the command line takes it: `flip,crop`, `none`. */
export function formatParameterValue(
  value: string | number | PixelRange | readonly string[] | null,
): string {
  if (value === null) return 'none'
  // A third is told in seven digits, a seed in all of them.
  if (typeof value === 'number') {
    return String(Number.isInteger(value) ? value : Number(value.toPrecision(7)))
  }
  if (typeof value === 'string') return value
  return 'min' in value ? formatRange(value) : value.join(',') || 'none'
}
