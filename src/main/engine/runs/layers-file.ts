import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { appendLayers, parseLayers, thinLayers, type LayersLine } from '../../../shared/spec'
import { LinesFile } from './lines-file'

const LAYERS_FILE = 'layers.jsonl'
/** Most lines that are read of a run: of more, evenly spread ones. */
const MOST_LAYERS = 400

/** Opens `layers.jsonl`, where what the layers do is appended. */
export function openLayersFile(runFolder: string): Promise<LinesFile<LayersLine>> {
  return LinesFile.open(join(runFolder, LAYERS_FILE))
}

/** What the layers of a run did, oldest first; empty for a run without. The file may be of any length. */
export async function readLayers(runFolder: string): Promise<LayersLine[]> {
  const lines: LayersLine[] = []
  const file = await open(join(runFolder, LAYERS_FILE)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  })
  if (file === null) return lines
  const input = file.createReadStream({ encoding: 'utf8' })
  for await (const row of createInterface({ input, crlfDelay: Infinity })) {
    const line = parseLayers(row)
    if (line === null) continue
    appendLayers(lines, line)
    thinLayers(lines, 2 * MOST_LAYERS)
  }
  thinLayers(lines, MOST_LAYERS)
  return lines
}
