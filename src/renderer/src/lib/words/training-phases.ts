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
