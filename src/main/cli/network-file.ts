import { readFileSync } from 'node:fs'
import { InvalidArgumentError } from 'commander'
import { PARAMETERS, checkChoice, readNetworkFile } from '../../shared/spec'
import type { ConfigurationName, NetworkChoice } from '../../shared/vgg'
import { describeFileError } from '../files/disk-errors'

/**
 * Parses the path of a network's file, as the Architecture view exports it.
 * @throws InvalidArgumentError in one line when there is none or no network can be built from it.
 */
export function parseNetworkFile(path: string): NetworkChoice {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new InvalidArgumentError(
      `Expected a network file that can be read; ${describeFileError(error)}.`,
    )
  }
  const read = readNetworkFile(text)
  if ('fault' in read) throw new InvalidArgumentError(read.fault)
  return read.network
}

/** Parses a configuration's name, or the path of a network's file, which ends in .json. */
export function parseNetwork(text: string): NetworkChoice {
  if (text.toLowerCase().endsWith('.json')) return parseNetworkFile(text)
  const fault = checkChoice(PARAMETERS.configuration, text)
  if (fault === null) return { configuration: text as ConfigurationName }
  throw new InvalidArgumentError(`${fault} A network file must end in .json.`)
}
