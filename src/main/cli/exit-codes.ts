/** Exit codes: done, a failure, bad input, ended by Ctrl-C. */
export const EXIT = { done: 0, failure: 1, badInput: 2, interrupted: 130 } as const
