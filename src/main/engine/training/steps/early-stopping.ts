import type { CheckpointState } from '../../runs/checkpoint-state'

/**
 * Epochs since the best one, as a checkpoint tells; one of an earlier version of the lab tells it by its
 * epochs. 0 before the first.
 */
export function stalledEpochsOf(state: CheckpointState | null): number {
  if (state === null) return 0
  return state.stalledEpochs ?? (state.metrics?.epoch ?? 0) - (state.best?.epoch ?? 0)
}

/**
 * Whether a run ends before its last epoch: so many epochs in a row were no better than the best, by
 * validation top-1, then by loss.
 * @param earlyStopping - epochs to wait for a better one; 0 never ends a run
 */
export function isStalled(stalledEpochs: number, earlyStopping: number): boolean {
  return earlyStopping > 0 && stalledEpochs >= earlyStopping
}
