import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeSampleDataset } from '../../src/main/engine/data/sample/sample-dataset'

/** A folder for a benchmark's files, removed when the process ends. */
export function makeScratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vgg-lab-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Writes the lab's generated pictures as a data folder, and names it. */
export async function writeSample(
  scratch: string,
  images: number,
  sizePx: number,
): Promise<string> {
  const folder = join(scratch, 'pictures')
  await writeSampleDataset({ folder, classes: 6, images, size: sizePx, seed: 1 })
  return folder
}
