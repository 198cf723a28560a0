import { formatBytes } from './decisions.mjs'

/**
 * @param {number} milliseconds
 * @returns {string}
 */
export function formatDuration(milliseconds) {
  const seconds = milliseconds / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 90) return `${seconds.toFixed(0)} s`
  return `${Math.floor(seconds / 60)} min ${String(Math.round(seconds % 60)).padStart(2, '0')} s`
}

/** Bytes, rate and time left of one transfer. */
export class Meter {
  /** @type {{ atMs: number, bytes: number }[]} */
  #samples = []

  /** @param {number} totalBytes */
  constructor(totalBytes) {
    this.totalBytes = totalBytes
  }

  /**
   * @param {number} bytes transferred so far
   * @param {number} atMs
   * @returns {string} such as `120 MB of 274 MB, 22 MB/s, 7 s left`
   */
  describe(bytes, atMs) {
    this.#samples.push({ atMs, bytes })
    // The rate of the last five seconds: the mean of all would lag behind a changing network.
    while (this.#samples.length > 2 && atMs - (this.#samples[0]?.atMs ?? atMs) > 5000) {
      this.#samples.shift()
    }
    const first = this.#samples[0] ?? { atMs, bytes }
    const seconds = (atMs - first.atMs) / 1000
    const rate = seconds > 0 ? (bytes - first.bytes) / seconds : 0
    const amount = `${formatBytes(Math.min(bytes, this.totalBytes))} of ${formatBytes(this.totalBytes)}`
    if (rate <= 0) return amount
    const leftMs = (Math.max(0, this.totalBytes - bytes) / rate) * 1000
    return `${amount}, ${formatBytes(rate)}/s, ${formatDuration(leftMs)} left`
  }
}

/** Shows steps, one line each: rewritten in place on a terminal, plain lines elsewhere. */
export class Progress {
  #title = ''
  #startMs = 0
  #shownMs = 0

  /** @param {NodeJS.WriteStream} [stream] */
  constructor(stream = process.stderr) {
    this.stream = stream
    this.isTerminal = stream.isTTY === true && process.env['CI'] === undefined
  }

  /** @param {string} title of the step that begins */
  begin(title) {
    this.#title = title
    this.#startMs = Date.now()
    this.#shownMs = Date.now()
    if (this.isTerminal) this.stream.write(`  … ${title}`)
  }

  /** @param {string} text how far the step is */
  update(text) {
    const now = Date.now()
    // Logs get a sign of life only now and then.
    if (now - this.#shownMs < (this.isTerminal ? 100 : 10_000)) return
    this.#shownMs = now
    const line = `  … ${this.#title}: ${text}`
    if (this.isTerminal)
      this.stream.write(`\r\x1b[2K${line.slice(0, (this.stream.columns || 80) - 1)}`)
    else this.stream.write(`${line}\n`)
  }

  /** @param {string} [note] what the step found or made */
  end(note) {
    const line = `  ✓ ${this.#title}${note ? `: ${note}` : ''} (${formatDuration(Date.now() - this.#startMs)})`
    this.stream.write(`${this.isTerminal ? '\r\x1b[2K' : ''}${line}\n`)
  }

  /** Leaves the line of a step that failed. */
  fail() {
    const line = `  ✗ ${this.#title} (${formatDuration(Date.now() - this.#startMs)})`
    if (this.#title !== '') this.stream.write(`${this.isTerminal ? '\r\x1b[2K' : ''}${line}\n`)
  }

  /** @param {string} text a line of its own */
  say(text) {
    this.stream.write(`${this.isTerminal ? '\r\x1b[2K' : ''}${text}\n`)
  }
}
