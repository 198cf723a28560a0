import { InvalidArgumentError, Option } from 'commander'
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
