import { present } from '../../../../../shared/present'
import { traceStackFields, type Stack } from '../../../../../shared/vgg'
import type { StackQuestion } from '../../../lib/network/stack-question'
import type { ExportTable } from '../../../lib/export/export-table'
import { capitalise, nameStack } from './stack-words'

/** A rectangle of cells of a plane. */
export interface CellBox {
  readonly column: number
  readonly row: number
  readonly columns: number
  readonly rows: number
}

/** One plane of a stack at a moment of the growth. */
export interface GrowthPlane {
  /** 0 is the output plane; the stack's layers below it count up. */
  readonly depth: number
  /** Side of the whole field on this plane. */
  readonly side: number
  /** The whole field, once every window that makes it was visited; null before. */
  readonly field: CellBox | null
  /** What the windows visited so far cover, while the field grows; their union. */
  readonly covered: readonly CellBox[]
}

/** A stack at a moment: its planes from the top, and the window that was visited last. */
export interface Growth {
  readonly planes: readonly GrowthPlane[]
  readonly window: {
    /** Plane that the window lies on; its unit is one plane above. */
    readonly depth: number
    readonly unit: CellBox
    readonly window: CellBox
  } | null
}

/** Cells of a plane's side: the wider field, and a unit on every side that it does not see. */
export function countCells({ stack, against }: StackQuestion): number {
  const fields = [stack, against].map((one) => present(traceStackFields(one).at(-1)))
  return Math.max(...fields) + 2
}

/** Number of steps until both sides have grown: the layers of the deeper one. */
export function countSteps({ stack, against }: StackQuestion): number {
  return Math.max(stack.layers, against.layers)
}

/**
 * The field of the middle output unit, grown downwards: step d visits the windows of all units of
 * the field on plane d - 1, row by row, and their union is the field on plane d.
 * @param progress - steps that have passed; a fraction is the share of the windows of the next one
 * @param cells - cells of a plane's side, odd
 */
export function growField(stack: Stack, progress: number, cells: number): Growth {
  const sides = traceStackFields(stack)
  const at = Math.min(Math.max(0, progress), stack.layers)
  const growing = Math.ceil(at)
  const share = at - (growing - 1)
  const startOf = (depth: number): number => (cells - present(sides[depth])) / 2
  const above = growing === 0 ? 1 : present(sides[growing - 1])
  const visited = Math.max(1, Math.ceil(share * above * above - 1e-9))
  const row = Math.floor((visited - 1) / above)
  const column = (visited - 1) % above
  const { kernel } = stack
  const planes = sides.map((side, depth): GrowthPlane => {
    const start = startOf(depth)
    const box = { column: start, row: start, columns: side, rows: side }
    const isGrowing = depth === growing && depth > 0 && visited < above * above
    if (isGrowing) {
      const covered = [{ column: start, row: start + row, columns: column + kernel, rows: kernel }]
      if (row > 0) {
        covered.push({ column: start, row: start, columns: side, rows: row - 1 + kernel })
      }
      return { depth, side, field: null, covered }
    }
    return { depth, side, field: depth <= growing ? box : null, covered: [] }
  })
  if (growing === 0) return { planes, window: null }
  const unit = {
    column: startOf(growing - 1) + column,
    row: startOf(growing - 1) + row,
    columns: 1,
    rows: 1,
  }
  const from = startOf(growing)
  const window = { column: from + column, row: from + row, columns: kernel, rows: kernel }
  return { planes, window: { depth: growing, unit, window } }
}

/** What a plane is called: "output", "after layer 2", "input". */
export function namePlane({ layers }: Stack, depth: number): string {
  if (depth === 0) return 'output'
  return depth === layers ? 'input' : `after layer ${layers - depth}`
}

/** Where the growth is, in words. */
export function describeGrowth({ stack, against }: StackQuestion, step: number): string {
  const seen = (one: Stack): string => {
    const depth = Math.min(step, one.layers)
    const side = present(traceStackFields(one)[depth])
    const place = namePlane(one, depth)
    const units = `${side} × ${side} ${side === 1 ? 'unit' : 'units'}`
    return `${nameStack(one)}: ${units} of the ${place === 'input' || place === 'output' ? place : `plane ${place}`}`
  }
  return capitalise(`${seen(stack)}; ${seen(against)}.`)
}

/** The sides of the fields, plane by plane. */
export function tabulateGrowth({ stack, against }: StackQuestion): ExportTable {
  const [own, other] = [traceStackFields(stack), traceStackFields(against)]
  return {
    title: `Field of one unit of ${nameStack(stack)} and of ${nameStack(against)}, layers below it`,
    columns: [
      { name: 'layers below', align: 'right' },
      { name: `${nameStack(stack)}: side (units)`, align: 'right' },
      { name: `${nameStack(against)}: side (units)`, align: 'right' },
    ],
    rows: Array.from({ length: Math.max(own.length, other.length) }, (_, depth) => [
      depth,
      own[depth] ?? null,
      other[depth] ?? null,
    ]),
  }
}
