/** Name of a finished checkpoint's folder: `epoch-0007`. */
export function checkpointName(epoch: number): string {
  return `epoch-${String(epoch).padStart(4, '0')}`
}

/** Whether a folder under `checkpoints/` is a finished checkpoint, not one being written or removed. */
export function isCheckpointName(name: string): boolean {
  return /^epoch-\d{4,}$/.test(name)
}

/** The same of one inside an epoch, which only a run that goes on uses. */
export function isStepCheckpointName(name: string): boolean {
  return /^step-\d{7,}$/.test(name)
}
