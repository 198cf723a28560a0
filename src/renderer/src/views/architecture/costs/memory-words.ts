import type { Precision } from '../../../../../shared/spec'
import { BYTES_PER_GB, type MemoryChoice } from '../../../lib/network/memory-question'
import {
  MEMORY_PARTS,
  TIMED_PICTURES,
  estimateTrainingMemory,
  findLargestBatch,
  nameNetwork,
  type MemoryPart,
  type NetworkSpec,
  type TrainingMemory,
} from '../../../../../shared/vgg'
import { numberColumn, type ExportTable } from '../../../lib/export/export-table'
import { formatBytes, formatCount } from '../../../lib/words/format-value'

/** How each part of the memory is called, and what is in it. */
export const PART_WORDS: Readonly<Record<MemoryPart, { label: string; help: string }>> = {
  weights: { label: 'Weights', help: 'float32; for bfloat16 also a cast copy' },
  velocity: { label: 'Velocity', help: 'momentum: one number per parameter' },
  gradients: {
    label: 'Weight gradients',
    help: 'of the layer at the peak and the one above; micro-batches accumulate one per parameter',
  },
  activations: { label: 'Activations', help: 'of the forward pass, kept for the backward pass' },
  activationGradients: {
    label: 'Activation gradients',
    help: 'of the output and input of the layer at the peak',
  },
  workspace: {
    label: 'Workspace',
    help: 'reordered copies of the largest kernel and of its gradient; what TensorFlow’s allocator leaves unused next to large tensors',
  },
  runtime: { label: 'Runtime', help: 'TensorFlow’s libraries, Node and the graph, as measured' },
}

/** One way to train a network with a batch. */
export interface MemoryCase {
  readonly name: string
  /** "one call", "micro-batches". */
  readonly way: string
  readonly estimate: TrainingMemory
}

/** What is shown of a network's memory. */
export interface MemoryFacts {
  readonly name: string
  /** In one call, then, where there is more than one picture, in micro-batches. */
  readonly cases: readonly MemoryCase[]
  /** Of the memory, in one call; null while the memory is not known. */
  readonly largestBatch: number | null
}

/** What a person asks. */
export interface MemoryQuestion {
  readonly batchSize: number
  readonly precision: Precision
  /** null while it is not known. */
  readonly memoryBytes: number | null
}

/** Estimates for both ways to take a batch. */
export function askMemory(
  spec: NetworkSpec,
  { batchSize, precision, memoryBytes }: MemoryQuestion,
  mostPictures: number,
): MemoryFacts {
  const name = nameNetwork(spec)
  const estimate = (microBatch: number): TrainingMemory =>
    estimateTrainingMemory({ spec, batchSize, microBatch, precision })
  const whole = { name, way: 'one call', estimate: estimate(batchSize) }
  const cut = { name, way: 'micro-batches', estimate: estimate(1) }
  return {
    name,
    cases: batchSize === 1 ? [whole] : [whole, cut],
    largestBatch:
      memoryBytes === null ? null : findLargestBatch(spec, precision, memoryBytes, mostPictures),
  }
}

/** Whether it fits, in words. */
export interface Verdict {
  readonly fits: 'yes' | 'only in micro-batches' | 'no'
  /** "Fits in 24.00 GB at batch 32: yes" */
  readonly answer: string
  readonly details: string
}

/** Says whether a batch fits, and what would. */
export function tellVerdict(
  { cases, largestBatch }: MemoryFacts,
  { batchSize }: MemoryQuestion,
  memoryBytes: number,
  mostPictures: number,
): Verdict {
  const [whole, cut] = cases.map(({ estimate }) => estimate.bytes)
  const fitsWhole = whole !== undefined && whole <= memoryBytes
  const fitsCut = cut !== undefined && cut <= memoryBytes
  const fits = fitsWhole ? 'yes' : fitsCut ? 'only in micro-batches' : 'no'
  const answer = `Fits in ${formatBytes(memoryBytes)} at batch ${formatCount(batchSize)}: ${fits}`
  const most =
    largestBatch === null || largestBatch === 0
      ? 'Not even a batch of 1 fits.'
      : largestBatch >= mostPictures
        ? `Every batch up to ${formatCount(mostPictures)} fits in one call.`
        : `Largest batch in one call: ${formatCount(largestBatch)}.`
  const isAnyCut = fitsCut && largestBatch !== null && largestBatch < mostPictures
  return {
    fits,
    answer,
    details: isAnyCut ? `${most} In micro-batches a batch of any size fits.` : most,
  }
}

/** Bytes of the chosen memory, and what it is called; null bytes while nobody has told. */
export function resolveMemory(
  choice: MemoryChoice,
  machineBytes: number | null,
  gpuBytes: number | null,
): number | null {
  if (typeof choice === 'number') return choice * BYTES_PER_GB
  return choice === 'gpu' ? (gpuBytes ?? machineBytes) : machineBytes
}

/** What the engine does with a batch, for the note below the bars. */
export function tellCalls(batchSize: number): string {
  if (batchSize === 1) return ''
  const timed = Math.min(batchSize, TIMED_PICTURES)
  return `The engine first times calls of 1 and ${timed} pictures; if a step takes more than about a second it splits the batch into micro-batches, down to a single picture, and accumulates their gradients.`
}

/** The numbers of the bars. */
export function tabulateMemory(
  facts: readonly MemoryFacts[],
  { batchSize, precision }: MemoryQuestion,
): ExportTable {
  const cases = facts.flatMap((one) => one.cases)
  const row = (label: string, tell: (of: TrainingMemory) => number | string) => [
    label,
    ...cases.map(({ estimate }) => tell(estimate)),
  ]
  return {
    title: `Memory to train at batch ${batchSize}, ${precision}, in bytes (estimate)`,
    columns: [{ name: 'part' }, ...cases.map(({ name, way }) => numberColumn(`${name}, ${way}`))],
    rows: [
      ...MEMORY_PARTS.map((part) => row(PART_WORDS[part].label, ({ parts }) => parts[part])),
      row('All', ({ bytes }) => bytes),
      row('Peak at', ({ peakLayer }) => peakLayer),
    ],
  }
}
