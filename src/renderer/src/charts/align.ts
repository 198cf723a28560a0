import { present } from '../../../shared/present'

/** One line to be drawn: chosen points of a column. */
export interface Trace {
  readonly x: Float64Array
  readonly y: Float64Array
  /** The first `count` entries of `indices` are drawn, rising. */
  readonly indices: Uint32Array
  readonly count: number
}

/** Rows of the drawing library: one rising x for all, null where a line has no point. */
export type AlignedRows = [x: number[], ...y: (number | null)[][]]

/** Merges lines with points of their own onto one x. Values that are not numbers become gaps. */
export function alignTraces(traces: readonly Trace[]): AlignedRows {
  const x: number[] = []
  const rows: (number | null)[][] = traces.map(() => [])
  const at = new Uint32Array(traces.length)
  for (;;) {
    let next = Infinity
    traces.forEach((trace, line) => {
      const here = xAt(trace, present(at[line]))
      if (here < next) next = here
    })
    if (next === Infinity) return [x, ...rows]
    x.push(next)
    traces.forEach((trace, line) => {
      const position = present(at[line])
      const isHere = xAt(trace, position) === next
      const value = isHere ? trace.y[present(trace.indices[position])] : undefined
      rows[line]?.push(value === undefined || !Number.isFinite(value) ? null : value)
      if (isHere) at[line] = position + 1
    })
  }
}

function xAt(trace: Trace, position: number): number {
  if (position >= trace.count) return Infinity
  return present(trace.x[present(trace.indices[position])])
}
