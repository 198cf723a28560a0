import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { LabError } from '../../shared/contract'
import { groupBy } from '../engine/data/findings/group-by'
import type { DatasetFile } from '../engine/data/types'

/**
 * Files with the same bytes, in groups of two or more. Only files of one size are read.
 * @returns names relative to the folder, each group in the order of the files
 */
export async function findDuplicates(
  folder: string,
  files: readonly DatasetFile[],
  signal: AbortSignal,
): Promise<string[][]> {
  const bySize = groupBy(files, (file) => String(file.bytes))
  const groups: string[][] = []
  for (const alike of bySize.values()) {
    if (alike.length < 2) continue
    const byHash = new Map<string, string[]>()
    for (const { file } of alike) {
      if (signal.aborted) throw new LabError('cancelled', 'The scan was stopped.')
      // A file that vanished since the scan is no duplicate.
      const hash = await hashFile(join(folder, file)).catch(() => file)
      byHash.set(hash, [...(byHash.get(hash) ?? []), file])
    }
    groups.push(...[...byHash.values()].filter((group) => group.length > 1))
  }
  return groups
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
