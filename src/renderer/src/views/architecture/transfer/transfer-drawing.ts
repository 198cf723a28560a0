import { present } from '../../../../../shared/present'
import type { TransferOutcome } from '../../../lib/words/transfer-words'
import type { PositionClash, TransferPlan, TransferRow, WeightRow } from './transfer-plan'

/** A layer with weights, as a row of the drawing. */
export interface DrawnRow {
  readonly row: WeightRow
  /** Middle of the row. */
  readonly yPx: number
}

/** A pool or LRN between the rows, in the columns of the networks that have it. */
export interface DrawnMark {
  readonly row: TransferRow
  readonly yPx: number
}

/** The rows of a block, or of the fully connected layers. */
export interface DrawnBlock {
  readonly label: string
  readonly topPx: number
  readonly heightPx: number
}

/** Where all of it is drawn; the columns have their left edges. */
export interface TransferDrawing {
  readonly widthPx: number
  readonly heightPx: number
  readonly rows: readonly DrawnRow[]
  readonly marks: readonly DrawnMark[]
  readonly blocks: readonly DrawnBlock[]
  readonly sourcePx: number
  readonly targetPx: number
  readonly wordsPx: number
  /** Baseline of the legend. */
  readonly legendPx: number
  /**
   * From the source's layer to the target's that a copy by position would pair; null where they
   * have one name, and one line tells both.
   */
  readonly clash: {
    readonly fromPx: number
    readonly toPx: number
  } | null
}

/** Height of a row with weights, and of the box in it. */
export const ROW_PX = 22
export const BOX = { widthPx: 168, heightPx: 18 } as const
/** From a box to the end of the line of a layer that is not there. */
export const STUB_PX = 44
const MARK_PX = 15
const HEAD_PX = 44
const LEGEND_PX = 34
const BLOCK_LABEL_PX = 56
const BLOCK_GAP_PX = 5
const BLOCK_PADDING_PX = 2
const WORDS_PX = 244
const NARROWEST_GUTTER_PX = 120
const WIDEST_GUTTER_PX = 300

/**
 * Lays both networks out with the layers of one name in one row, so that a copy by name is a level
 * line and a copy by position is not.
 */
export function layOutTransfer(
  plan: TransferPlan,
  clash: PositionClash | null,
  roomPx: number,
): TransferDrawing {
  const rows: DrawnRow[] = []
  const marks: DrawnMark[] = []
  const blocks: DrawnBlock[] = []
  let y = HEAD_PX
  for (const group of groupByBlock(plan.rows)) {
    const topPx = y
    y += BLOCK_PADDING_PX
    for (const row of group) {
      const heightPx = isWeightRow(row) ? ROW_PX : MARK_PX
      if (isWeightRow(row)) rows.push({ row, yPx: y + heightPx / 2 })
      else marks.push({ row, yPx: y + heightPx / 2 })
      y += heightPx
    }
    y += BLOCK_PADDING_PX
    const block = group[0] ? blockOf(group[0]) : null
    blocks.push({ label: block === null ? 'FC' : `Block ${block}`, topPx, heightPx: y - topPx })
    y += BLOCK_GAP_PX
  }

  const fixedPx = BLOCK_LABEL_PX + 2 * BOX.widthPx + WORDS_PX
  const gutterPx = Math.min(WIDEST_GUTTER_PX, Math.max(NARROWEST_GUTTER_PX, roomPx - fixedPx))
  const targetPx = BLOCK_LABEL_PX + BOX.widthPx + gutterPx
  const findY = (name: string): number => present(rows.find(({ row }) => row.name === name)).yPx
  return {
    widthPx: fixedPx + gutterPx,
    heightPx: y + LEGEND_PX,
    rows,
    marks,
    blocks,
    sourcePx: BLOCK_LABEL_PX,
    targetPx,
    wordsPx: targetPx + BOX.widthPx,
    legendPx: y + LEGEND_PX / 2 + 4,
    clash:
      clash === null || clash.source.name === clash.target.name
        ? null
        : { fromPx: findY(clash.source.name), toPx: findY(clash.target.name) },
  }
}

/** The line of an outcome from one box to the other, as the `d` of a path; '' where none is drawn. */
export function drawLine(
  outcome: TransferOutcome,
  fromPx: number,
  toPx: number,
  yPx: number,
): string {
  if (outcome === 'missing') return `M${Math.max(fromPx, toPx - STUB_PX)} ${yPx}H${toPx}`
  return outcome === 'copied' || outcome === 'differs' ? `M${fromPx} ${yPx}H${toPx}` : ''
}

function groupByBlock(rows: readonly TransferRow[]): TransferRow[][] {
  const groups = new Map<number | null, TransferRow[]>()
  for (const row of rows) groups.set(blockOf(row), [...(groups.get(blockOf(row)) ?? []), row])
  return [...groups.values()]
}

function blockOf({ source, target }: TransferRow): number | null {
  return (target ?? source)?.block ?? null
}

function isWeightRow(row: TransferRow): row is WeightRow {
  return row.outcome !== null
}
