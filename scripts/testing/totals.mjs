/** @typedef {{ passed: number, failed: number, skipped: number }} Totals */

/**
 * @typedef {object} VitestReport of vitest's JSON reporter
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {{ status: string, assertionResults: { status: string }[] }[]} testResults a file each
 */

/**
 * @param {VitestReport} report
 * @returns {Totals} a file that broke before any of its tests ran counts as one failure
 */
export function countTests(report) {
  const broken = report.testResults.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((it) => it.status === 'failed'),
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/**
 * @param {Totals[]} parts
 * @returns {Totals}
 */
export function addTotals(parts) {
  const sum = (/** @type {keyof Totals} */ key) => parts.reduce((all, part) => all + part[key], 0)
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') }
}

/**
 * @param {Totals} totals
 * @returns {string} `N passed, N failed`, and `, N skipped` if any were
 */
export function formatTotals({ passed, failed, skipped }) {
  const line = `${passed} passed, ${failed} failed`
  return skipped > 0 ? `${line}, ${skipped} skipped` : line
}
