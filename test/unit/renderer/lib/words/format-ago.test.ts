import { expect, it } from 'vitest'
import { formatAgo } from '../../../../../src/renderer/src/lib/words/format-ago'

it('tells how long ago something was in its largest unit, and by its date after two weeks', () => {
  const now = Date.parse('2026-03-20T12:00:00Z')
  const tell = (when: string): string => formatAgo(when, now)
  expect(tell('2026-03-20T11:59:30Z')).toBe('just now')
  expect(tell('2026-03-20T12:00:09Z')).toBe('just now')
  expect(tell('2026-03-20T11:58:10Z')).toBe('1 minute ago')
  expect(tell('2026-03-20T10:00:00Z')).toBe('2 hours ago')
  expect(tell('2026-03-19T11:00:00Z')).toBe('yesterday')
  expect(tell('2026-03-10T11:00:00Z')).toBe('10 days ago')
  expect(tell('2026-01-10T12:00:00Z')).toMatch(/2026/)
  expect(tell('never')).toBe('never')
})
