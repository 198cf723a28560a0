/** A set-up that cannot go on: what is wrong, and what the user does about it, in one line. */
export class SetupError extends Error {
  /**
   * @param {string} message what was expected and what came
   * @param {string} remedy what to do next
   * @param {string} [detail] output of the failed tool, printed below the line
   */
  constructor(message, remedy, detail = '') {
    super(message)
    this.name = 'SetupError'
    this.remedy = remedy
    this.detail = detail
  }
}

/**
 * @param {unknown} error
 * @returns {string} one line, with the remedy where there is one
 */
export function formatError(error) {
  const oneLine = (/** @type {string} */ text) => text.replace(/\s*\n\s*/g, ' ').trim()
  if (error instanceof SetupError) return oneLine(`error: ${error.message}; ${error.remedy}`)
  return oneLine(`error: ${error instanceof Error ? error.message : String(error)}`)
}

/**
 * Ends the program on an error: one line, after it the failed tool's own words if they are needed.
 * @param {unknown} error
 * @returns {never}
 */
export function exitWithError(error) {
  if (error instanceof SetupError && error.detail)
    process.stderr.write(`${error.detail.trimEnd()}\n`)
  process.stderr.write(`${formatError(error)}\n`)
  if (process.env['VGG_LAB_DEBUG'] && error instanceof Error) console.error(error.stack)
  process.exit(1)
}
