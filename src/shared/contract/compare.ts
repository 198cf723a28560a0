import { z } from 'zod'
import { absolutePath, index, layer, model, stage } from './args'
import { QUESTION_PATIENCE_MS, defineEngineCalls, resultOf, type Infer } from './call-table'
import { MAX_COMPARED } from './question-limits'
import type { MapThumbnail, Prediction } from './inspect'

/** More rows than anybody reads, and less than would hold up a step. */
const MAX_CHANNELS = 256

const column = z.strictObject({ model, image: absolutePath })
const columns = z.array(column).min(1).max(MAX_COMPARED)
const output = z.strictObject({ layer, stage })
const share = z.number().min(0).max(1)

/** A picture as one network sees it. An image is named by its absolute path. */
export type ComparedColumn = Infer<typeof column>
/** The output of a layer that is compared. */
export type ComparedLayer = Infer<typeof output>

/** What a column's pass gave, without its maps. */
export interface ColumnSummary extends ComparedLayer {
  readonly prediction: Prediction
  /** Of the network, in words: "run digits, epoch-0007 (best)". */
  readonly title: string
  /** Names of the units of fc8 and prob. */
  readonly classNames: readonly string[]
  /** `[H, W, C]`; a fully connected layer is `[1, 1, units]`. */
  readonly shape: readonly [number, number, number]
  /** `[C]` each: a channel's smallest, largest and mean value. */
  readonly min: Float32Array
  readonly max: Float32Array
  readonly mean: Float32Array
  /** Training step of the weights, where they are in training. */
  readonly step: number | null
}

/** Some channels of each column, not averaged down. */
export interface ComparedMaps extends ComparedLayer {
  /** One list a column, in the order asked; channels that its layer has not are left out. */
  readonly columns: readonly (readonly MapThumbnail[])[]
  /** The second column's less the first's, where it was asked for. */
  readonly difference: readonly MapThumbnail[] | null
}

/** How two columns of the same shape differ, unit by unit. */
export interface ColumnDifference {
  /** `[C]` each, over a channel's units: the mean and the largest of the absolute difference. */
  readonly meanAbsolute: Float32Array
  readonly largest: Float32Array
  /** `[C]` Pearson's correlation of a channel's units; NaN where one of the two is constant. */
  readonly correlation: Float32Array
  /** Pearson's correlation of all units of the layer; NaN where one of the two is constant. */
  readonly layerCorrelation: number
}

/** The calls about pictures, or networks, side by side. */
export const COMPARE_CALLS = defineEngineCalls('a comparison of pictures', {
  /**
   * One forward pass for one column. Its activations are kept, so that the questions below cost no
   * pass, until others take their room.
   */
  'compare.column': {
    args: column.extend(output.shape),
    result: resultOf<ColumnSummary>(),
    isLatestOnly: false,
    patienceMs: QUESTION_PATIENCE_MS,
  },
  /** Of the weights and the picture that `compare.column` met last; otherwise with a pass. */
  'compare.maps': {
    args: output.extend({
      columns,
      channels: z.array(index).max(MAX_CHANNELS),
      /** Of two columns of the same shape. */
      difference: z.boolean(),
    }),
    result: resultOf<ComparedMaps>(),
    isLatestOnly: true,
    patienceMs: 0,
  },
  /** @throws LabError `bad-input` for layers of different shapes */
  'compare.difference': {
    args: output.extend({ first: column, second: column }),
    result: resultOf<ColumnDifference>(),
    isLatestOnly: true,
    patienceMs: 0,
  },
  /**
   * The raw value of the unit at a place in each column, as shares of the map's width and height; null
   * where there is no such channel.
   */
  'compare.units': {
    args: output.extend({ columns, channel: index, u: share, v: share }),
    result: resultOf<(number | null)[]>(),
    isLatestOnly: true,
    patienceMs: 0,
  },
})
