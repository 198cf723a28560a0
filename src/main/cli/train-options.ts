import { resolve } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import { LabError } from '../../shared/contract'
import { itemAt } from '../../shared/present'
import {
  PARAMETERS,
  PARAMETER_ROWS,
  PRESET_NAMES,
  applyPreset,
  checkChoice,
  checkList,
  checkSettings,
  defaultScale,
  defaultSettings,
  findPreset,
  formatParameterValue,
  parseRange,
  type HyperParameter,
  type ListParameter,
  type Preset,
  type PresetName,
  type RangeParameter,
  type TrainingSettings,
} from '../../shared/spec'
import type { GivenKey } from './agree-with-run'
import { parseNetworkFile } from './network-file'
import { parseNumber } from './options'

/** What commander hands over: values by the flag in camel case. */
export type TrainFlags = Record<string, unknown>

/** The options of `train` that change the settings of a run. */
export function makeTrainOptions(): Option[] {
  const flags = new Set(PARAMETER_ROWS.map(([, { flag }]) => flag))
  return [
    new Option(
      '--preset <name>',
      `A set of settings, see \`vgg-lab presets\`; other options override it. One of ${PRESET_NAMES.join(', ')}.`,
    ).choices(PRESET_NAMES),
    new Option(
      '--network <file.json>',
      'An edited network from the Architecture view, instead of --config.',
    )
      .argParser(parseNetworkFile)
      .conflicts('config'),
    ...[...flags].map(makeOption),
  ]
}

/** The option of one parameter, or of the two that share it: a number, or the path of something. */
function makeOption(flag: string): Option {
  const parameters = PARAMETER_ROWS.flatMap(([, row]) => (row.flag === flag ? [row] : []))
  const option = new Option(
    `--${flag} <${parameters.map(usageOf).join('|')}>`,
    parameters.map(describeOption).join(' Or: '),
  )
  // For the shell's completion; the parser below has its own words.
  const choices = parameters.flatMap((row) => (row.kind === 'choice' ? row.choices : []))
  if (choices.length > 0) option.choices(choices)
  return option.argParser((text: string) => {
    const isNumber = text.trim() !== '' && !Number.isNaN(Number(text))
    const own = parameters.find((parameter) => !isNumeric(parameter) || isNumber)
    return parseValue(own ?? itemAt(parameters, 0), text)
  })
}

/** What stands for the value in an option's usage: `N`, `file|run`. */
function usageOf({ kind, usage }: HyperParameter): string {
  const usages = {
    integer: 'N',
    number: 'F',
    choice: 'name',
    list: 'list',
    range: 'A|A-B',
    layer: 'layer',
    path: 'path',
  }
  return usage ?? usages[kind]
}

/** A parameter's option as it is written: `--weights <file|run>`. */
export function writeOption(parameter: HyperParameter): string {
  return `--${parameter.flag} <${usageOf(parameter)}>`
}

function describeOption(parameter: HyperParameter): string {
  const { help, section } = parameter
  const values = describeValues(parameter)
  const given = describeDefault(parameter)
  const range = [
    ...(values === '' ? [] : [values]),
    ...(given === '' ? [] : [`default ${given}`]),
  ].join('; ')
  return `${help}${section === null ? '' : ` (section ${section})`}${range && ` ${range}.`}`
}

/** The values that a parameter takes, in words; '' where the disk or the network decides. */
export function describeValues(parameter: HyperParameter): string {
  switch (parameter.kind) {
    case 'integer':
    case 'number': {
      const { min, max, unit } = parameter
      return `${min} to ${max}${unit && ` ${unit}`}`
    }
    case 'choice':
      return `one of ${parameter.choices.join(', ')}`
    case 'list':
      return `none, or some of ${parameter.choices.join(', ')}, joined by commas`
    case 'range':
      return `input size to ${parameter.max} ${parameter.unit}`
    case 'layer':
    case 'path':
      return ''
  }
}

/** The default of a parameter as its option would be written; '' where nothing is set. */
export function describeDefault(parameter: HyperParameter): string {
  if (parameter.kind === 'range') return parameter.defaultWords
  return parameter.default === null ? '' : formatParameterValue(parameter.default)
}

function isNumeric({ kind }: HyperParameter): boolean {
  return kind === 'integer' || kind === 'number'
}

function parseValue(parameter: HyperParameter, text: string): unknown {
  switch (parameter.kind) {
    case 'integer':
    case 'number':
      return parseNumber(parameter, text)
    case 'choice':
      refuse(checkChoice(parameter, text))
      return text
    case 'list':
      return parseList(parameter, text)
    case 'range':
      return parsePixels(parameter, text)
    case 'layer':
      return text
    case 'path':
      return resolve(text)
  }
}

function parseList(parameter: ListParameter, text: string): string[] {
  if (text === 'none') return []
  const words = text.split(',').map((word) => word.trim())
  refuse(checkList(parameter, words))
  return parameter.choices.filter((name) => words.includes(name))
}

function parsePixels({ label }: RangeParameter, text: string): TrainingSettings['scale'] {
  const { min, max } = parseRange(text)
  const isRange = Number.isInteger(min) && Number.isInteger(max)
  refuse(isRange ? null : `${label} must be whole pixels A, or a range A-B; got ${text}.`)
  return { min, max }
}

function refuse(fault: string | null): void {
  if (fault !== null) throw new InvalidArgumentError(fault)
}

/**
 * Settings from the options; what is left out is the default.
 * @throws LabError `bad-input` for what only shows when all are together.
 */
export function readSettings(flags: TrainFlags): TrainingSettings {
  const name = flags.preset as PresetName | undefined
  const preset = name === undefined ? null : findPreset(name)
  const changes: Record<string, unknown> = {}
  for (const [key, parameter] of PARAMETER_ROWS) {
    if (isGiven(parameter, flags)) changes[key] = flags[toCamelCase(parameter.flag)]
  }
  Object.assign(changes, flags.network)
  const base = preset === null ? defaultSettings() : applyPreset(preset, defaultSettings())
  const given = typeof flags.input === 'number' ? { scale: defaultScale(flags.input) } : {}
  const settings: TrainingSettings = { ...base, ...given, ...changes }
  const faults = Object.values(checkSettings(settings))
  if (faults.length > 0) throw new LabError('bad-input', faults.join(' '))
  if (preset !== null) checkNeed(preset, settings)
  return settings
}

/** The settings that options, or a preset, name: all others are defaults. */
export function listGiven(flags: TrainFlags): GivenKey[] {
  const preset = flags.preset === undefined ? {} : findPreset(flags.preset as PresetName).fields
  const network = (flags.network ?? {}) as Partial<TrainingSettings>
  const own = PARAMETER_ROWS.flatMap(([key, parameter]) => (isGiven(parameter, flags) ? [key] : []))
  return [...new Set([...Object.keys(preset), ...Object.keys(network), ...own])] as GivenKey[]
}

/** Of two parameters that share a flag, the one that its value is meant for. */
function isGiven(parameter: HyperParameter, flags: TrainFlags): boolean {
  const value = flags[toCamelCase(parameter.flag)]
  return value !== undefined && isNumeric(parameter) === (typeof value === 'number')
}

function checkNeed({ name, needs, summary }: Preset, settings: TrainingSettings): void {
  if (needs === null || settings[needs] !== null) return
  throw new LabError(
    'bad-input',
    `Expected ${writeOption(PARAMETERS[needs])} with the preset ${name}; it is left out.`,
    summary,
  )
}

function toCamelCase(flag: string): string {
  return flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}
