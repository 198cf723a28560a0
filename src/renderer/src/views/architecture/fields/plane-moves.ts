import type { UnitPlace } from '../../../lib/links/architecture-place'

/** A plane of units or pixels. */
export interface PlaneSize {
  readonly rows: number
  readonly columns: number
}

/** Steps that Shift and the page keys take at once. */
const LONG_STEP = 10

/** Where a key leads from a place in a plane, held inside it; null for a key that does not move. */
export function movePlace(
  { row, column }: UnitPlace,
  key: string,
  isLong: boolean,
  size: PlaneSize,
): UnitPlace | null {
  const by = isLong ? LONG_STEP : 1
  const targets: Record<string, UnitPlace> = {
    ArrowLeft: { row, column: column - by },
    ArrowRight: { row, column: column + by },
    ArrowUp: { row: row - by, column },
    ArrowDown: { row: row + by, column },
    PageUp: { row: row - LONG_STEP, column },
    PageDown: { row: row + LONG_STEP, column },
    Home: { row, column: 0 },
    End: { row, column: size.columns - 1 },
  }
  const target = targets[key]
  return target === undefined ? null : holdInside(target, size)
}

/** The nearest place inside a plane. */
export function holdInside({ row, column }: UnitPlace, { rows, columns }: PlaneSize): UnitPlace {
  const hold = (value: number, count: number): number => Math.min(count - 1, Math.max(0, value))
  return { row: hold(row, rows), column: hold(column, columns) }
}

/** Units between the lines of a drawn plane: each one, or as many as leave at most 64 lines. */
export function lineStepOf(side: number): number {
  const MOST_LINES = 64
  let step = 1
  while (side / step > MOST_LINES) step *= 2
  return step
}
