import { itemAt } from '../present'

/**
 * Table 1 of the paper (section 2.1) as data: the one source of every shape, count, cost and
 * receptive field in the lab, and of the graph that the engine trains.
 */

/** The names of the six configurations, as the paper's Table 1 heads its columns. */
export const CONFIGURATION_NAMES = ['A', 'A-LRN', 'B', 'C', 'D', 'E'] as const

/** One of the six configurations of Table 1. */
export type ConfigurationName = (typeof CONFIGURATION_NAMES)[number]

/**
 * What each configuration is usually called; its letter is only the paper's. Short, so that the letter
 * behind it stays in sight in narrow fields; C has 1x1 convolutions where D has 3x3.
 */
export const COMMON_NAMES: Readonly<Record<ConfigurationName, string>> = {
  A: 'VGG-11',
  'A-LRN': 'VGG-11',
  B: 'VGG-13',
  C: 'VGG-16 1×1',
  D: 'VGG-16',
  E: 'VGG-19',
}

/** The usual name with the paper's letter: "VGG-16 (D)". */
export function describeConfiguration(name: ConfigurationName): string {
  return `${COMMON_NAMES[name]} (${name})`
}

/** One of the five groups of convolutions that end in a 2x2, stride 2 max-pool. */
export interface Block {
  /** Output channels of every convolution of the block, before the width multiplier. */
  readonly channels: number
  /** Side of each convolution's square kernel, in order. Stride 1; padding keeps the size. */
  readonly kernels: readonly number[]
  /** Indices of the convolutions that local response normalisation follows (A-LRN only). */
  readonly lrnAfter?: readonly number[]
}

/** A column of Table 1. */
export interface Configuration {
  readonly name: ConfigurationName
  readonly blocks: readonly Block[]
}

/**
 * Changes to a column of Table 1: other convolutions and other widths of fc6 and fc7. Channels stay
 * those of the column's blocks, and so does the LRN of A-LRN while the layer it follows is there.
 */
export interface NetworkEdit {
  /** What the person calls it. */
  readonly name: string
  /** Kernel sides of each block's convolutions, in order: five lists. */
  readonly kernels: readonly (readonly number[])[]
  /** Units of fc6 and fc7, before the width multiplier. */
  readonly fullyConnectedUnits: readonly [number, number]
}

/** Kernel sides that an edit may use; odd, so that padding keeps the size. */
export const KERNEL_SIZES = [1, 3, 5, 7] as const

/** Convolutions that a block of an edited network has at least and at most. */
export const CONVOLUTIONS_PER_BLOCK = { min: 1, max: 8 } as const

/** Channels of the five blocks (section 2.1): doubled after each pool up to 512. */
const BLOCK_CHANNELS = [64, 128, 256, 512, 512] as const

/** Widths of fc6 and fc7; fc8 has one unit for each class. */
export const FULLY_CONNECTED_UNITS = [4096, 4096] as const

/** Local response normalisation as Krizhevsky et al. 2012 give it; the sum is not divided by n. */
export const LRN = { n: 5, k: 2, alpha: 1e-4, beta: 0.75 } as const

function configure(
  name: ConfigurationName,
  kernels: readonly (readonly number[])[],
  lrnAfterFirst = false,
): Configuration {
  const blocks = BLOCK_CHANNELS.map((channels, index): Block => {
    const block = { channels, kernels: itemAt(kernels, index) }
    return lrnAfterFirst && index === 0 ? { ...block, lrnAfter: [0] } : block
  })
  return { name, blocks }
}

/** Table 1, by name. */
export const CONFIGURATIONS: Readonly<Record<ConfigurationName, Configuration>> = {
  A: configure('A', [[3], [3], [3, 3], [3, 3], [3, 3]]),
  'A-LRN': configure('A-LRN', [[3], [3], [3, 3], [3, 3], [3, 3]], true),
  B: configure('B', [
    [3, 3],
    [3, 3],
    [3, 3],
    [3, 3],
    [3, 3],
  ]),
  C: configure('C', [
    [3, 3],
    [3, 3],
    [3, 3, 1],
    [3, 3, 1],
    [3, 3, 1],
  ]),
  D: configure('D', [
    [3, 3],
    [3, 3],
    [3, 3, 3],
    [3, 3, 3],
    [3, 3, 3],
  ]),
  E: configure('E', [
    [3, 3],
    [3, 3],
    [3, 3, 3, 3],
    [3, 3, 3, 3],
    [3, 3, 3, 3],
  ]),
}
