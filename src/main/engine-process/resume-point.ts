import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ResumePoint } from '../../shared/contract'
import { isCheckpointName, isStepCheckpointName, readRunFile } from '../../shared/spec'

/**
 * What an interrupted run can be resumed from, by its folder; null where there is no run in it yet.
 * Small files, read at once: the message of the engine's end carries the result.
 */
export function readResumePoint(runFolder: string): ResumePoint | null {
  try {
    const read = readRunFile(readFileSync(join(runFolder, 'run.json'), 'utf8'))
    if ('fault' in read) return null
    return { checkpoint: findNewest(runFolder), microBatch: read.run.microBatch ?? null }
  } catch {
    return null
  }
}

/** The name of the checkpoint that was written last, of an epoch or inside one. */
function findNewest(runFolder: string): string | null {
  const folder = join(runFolder, 'checkpoints')
  let newest: { readonly name: string; readonly writtenMs: number } | null = null
  try {
    for (const name of readdirSync(folder)) {
      if (!isCheckpointName(name) && !isStepCheckpointName(name)) continue
      const { mtimeMs: writtenMs } = statSync(join(folder, name, 'state.json'))
      if (newest === null || writtenMs > newest.writtenMs) newest = { name, writtenMs }
    }
  } catch {
    // There is no checkpoint yet, or none that is whole.
  }
  return newest?.name ?? null
}
