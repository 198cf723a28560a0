const WORDS = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * How long ago something was, in its largest unit: "2 hours ago", "yesterday"; a date when it was weeks.
 * @param when - ISO 8601
 * @param nowMs - as `Date.now()`
 */
export function formatAgo(when: string, nowMs: number): string {
  const then = new Date(when)
  // Clocks of two machines may differ by some seconds: nothing is in the future.
  const seconds = Math.max(0, (nowMs - then.getTime()) / 1000)
  if (Number.isNaN(seconds)) return when
  if (seconds < MINUTE) return 'just now'
  if (seconds < HOUR) return WORDS.format(-Math.floor(seconds / MINUTE), 'minute')
  if (seconds < DAY) return WORDS.format(-Math.floor(seconds / HOUR), 'hour')
  if (seconds < 14 * DAY) return WORDS.format(-Math.floor(seconds / DAY), 'day')
  return then.toLocaleDateString(undefined, { dateStyle: 'medium' })
}
