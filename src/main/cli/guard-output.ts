import { escapeLine, escapeText } from '../../shared/visible-text'
import type { Output } from './output'

/**
 * An output through which no name of a file or a class reaches the terminal as a command to it: all that
 * the commands write passes here.
 */
export function guardOutput(output: Output): Output {
  return {
    out: (text) => output.out(escapeText(text)),
    err: (text) => output.err(escapeText(text)),
    redraw: (line) => output.redraw(escapeLine(line)),
    get isErrTty() {
      return output.isErrTty
    },
    get columns() {
      return output.columns
    },
  }
}
