import type { TrainingPhase, TrainingStatus } from '../../../../shared/contract'

/** Phases that follow each other by themselves while a run goes on: their change is no news. */
const MOVING: readonly TrainingPhase[] = ['training', 'validating', 'saving']
const ENDED: readonly TrainingPhase[] = ['idle', 'finished', 'failed']

/** Whether a run goes on by itself in this phase. */
export function isMoving(phase: TrainingPhase): boolean {
  return MOVING.includes(phase)
}

/** Whether no run is going on, paused or ending. */
export function isEnded(phase: TrainingPhase): boolean {
  return ENDED.includes(phase)
}

/** Whether a person is to see a change at once, and not with the next redraw. */
export function isNews(last: TrainingStatus, next: TrainingStatus): boolean {
  const hasMoved = last.phase !== next.phase && !(isMoving(last.phase) && isMoving(next.phase))
  return hasMoved || last.runFolder !== next.runFolder || next.error !== null
}

const PHASES: Record<TrainingPhase, string> = {
  idle: 'No run',
  preparing: 'Preparing',
  training: 'Training',
  validating: 'Validating',
  saving: 'Saving a checkpoint',
  pausing: 'Pausing after this micro-batch',
  paused: 'Paused',
  stopping: 'Stopping after this micro-batch',
  finished: 'Finished',
  failed: 'Failed',
}

/** The phase of a run in words. A run that was stopped leaves the engine idle, with its folder. */
export function describePhase(status: TrainingStatus): string {
  if (status.phase === 'idle' && status.runFolder !== null) return 'Stopped'
  return PHASES[status.phase]
}

/** Steps done in the epoch that goes on, 0..`stepsPerEpoch`. */
export function stepInEpoch(status: TrainingStatus): number {
  const before = (Math.max(1, status.epoch) - 1) * status.stepsPerEpoch
  return Math.min(status.stepsPerEpoch, Math.max(0, status.step - before))
}

/** Share of the epoch in progress, 0..1; null while it is not known. */
export function epochShare(status: TrainingStatus): number | null {
  return status.stepsPerEpoch > 0 ? stepInEpoch(status) / status.stepsPerEpoch : null
}

/** Share of the whole run, 0..1; null while it is not known. */
export function wholeShare(status: TrainingStatus): number | null {
  const total = status.stepsPerEpoch * status.epochs
  return total > 0 ? Math.min(1, status.step / total) : null
}
