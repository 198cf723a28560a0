import type { ErrorInfo } from '../../../shared/contract'
import { checkpointName } from '../../../shared/spec'
import { listWords } from '../lib/words/list-words'
import type { LabState } from './lab-state.svelte'

/**
 * Shows a run's checkpoint of the end of an epoch in Inspect.
 * @returns why it cannot be shown; null when it is
 */
export async function openCheckpoint(
  lab: Pick<LabState, 'runs' | 'inspected'> & { view: LabState['view'] },
  folder: string,
  epoch: number,
): Promise<ErrorInfo | null> {
  // The list may be older than the checkpoint, or than what has gone since.
  await lab.runs.refresh()
  const run = lab.runs.runs.find((candidate) => candidate.folder === folder)
  const checkpoint = checkpointName(epoch)
  if (run?.checkpoints.includes(checkpoint) === true) {
    lab.view = 'Inspect'
    await lab.inspected.choose({ kind: 'run', folder, checkpoint })
    return null
  }
  const kept = (run?.checkpoints ?? []).map((name) => String(Number(name.replace(/\D+/, ''))))
  return {
    code: 'not-found',
    message: `Expected the checkpoint of epoch ${epoch}; it is no longer kept.`,
    hint:
      kept.length === 0
        ? 'The run has no finished checkpoint.'
        : `Kept: ${kept.length === 1 ? 'epoch' : 'epochs'} ${listWords(kept)}. “Keep every” under Checkpoints keeps more for good.`,
  }
}
