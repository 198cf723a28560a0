import type { Output } from '../../src/main/cli/output'

/** An output that keeps what a command wrote. */
export function captureOutput(): Output & { readonly text: { out: string; err: string } } {
  const text = { out: '', err: '' }
  return {
    text,
    out: (more) => {
      text.out += more
    },
    err: (more) => {
      text.err += more
    },
    redraw: (line) => {
      text.err += `\r\x1b[2K${line}`
    },
    isErrTty: false,
    columns: 80,
  }
}
