/**
 * Exit codes: done, a failure, bad input, ended by Ctrl-C, and by the end of what read standard output
 * (`| head`; 128 and the number of SIGPIPE, as of programs that die of it).
 */
export const EXIT = {
  done: 0,
  failure: 1,
  badInput: 2,
  interrupted: 130,
  outputClosed: 141,
} as const
