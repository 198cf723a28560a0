import type { Precision } from '../../../../shared/spec'
import type { MemoryChoice } from '../network/memory-question'
import type { StackQuestion } from '../network/stack-question'
import type { NetworkChoice, NetworkSpec } from '../../../../shared/vgg'

/** The parts of the Architecture view, in order. */
export const SECTIONS = [
  { value: 'table', label: 'Table 1' },
  { value: 'costs', label: 'Costs' },
  { value: 'fields', label: 'Receptive fields' },
  { value: 'stacks', label: 'Stacks of 3×3' },
  { value: 'convolution', label: 'Convolution' },
  { value: 'transfer', label: 'Pre-initialisation' },
] as const

/** One of {@link SECTIONS}. */
export type SectionName = (typeof SECTIONS)[number]['value']

/** A unit's place in its layer, from 0. */
export interface UnitPlace {
  readonly row: number
  readonly column: number
}

/** A unit that stays shown beside the one that is pointed at. */
export interface PinnedUnit extends UnitPlace {
  readonly layer: string
}

/** Everything that a link to this view carries. */
export interface ArchitecturePlace {
  readonly section: SectionName
  readonly spec: NetworkSpec
  readonly compare: NetworkChoice | null
  /** What a pre-initialisation copies from. */
  readonly from: NetworkChoice
  /** Name of the chosen layer. */
  readonly layer: string
  /** null: the middle unit. */
  readonly unit: UnitPlace | null
  readonly pinned: PinnedUnit | null
  readonly batchSize: number
  readonly precision: Precision
  /** What a training run must fit into. */
  readonly memory: MemoryChoice
  readonly stack: StackQuestion
}

/** VGG-16 as in the paper. */
export const FIRST_PLACE: ArchitecturePlace = {
  section: 'table',
  spec: { configuration: 'D', inputSize: 224, classes: 1000, width: 1 },
  compare: null,
  from: { configuration: 'A' },
  layer: 'conv3_3',
  unit: null,
  pinned: null,
  batchSize: 32,
  precision: 'float32',
  memory: 'machine',
  stack: {
    stack: { layers: 3, kernel: 3 },
    against: { layers: 1, kernel: 7 },
    channels: 256,
    sizePx: 56,
  },
}

/** Whether two choices are the same network, name included. */
export function isSameChoice(a: NetworkChoice | null, b: NetworkChoice | null): boolean {
  if (a === null || b === null) return a === b
  return a.configuration === b.configuration && writeEdit(a) === writeEdit(b)
}

/** Compared as text, in an order of its own: an edit from a file may have its fields in another. */
function writeEdit({ edit }: NetworkChoice): string {
  return edit === undefined
    ? ''
    : JSON.stringify([edit.name, edit.kernels, edit.fullyConnectedUnits])
}
