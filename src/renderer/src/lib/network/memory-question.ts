import type { NumberParameter } from '../../../../shared/spec'

/** Which memory a training run must fit into: the machine's, the GPU's, or a given number of GB. */
export type MemoryChoice = 'machine' | 'gpu' | number

/** Bytes of one GB of a {@link MemoryChoice}. */
export const BYTES_PER_GB = 1e9

/** A memory that is typed. */
export const OWN_MEMORY: NumberParameter = {
  kind: 'number',
  label: 'Own memory',
  default: 24,
  min: 0.5,
  max: 10_000,
  unit: 'GB',
  section: null,
  help: 'Memory to train in, in GB of 10⁹ bytes.',
}
