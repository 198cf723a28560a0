import { present } from '../../../../shared/present'
import type { CheckedFile } from '../scan/check-file'
import { createProgressMeter, type WorkOptions } from '../../work/progress-meter'
import { runBounded } from '../../work/run-bounded'
import { sharedWorkerPool } from './worker-pool'

/** Files of one task: a few milliseconds of work. */
const TASK_FILES = 512
const TASKS_PER_WORKER = 2

/**
 * Has the workers look at the headers of files, with progress.
 * @param files - relative to the folder
 * @param onChecked - takes for each, by its index and in no order, what `checkFile` says
 * @throws LabError `cancelled`
 */
export async function checkFiles(
  folder: string,
  files: readonly string[],
  options: WorkOptions,
  onChecked: (index: number, found: CheckedFile | string) => void,
): Promise<void> {
  const meter = createProgressMeter('Reading file headers', files.length, options)
  const workers = sharedWorkerPool()
  const starts: number[] = []
  for (let at = 0; at < files.length; at += TASK_FILES) starts.push(at)
  await runBounded(starts, workers.size * TASKS_PER_WORKER, async (start) => {
    const some = files.slice(start, start + TASK_FILES)
    const { bytes, modifiedMs, reasons } = await workers.run<'check'>({
      kind: 'check',
      folder,
      files: some,
    })
    for (let at = 0; at < some.length; at++) {
      const found = { bytes: present(bytes[at]), modifiedMs: present(modifiedMs[at]) }
      onChecked(start + at, reasons.get(at) ?? found)
    }
    meter.advance(some.length)
  })
  meter.finish()
}
