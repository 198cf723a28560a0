/** How long a test waits for work that takes seconds on a quiet machine and minutes on a busy one. */
export const PATIENT = { timeout: 180_000 }
