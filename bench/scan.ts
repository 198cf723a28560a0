import { copyFileSync, linkSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { scanFolder } from '../src/main/engine/data/scan/scan-folder'
import { describeMachine, formatMachine } from './harness/machine'
import { readProcessMemory } from './harness/process-memory'
import { formatNumber, say } from './harness/report'
import { makeScratchFolder, writeSample } from './harness/sample-folder'

export const SCAN_HELP = `bench scan [--files 1000000] [--folders 1000] [--quick] [--json]
  Seconds and peak memory of scanning a folder of hard links to one picture in each class. Making them
  is not timed; they are removed at the end.`

/** `bench scan`: a data folder of ImageNet's size. */
export async function benchScan(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      files: { type: 'string', default: '1000000' },
      folders: { type: 'string', default: '1000' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const machine = describeMachine()
  const folders = options.quick ? 10 : Number(options.folders)
  const files = options.quick ? 1000 : Number(options.files)
  say(`Linking ${files} files in ${folders} folders`)
  const scratch = makeScratchFolder()
  const sample = await scanFolder(await writeSample(scratch, 3, 96))
  const root = join(scratch, 'large')
  for (let folder = 0; folder < folders; folder++) {
    const path = join(root, `class${String(folder).padStart(4, '0')}`)
    mkdirSync(path, { recursive: true })
    const picture = sample.files[folder % sample.files.length]
    if (picture === undefined) throw new Error('The sample has no pictures.')
    // A file has a bounded number of links (65,000 on ext4), so each class has its own.
    const own = join(path, '0.jpg')
    copyFileSync(join(sample.folder, picture.file), own)
    for (let at = 1; at < files / folders; at++) linkSync(own, join(path, `${at}.jpg`))
  }
  say('Scanning')
  const start = performance.now()
  const dataset = await scanFolder(root)
  const seconds = (performance.now() - start) / 1000
  const peak = readProcessMemory(process.pid)?.peakBytes
  const peakMb = peak === undefined ? null : peak / 1e6
  const result = {
    files: dataset.files.length,
    classes: dataset.classNames.length,
    seconds,
    peakMb,
  }
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ machine, ...result }, null, 2)}\n`
      : `Scan of ${result.files} files in ${result.classes} folders\n${formatMachine(machine)}\n\n` +
          `${formatNumber(seconds)} s (goal 30), peak memory of the process ${peakMb === null ? 'unknown' : formatNumber(peakMb)} MB (goal 1000)\n`,
  )
}
