import { InvalidArgumentError, Option } from 'commander'
import { parseScales } from '../../shared/evaluation/parse-scales'
import { MAX_SCALES } from '../../shared/evaluation/protocol'
import { checkNumber, type NumberParameter } from '../../shared/spec'

/** Help of the option `--json`. */
export const JSON_HELP = 'Print JSON.'

/** Parses a number and checks it against its parameter; the message names the range. */
export function parseNumber(parameter: NumberParameter, text: string): number {
  const value = text.trim() === '' ? NaN : Number(text)
  const fault = checkNumber(parameter, value)
  if (fault !== null) {
    throw new InvalidArgumentError(Number.isNaN(value) ? fault.replace('NaN', text) : fault)
  }
  return value
}

/** An option for a number with its range, which is the default when it is left out. */
export function makeNumberOption(flag: string, parameter: NumberParameter): Option {
  const { help, min, max, kind, default: value } = parameter
  const section = parameter.section === null ? '' : ` (section ${parameter.section})`
  const unit = parameter.unit === '' ? '' : ` ${parameter.unit}`
  return new Option(
    `--${flag} <${kind === 'integer' ? 'N' : 'F'}>`,
    `${help}${section} ${min} to ${max}${unit}; default ${value}.`,
  )
    .argParser((text: string) => parseNumber(parameter, text))
    .default(value)
}

/** Parses the test scales Q of an option, such as "256,384". */
export function readScales(text: string): readonly number[] {
  const scales = parseScales(text)
  if (scales !== null && scales.length <= MAX_SCALES) return scales
  throw new InvalidArgumentError(
    `Expected 1 to ${MAX_SCALES} sizes in pixels, such as 256,384; got ${text}.`,
  )
}
