import { present } from '../present'

/** How the values of a tensor are spread. The histograms are of a sample, at most about 16,384 values. */
export interface ValueSpread {
  /** Standard deviation of all values. */
  readonly deviation: number
  /** Largest finite magnitude of the sample: `even` goes from -limit to limit. */
  readonly limit: number
  /** Counts in {@link EVEN_BINS} bins of the same width. */
  readonly even: readonly number[]
  /** Counts by magnitude in half decades, see {@link LOG_BINS}; zeros are left out. */
  readonly log: readonly number[]
}

/** One weight layer at a measured update. */
export interface LayerMeasure {
  readonly layer: string
  readonly weight: ValueSpread
  /** Of the mean loss of the update's pictures, without weight decay; null where it does not learn. */
  readonly gradient: ValueSpread | null
  /** What was taken off the weights: learning rate times velocity. */
  readonly update: ValueSpread | null
  /** Deviation of the update over that of the weights. */
  readonly ratio: number | null
  /** Channels (units, of a fully connected layer) that no picture of the update made active. */
  readonly dead: number | null
  readonly channels: number
}

/** A line of `layers.jsonl`: what the layers did in one update. */
export interface LayersLine {
  readonly step: number
  /** Epochs done, with the fraction of the one in progress. */
  readonly epoch: number
  readonly layers: readonly LayerMeasure[]
}

const EVEN_BINS = 31
/** Bins of magnitude: the first begins at 10^from and each is half a decade; what is beyond sits in the outermost. */
export const LOG_BINS = { from: -12, perDecade: 2, count: 32 } as const

/** Histograms of values whose deviation is known. */
export function spreadValues(values: Float32Array, deviation: number, factor = 1): ValueSpread {
  let limit = 0
  for (const raw of values) {
    const magnitude = Math.abs(raw * factor)
    if (Number.isFinite(magnitude)) limit = Math.max(limit, magnitude)
  }
  const even = new Array<number>(EVEN_BINS).fill(0)
  const log = new Array<number>(LOG_BINS.count).fill(0)
  for (const raw of values) {
    const value = raw * factor
    if (!Number.isFinite(value)) continue
    const place = limit === 0 ? 0.5 : (value + limit) / (2 * limit)
    const at = Math.min(EVEN_BINS - 1, Math.floor(place * EVEN_BINS))
    even[at] = present(even[at]) + 1
    if (value === 0) continue
    const decades = Math.log10(Math.abs(value)) - LOG_BINS.from
    const bin = Math.floor(decades * LOG_BINS.perDecade)
    const inside = Math.min(LOG_BINS.count - 1, Math.max(0, bin))
    log[inside] = present(log[inside]) + 1
  }
  return { deviation, limit, even, log }
}

/** Median of the layers' update-to-weight ratios, and the share of dead channels; null where there is none. */
export function summariseLayers({ layers }: LayersLine): {
  ratio: number | null
  dead: number | null
} {
  const ratios = layers
    .flatMap(({ ratio }) => (ratio === null ? [] : [ratio]))
    .sort((a, b) => a - b)
  const rectified = layers.filter(({ dead }) => dead !== null)
  const channels = rectified.reduce((sum, layer) => sum + layer.channels, 0)
  const dead = rectified.reduce((sum, layer) => sum + (layer.dead ?? 0), 0)
  return {
    ratio: ratios[Math.floor(ratios.length / 2)] ?? null,
    dead: channels === 0 ? null : dead / channels,
  }
}

/** Reads a row of `layers.jsonl`; null for one that a crash tore. */
export function parseLayers(row: string): LayersLine | null {
  if (!row.startsWith('{') || !row.endsWith('}')) return null
  try {
    const line = JSON.parse(row) as Partial<LayersLine>
    return Number.isInteger(line.step) && Array.isArray(line.layers) ? (line as LayersLine) : null
  } catch {
    return null
  }
}

/**
 * Adds a line to those before it. A step that is not beyond the last one comes again after a run went on
 * from a checkpoint: it takes the place of what was lost.
 */
export function appendLayers(lines: LayersLine[], line: LayersLine): void {
  while ((lines[lines.length - 1]?.step ?? -1) >= line.step) lines.pop()
  lines.push(line)
}

/** Leaves out every other of the older lines, once there are more than a limit; the last stays. */
export function thinLayers(lines: LayersLine[], most: number): void {
  if (lines.length <= most) return
  const last = lines.length - 1
  const kept = lines.filter((_, index) => index % 2 === 0 || index === last)
  lines.splice(0, Infinity, ...kept)
}
