import { checkNumber, type NumberParameter } from '../../../../shared/spec'
import { OWN_MEMORY, type MemoryChoice } from '../network/memory-question'
import { STACK_PARAMETERS } from '../network/stack-question'
import { findLayer, type Layer, type Network, type Stack } from '../../../../shared/vgg'
import type { PinnedUnit, UnitPlace } from './architecture-place'

/** What is wrong with a link, in one line. */
export class LinkFault extends Error {}

/**
 * Reads what follows the question mark. Each key at most once, and none that the lab does not know: a
 * link is taken whole or refused.
 * @returns what gives a key's value
 * @throws LinkFault
 */
export function readKeys<Key extends string>(
  query: string,
  keys: readonly Key[],
): (key: Key) => string | undefined {
  const values = new Map<string, string>()
  for (const [key, value] of new URLSearchParams(query)) {
    if (!(keys as readonly string[]).includes(key)) {
      throw new LinkFault(
        `The link has "${key}", which is none of ${keys.join(', ')}; copy it again from the lab.`,
      )
    }
    if (values.has(key)) throw new LinkFault(`The link has "${key}" twice; it must be there once.`)
    values.set(key, value)
  }
  return (key) => values.get(key)
}

/** What is shown where the network has no layer of that name: its first. */
export function findShown(network: Network, name: string): Layer {
  const found = network.layers.find((layer) => layer.name === name) ?? network.layers[0]
  if (found === undefined) throw new Error('Expected a network with layers.')
  return found
}

/** @throws LinkFault that lists the names, when the network has none of that name */
export function needLayer(network: Network, name: string): Layer {
  try {
    return findLayer(network, name)
  } catch (thrown) {
    throw new LinkFault(thrown instanceof Error ? thrown.message : String(thrown))
  }
}

/** The unit, or the nearest that the layer has. */
export function holdUnit(
  { row, column }: UnitPlace,
  { output: [height, width] }: Layer,
): UnitPlace {
  return { row: Math.min(row, height - 1), column: Math.min(column, width - 1) }
}

/** Reads "row,column". @throws LinkFault for a unit that the layer does not have */
export function readUnit(text: string | undefined, layer: Layer): UnitPlace | null {
  if (text === undefined) return null
  const [height, width] = layer.output
  const [row, column, ...rest] = text.split(',').map(toWhole)
  const isInside =
    row !== undefined && row < height && column !== undefined && column < width && !rest.length
  if (isInside) return { row, column }
  throw new LinkFault(
    `A unit of ${layer.name} is row,column inside ${height} × ${width}, from 0; got ${JSON.stringify(text)}.`,
  )
}

/** Reads "layer,row,column". @throws LinkFault */
export function readPinned(text: string | undefined, network: Network): PinnedUnit | null {
  if (text === undefined) return null
  const [layer, unit = ''] = splitOnce(text, ',')
  const place = readUnit(unit, needLayer(network, layer))
  return place && { layer, ...place }
}

/** "3,7": layers, then their kernel. */
export function writeStack({ layers, kernel }: Stack): string {
  return `${layers},${kernel}`
}

/** Reads what {@link writeStack} wrote. @throws LinkFault */
export function readStack(key: 'stack' | 'against', text: string | undefined): Stack | null {
  if (text === undefined) return null
  const [layers, kernel, ...rest] = text.split(',')
  if (layers === undefined || kernel === undefined || rest.length > 0) {
    throw new LinkFault(
      `"${key}" is the number of layers and their kernel, as 3,3; got ${JSON.stringify(text)}.`,
    )
  }
  return {
    layers: readNumber(STACK_PARAMETERS[`${key}Layers`], layers, 1),
    kernel: readNumber(STACK_PARAMETERS[`${key}Kernel`], kernel, 1),
  }
}

/** "machine", "gpu" or a number of GB. @throws LinkFault */
export function readMemory(text: string | undefined): MemoryChoice {
  if (text === undefined) return 'machine'
  return text === 'machine' || text === 'gpu' ? text : readNumber(OWN_MEMORY, text, 0)
}

/** One of the words. @throws LinkFault that lists them */
export function readChoice<T extends string>(key: string, choices: readonly T[], value: string): T {
  const found = choices.find((choice) => choice === value)
  if (found !== undefined) return found
  throw new LinkFault(
    `"${key}" of the link must be one of ${choices.join(', ')}; got ${JSON.stringify(value)}.`,
  )
}

/** A number in its range; `left` where the link leaves it out. @throws LinkFault with the range */
export function readNumber(
  parameter: NumberParameter,
  text: string | undefined,
  left: number,
): number {
  if (text === undefined) return left
  // Number('') is 0 and Number('0x20') is 32: neither is what a link of the lab has.
  const value = /^\d+(\.\d+)?(e-?\d+)?$/.test(text) ? Number(text) : NaN
  const fault = checkNumber(parameter, value)
  if (fault === null) return value
  throw new LinkFault(
    Number.isNaN(value) ? fault.replace('got NaN', `got ${JSON.stringify(text)}`) : fault,
  )
}

/** NaN for what is no whole number, so that it is inside nothing. */
export function toWhole(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : NaN
}

/** What is before the first mark, and what is after it, if it is there. */
export function splitOnce(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}
