import { itemAt, present } from '../../shared/present'
import { escapeLine } from '../../shared/visible-text'
import { errorColumns, isErrorTerminal, writeError, writeWhole } from './error-stream'

/** Where the command line writes, so that tests can read it. */
export interface Output {
  /** Results: tables, or one JSON document (or line). */
  out(text: string): void
  /** Errors, notes and progress. */
  err(text: string): void
  /** Draws over the terminal's last line; an empty one takes it away. Only where `isErrTty`. */
  redraw(line: string): void
  /** Whether progress may be drawn over itself. */
  readonly isErrTty: boolean
  /** Width of the terminal in characters. */
  readonly columns: number
}

const OUT_DESCRIPTOR = 1

/**
 * The process's own streams. What cannot be written to standard output is an error of its own, never of
 * the command that writes: it goes on to an orderly end.
 */
export class ProcessOutput implements Output {
  #fault: unknown = null
  readonly #onFault: () => void

  /** @param onFault - standard output has failed: nobody sees any more what the command finds */
  constructor(onFault: () => void) {
    this.#onFault = onFault
  }

  /** Why standard output cannot be written; null where it can. */
  get fault(): unknown {
    return this.#fault
  }

  out(text: string): void {
    if (this.#fault !== null) return
    try {
      writeWhole(OUT_DESCRIPTOR, text)
    } catch (error) {
      this.#fault = error
      this.#onFault()
    }
  }

  err(text: string): void {
    writeError(text)
  }

  redraw(line: string): void {
    writeError(`\r\x1b[2K${line}`)
  }

  get isErrTty(): boolean {
    return isErrorTerminal()
  }

  get columns(): number {
    return errorColumns()
  }
}

/** Prints one JSON document, indented. */
export function printJson(output: Output, value: unknown): void {
  output.out(formatJson(value))
}

/** A JSON document, indented. */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** A column of a table: its heading and how it is aligned. */
export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** Lays out rows under headings, columns two spaces apart; a cell is one line, whatever it holds. */
export function formatTable(
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
): string {
  const rows = cells.map((row) => row.map(escapeLine))
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...rows.map((row) => itemAt(row, index).length)),
  )
  const lay = (row: readonly string[]): string =>
    columns
      .map((column, index) => {
        const cell = itemAt(row, index)
        const width = present(widths[index])
        return column.align === 'right' ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  const titles = lay(columns.map((column) => column.title))
  return [titles, '-'.repeat(titles.length), ...rows.map(lay)].map((line) => `${line}\n`).join('')
}

/** 138357544 as 138,357,544. */
export function formatCount(value: number): string {
  return value.toLocaleString('en-US')
}

/** 0.9731 as 97.3%. */
export function formatShare(value: number): string {
  return `${(value * 100).toFixed(1)}%`
}

/** 3725 s as 1 h 02 min; null as "measuring". */
export function formatSeconds(seconds: number | null): string {
  if (seconds === null) return 'measuring'
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
}
