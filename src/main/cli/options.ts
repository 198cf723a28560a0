import { resolve } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import {
  AUGMENTATIONS,
  PARAMETERS,
  PRESET_NAMES,
  applyPreset,
  checkNumber,
  checkParameter,
  checkSettings,
  defaultScale,
  defaultSettings,
  findPreset,
  type Augmentation,
  type NumberParameter,
  type Parameter,
  type ParameterKey,
  type Preset,
  type PresetName,
  type TrainingSettings,
} from '../../shared/spec'
import { LabError } from '../../shared/contract'
import { parseNetworkFile } from './network-file'

/** Help of the option `--json`. */
export const JSON_HELP = 'Print JSON.'

/** Parses a number and checks it against a row of the table; the message names the range. */
export function parseNumber(parameter: NumberParameter, text: string): number {
  const value = text.trim() === '' ? NaN : Number(text)
  const fault = checkNumber(parameter, value)
  if (fault !== null) {
    throw new InvalidArgumentError(Number.isNaN(value) ? fault.replace('NaN', text) : fault)
  }
  return value
}

/** An option made of a row of the table: flag, range, default and section in its help. */
export function makeOption(parameter: Parameter, metavar?: string): Option {
  const section = parameter.section === null ? '' : ` (section ${parameter.section})`
  if (parameter.kind === 'choice') {
    const option = new Option(
      `--${parameter.flag} <${metavar ?? 'name'}>`,
      `${parameter.help}${section} One of ${parameter.choices.join(', ')}; default ${parameter.default}.`,
    )
    return option.argParser((text: string) => {
      const fault = checkParameter(parameter, text)
      if (fault !== null) throw new InvalidArgumentError(fault)
      return text
    })
  }
  const unit = parameter.unit === '' ? '' : ` ${parameter.unit}`
  const option = new Option(
    `--${parameter.flag} <${metavar ?? (parameter.kind === 'integer' ? 'N' : 'F')}>`,
    `${parameter.help}${section} ${parameter.min} to ${parameter.max}${unit}; default ${parameter.default}.`,
  )
  return option.argParser((text: string) => parseNumber(parameter, text))
}

/** An integer option that is no hyper-parameter. */
export function makeIntegerOption(
  flag: string,
  label: string,
  range: { min: number; max: number; default: number },
  help: string,
): Option {
  return makeOption({ kind: 'integer', label, flag, unit: '', section: null, help, ...range })
}

/** `--val` takes a share or a folder, so it is not made of its row alone. */
const SPECIAL: readonly ParameterKey[] = ['validationShare']

/** What commander hands over: values by the flag in camel case. */
export type TrainFlags = Record<string, unknown>

/** The options of `train` that change the settings of a run. */
export function makeTrainOptions(): Option[] {
  const fromTable = (Object.keys(PARAMETERS) as ParameterKey[])
    .filter((key) => !SPECIAL.includes(key))
    .map((key) => makeOption(PARAMETERS[key]))
  const { validationShare } = PARAMETERS
  return [
    new Option(
      '--preset <name>',
      `Settings that belong together, see \`vgg-lab presets\`; other options change single ones. One of ${PRESET_NAMES.join(', ')}.`,
    ).choices(PRESET_NAMES),
    ...fromTable,
    new Option(
      '--network <file.json>',
      'An edited network of the Architecture view, in place of --config.',
    )
      .argParser(parseNetworkFile)
      .conflicts('config'),
    new Option(
      '--val <F|folder>',
      `${validationShare.help} ${validationShare.min} to ${validationShare.max}, or a folder of validation pictures; default ${validationShare.default}.`,
    ).argParser(parseValidation),
    new Option(
      '--scale <S|A-B>',
      'Smallest side S of a training picture before its crop, in pixels, or a range to draw it from (section 3.1). Default: the input size times 256/224.',
    ).argParser(parseScale),
    new Option(
      '--augment <list>',
      `none, or some of ${AUGMENTATIONS.join(', ')}, joined by commas (section 3.1). Default: ${defaultSettings().augment.join(',') || 'none'}.`,
    ).argParser(parseAugment),
    new Option(
      '--pre-init <run>',
      "Copies conv1_1, conv2_1, conv3_1, conv3_2 and the FC layers of a run's best checkpoint, by name where the shapes agree (section 3.1).",
    ),
    new Option(
      '--weights <file|run>',
      'Weights to start from: a run folder, or an .onnx or .safetensors file of anybody; their preprocessing is taken over, and a classifier of another shape is drawn anew.',
    ),
    new Option('--freeze <layer>', 'Layers up to and including this one are not updated.'),
  ]
}

/**
 * Settings from the options; what is left out is the default.
 * @throws LabError `bad-input` for what only shows when all are together.
 */
export function readSettings(flags: TrainFlags): TrainingSettings {
  const name = flags.preset as PresetName | undefined
  const preset = name === undefined ? null : findPreset(name)
  const changes: Record<string, unknown> = {}
  for (const key of Object.keys(PARAMETERS) as ParameterKey[]) {
    const value = flags[toCamelCase(PARAMETERS[key].flag)]
    if (value !== undefined && !SPECIAL.includes(key)) changes[key] = value
  }
  const { val, scale, augment, preInit, weights, freeze, network } = flags
  Object.assign(changes, network)
  if (typeof val === 'number') changes.validationShare = val
  if (typeof val === 'string') changes.validationFolder = resolve(val)
  if (scale !== undefined) changes.scale = scale
  if (augment !== undefined) changes.augment = augment
  if (typeof preInit === 'string') changes.preInit = resolve(preInit)
  if (typeof weights === 'string') changes.weights = resolve(weights)
  if (typeof freeze === 'string') changes.freeze = freeze
  const base = preset === null ? defaultSettings() : applyPreset(preset, defaultSettings())
  const given = typeof flags.input === 'number' ? { scale: defaultScale(flags.input) } : {}
  const settings: TrainingSettings = { ...base, ...given, ...changes }
  const faults = Object.values(checkSettings(settings))
  if (faults.length > 0) throw new LabError('bad-input', faults.join(' '))
  if (preset !== null) checkNeed(preset, settings)
  return settings
}

function checkNeed({ name, needs, summary }: Preset, settings: TrainingSettings): void {
  if (needs === null || settings[needs] !== null) return
  const option = needs === 'preInit' ? '--pre-init <run>' : '--weights <file|run>'
  throw new LabError(
    'bad-input',
    `Expected ${option} with the preset ${name}; it is left out.`,
    summary,
  )
}

function toCamelCase(flag: string): string {
  return flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}

function parseValidation(text: string): number | string {
  const isNumber = text.trim() !== '' && !Number.isNaN(Number(text))
  return isNumber ? parseNumber(PARAMETERS.validationShare, text) : text
}

function parseScale(text: string): TrainingSettings['scale'] {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text.trim())
  if (match === null) {
    throw new InvalidArgumentError(`Scale must be whole pixels S, or a range A-B; got ${text}.`)
  }
  const min = Number(match[1])
  return { min, max: match[2] === undefined ? min : Number(match[2]) }
}

function parseAugment(text: string): Augmentation[] {
  if (text === 'none') return []
  const words = text.split(',').map((word) => word.trim())
  const unknown = words.find((word) => !(AUGMENTATIONS as readonly string[]).includes(word))
  if (unknown !== undefined) {
    throw new InvalidArgumentError(
      `Augmentation must be none, or some of ${AUGMENTATIONS.join(', ')} joined by commas; got ${text}.`,
    )
  }
  return AUGMENTATIONS.filter((name) => words.includes(name))
}
