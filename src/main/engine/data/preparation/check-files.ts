import type { CheckedFile } from '../check-file'
import { createProgressMeter } from '../progress-meter'
import { runBounded } from '../run-bounded'
import type { WorkOptions } from '../types'
import { sharedWorkerPool } from './worker-pool'

/** Files of one task: a few milliseconds of work. */
const TASK_FILES = 512
const TASKS_PER_WORKER = 2

/**
 * Has the workers look at the headers of files, with progress.
 * @param paths - absolute
 * @returns for each what `checkFile` says
 * @throws LabError `cancelled`
 */
export async function checkFiles(
  paths: readonly string[],
  options: WorkOptions,
): Promise<(CheckedFile | string)[]> {
  const meter = createProgressMeter('Reading file headers', paths.length, options)
  const workers = sharedWorkerPool()
  const checked = new Array<CheckedFile | string>(paths.length)
  const starts: number[] = []
  for (let at = 0; at < paths.length; at += TASK_FILES) starts.push(at)
  await runBounded(starts, workers.size * TASKS_PER_WORKER, async (start) => {
    const some = paths.slice(start, start + TASK_FILES)
    const { bytes, modifiedMs, reasons } = await workers.run<'check'>({
      kind: 'check',
      paths: some,
    })
    for (let at = 0; at < some.length; at++) {
      checked[start + at] = reasons.get(at) ?? {
        bytes: bytes[at] ?? 0,
        modifiedMs: modifiedMs[at] ?? 0,
      }
    }
    meter.advance(some.length)
  })
  meter.finish()
  return checked
}
