import type { TrainingSettings } from '../../../../shared/spec'
import type { CheckpointState, ScheduleState } from '../../runs/checkpoint-state'

/**
 * What it means that a run goes on to another number of epochs, in one line; none where it is the same.
 * All schedules but cosine depend only on the epochs that are behind them.
 */
export function describeOtherLength(
  before: TrainingSettings,
  now: TrainingSettings,
  state: CheckpointState | null,
): string[] {
  if (before.epochs === now.epochs || state === null) return []
  const to = `Trained to ${now.epochs} epochs in place of ${before.epochs}`
  if (now.schedule === 'cosine') {
    return [
      `${to}: the cosine schedule now ends there, so the learning rate becomes that of a run of ${now.epochs} epochs. The epochs so far followed the schedule of ${before.epochs}: the result is not that of an uninterrupted run.`,
    ]
  }
  const standing = now.schedule === 'plateau' ? `, ${describePlateau(state.schedule)}` : ''
  return [`${to}, exactly as an uninterrupted run of that length${standing}.`]
}

/** Where the plateau schedule stands: it goes on from there. */
function describePlateau({ drops, epochsWithoutBetter }: ScheduleState): string {
  return `from where the plateau schedule stands: ${drops} of its drops are behind it, and ${epochsWithoutBetter} epochs without a better top-1`
}
