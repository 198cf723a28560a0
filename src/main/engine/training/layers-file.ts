import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { appendLayers, parseLayers, thinLayers, type LayersLine } from '../../../shared/spec'
import { AppendFile } from './append-file'

const LAYERS_FILE = 'layers.jsonl'
/** Most lines that are read of a run: of more, evenly spread ones. */
const MOST_LAYERS = 400

/** Appends what the layers did to `layers.jsonl`. */
export class LayersFile {
  private pending: LayersLine[] = []

  private constructor(private readonly file: AppendFile) {}

  static async open(runFolder: string): Promise<LayersFile> {
    const file = await AppendFile.open(join(runFolder, LAYERS_FILE))
    try {
      await file.endLine()
      return new LayersFile(file)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  add(line: LayersLine): void {
    this.pending.push(line)
  }

  /** What cannot be written stays pending. */
  async flush(): Promise<void> {
    const lines = this.pending
    if (lines.length === 0) return
    await this.file.append(Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')))
    this.pending = this.pending.slice(lines.length)
  }

  async sync(): Promise<void> {
    await this.flush()
    await this.file.sync()
  }

  async close(): Promise<void> {
    try {
      await this.flush()
    } finally {
      await this.file.close()
    }
  }
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
