import type { SurveyPatch, UnitSurvey } from '../../../../../shared/contract'
import { findFieldBox } from '../../../lib/network/field-box'
import { formatShort } from '../../../lib/words/format-value'
import type { Network } from '../../../../../shared/vgg'
import { encodePng, toImageData } from '../../../lib/export/rgb-picture'

const MARGIN_PX = 16
const HEAD_PX = 28
const TILE_PX = 160
const CAPTION_PX = 30
const GAP_PX = 8
const COLUMNS = 4
const FONT = '11px system-ui, sans-serif'

/** A channel's patches on one PNG: nearest neighbour, padding grey, value and class beneath. */
export async function drawPatchSheet(unit: UnitSurvey, network: Network): Promise<Uint8Array> {
  const rows = Math.max(1, Math.ceil(unit.patches.length / COLUMNS))
  const canvas = new OffscreenCanvas(
    COLUMNS * (TILE_PX + GAP_PX) - GAP_PX + 2 * MARGIN_PX,
    HEAD_PX + rows * (TILE_PX + CAPTION_PX) + 2 * MARGIN_PX,
  )
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('Expected a 2D canvas for the sheet, got none.')
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.imageSmoothingEnabled = false
  context.font = FONT
  context.fillStyle = '#111'
  const title = `${unit.layer}, channel ${unit.channel}: strongest patches of ${unit.pictures} pictures`
  context.fillText(title, MARGIN_PX, MARGIN_PX + 10)
  for (const [index, patch] of unit.patches.entries()) {
    const x = MARGIN_PX + (index % COLUMNS) * (TILE_PX + GAP_PX)
    const y = MARGIN_PX + HEAD_PX + Math.floor(index / COLUMNS) * (TILE_PX + CAPTION_PX)
    drawPatch(context, { patch, network, layer: unit.layer, x, y })
  }
  return encodePng(canvas)
}

function drawPatch(
  context: OffscreenCanvasRenderingContext2D,
  {
    patch,
    network,
    layer,
    x,
    y,
  }: { patch: SurveyPatch; network: Network; layer: string; x: number; y: number },
): void {
  const { full, inside } = findFieldBox(network, layer, patch.row, patch.column)
  context.fillStyle = '#ccc'
  context.fillRect(x, y, TILE_PX, TILE_PX)
  if (patch.crop !== null) {
    const crop = new OffscreenCanvas(patch.crop.width, patch.crop.height)
    crop.getContext('2d')?.putImageData(toImageData(patch.crop), 0, 0)
    const scale = TILE_PX / full.width
    context.drawImage(
      crop,
      x + (inside.x - full.x) * scale,
      y + (inside.y - full.y) * scale,
      inside.width * scale,
      inside.height * scale,
    )
  }
  context.fillStyle = '#111'
  context.fillText(`${formatShort(patch.value)}  ${patch.className}`, x, y + TILE_PX + 12, TILE_PX)
  context.fillStyle = '#555'
  context.fillText(patch.file, x, y + TILE_PX + 24, TILE_PX)
}
