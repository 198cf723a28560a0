/**
 * How a picture is shown to a network to be tested (sections 3.2 and 4.3 of the paper). A protocol is made
 * of passes, whose soft-max outputs are averaged; a pass is what is computed, and kept, once.
 */

/** What a person chooses: `both` averages dense and multi-crop (section 4.3). */
export const PROTOCOL_KINDS = ['center', 'dense', 'crops', 'both'] as const
export type ProtocolKind = (typeof PROTOCOL_KINDS)[number]

/** Crops a side of the multi-crop grid: 5 x 5 (section 3.2). */
export const GRID_SIDE = 5

/** Test scales of one protocol at most. */
export const MAX_SCALES = 8

/** How pictures are shown to a network. */
export interface Protocol {
  readonly kind: ProtocolKind
  /** Test scales: smallest sides Q in pixels, ascending, each once. */
  readonly scales: readonly number[]
  /** Whether the mirrored picture is shown too, and the two averaged. */
  readonly flip: boolean
}

/** One way of showing a picture, at one scale. */
export interface Pass {
  readonly kind: Exclude<ProtocolKind, 'both'>
  /** Smallest side Q, in pixels. */
  readonly scale: number
  readonly flip: boolean
}

/** A pass with its share in the mean of soft-max outputs; the shares of a protocol sum to 1. */
export interface WeighedPass extends Pass {
  readonly weight: number
}

/**
 * The passes of a protocol. Dense and multi-crop weigh the same where both are there, and so does each
 * scale.
 */
export function listPasses({ kind, scales, flip }: Protocol): readonly WeighedPass[] {
  const kinds = kind === 'both' ? (['dense', 'crops'] as const) : [kind]
  const weight = 1 / (kinds.length * scales.length)
  return kinds.flatMap((own) => scales.map((scale) => ({ kind: own, scale, flip, weight })))
}

/** What is wrong with a protocol for networks of that input size, one line a fault. */
export function checkProtocol(
  { scales }: Protocol,
  inputSize: number,
  largestScale: number,
): string[] {
  const faults: string[] = []
  if (scales.length === 0 || scales.length > MAX_SCALES)
    faults.push(`Expected 1 to ${MAX_SCALES} test scales; got ${scales.length}.`)
  const wrong = scales.find(
    (scale) => !Number.isInteger(scale) || scale < inputSize || scale > largestScale,
  )
  if (wrong !== undefined)
    faults.push(
      `Expected test scales from the input size, ${inputSize} px, to ${largestScale} px; got ${wrong}.`,
    )
  if (new Set(scales).size < scales.length)
    faults.push(`Expected each test scale once; got ${scales.join(', ')}.`)
  return faults
}

/** A protocol in words: "Q=256, 384, dense + flip". */
export function describeProtocol({ kind, scales, flip }: Protocol): string {
  const how = {
    center: 'centre crop',
    dense: 'dense',
    crops: `${GRID_SIDE}×${GRID_SIDE} crops`,
    both: `dense and ${GRID_SIDE}×${GRID_SIDE} crops`,
  }[kind]
  return `Q=${scales.join(', ')}, ${how}${flip ? ' + flip' : ''}`
}
