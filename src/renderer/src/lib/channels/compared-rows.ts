import type {
  ColumnDifference,
  ColumnSummary,
  ComparedColumn,
  ComparedLayer,
  MapThumbnail,
  ModelRef,
} from '../../../../shared/contract'
import type { Ablation } from '../../../../shared/spec'

/** What stands side by side. */
export const COMPARE_MODES = ['pictures', 'networks', 'ablations'] as const
export type CompareMode = (typeof COMPARE_MODES)[number]

/** What a link, or a step back, puts side by side. */
export interface ComparedPlace {
  readonly mode: CompareMode
  /** Absolute paths, in their order. */
  readonly pictures: readonly string[]
  /** The network beside the view's own; null until one is chosen. */
  readonly other: ModelRef | null
  /** What the second column is asked with; none in the other modes. */
  readonly ablations: readonly Ablation[]
}

/** A column's maps in the rows, with the numbers that they are scaled by. */
export interface ShownColumn {
  readonly summary: ColumnSummary
  /** By channel. */
  readonly maps: Readonly<Record<number, MapThumbnail>>
}

/** The rows that are shown, of one layer and stage. */
export interface ShownRows extends ComparedLayer {
  readonly channels: readonly number[]
  /** By {@link keyOf} of the column. */
  readonly columns: Readonly<Record<string, ShownColumn>>
  /** The second network less the first; null for pictures, and where shapes differ. */
  readonly difference: {
    readonly numbers: ColumnDifference
    readonly maps: Readonly<Record<number, MapThumbnail>>
  } | null
}

/** Names a column. */
export function keyOf({ model, image }: ComparedColumn): string {
  return JSON.stringify([model, image])
}

/** Why there is no difference of two networks' layers, in words; null where there is one. */
export function explainNoDifference(
  first: Pick<ColumnSummary, 'layer' | 'shape' | 'classNames'>,
  second: Pick<ColumnSummary, 'layer' | 'shape' | 'classNames'>,
): string | null {
  const { layer } = first
  if (first.shape.join() !== second.shape.join()) {
    return `${layer} is ${first.shape.join(' × ')} in A and ${second.shape.join(' × ')} in B, so there is no difference unit by unit.`
  }
  const areClasses = layer === 'fc8' || layer === 'prob'
  if (areClasses && first.classNames.join('\n') !== second.classNames.join('\n')) {
    return `The classes of A and B differ, so a unit of ${layer} is not the same class in both.`
  }
  return null
}

/** Maps by their channel. */
export function byChannel(maps: readonly MapThumbnail[]): Readonly<Record<number, MapThumbnail>> {
  return Object.fromEntries(maps.map((map) => [map.channel, map]))
}
