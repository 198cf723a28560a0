import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { LEAVE_AFTER_MS, LeaveTimer } from '../../../../src/renderer/src/components/leave-timer'

describe('a note that leaves', () => {
  const onleave = vi.fn()
  let timer: LeaveTimer

  beforeEach(() => {
    vi.useFakeTimers()
    onleave.mockClear()
    timer = new LeaveTimer(onleave)
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('leaves once, after a while, and not before it is started', () => {
    vi.advanceTimersByTime(LEAVE_AFTER_MS * 2)
    expect(onleave).not.toHaveBeenCalled()
    timer.start()
    vi.advanceTimersByTime(LEAVE_AFTER_MS - 1)
    expect(onleave).not.toHaveBeenCalled()
    vi.advanceTimersByTime(LEAVE_AFTER_MS)
    expect(onleave).toHaveBeenCalledOnce()
  })

  test('stays while the pointer or the focus is on it, and then as long as at first', () => {
    timer.start()
    timer.hold('pointer')
    timer.hold('focus')
    vi.advanceTimersByTime(LEAVE_AFTER_MS * 2)
    timer.release('pointer')
    vi.advanceTimersByTime(LEAVE_AFTER_MS * 2)
    expect(onleave).not.toHaveBeenCalled()
    timer.release('focus')
    vi.advanceTimersByTime(LEAVE_AFTER_MS - 1)
    expect(onleave).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(onleave).toHaveBeenCalledOnce()
  })

  test('stays where it was stopped', () => {
    timer.start()
    timer.stop()
    timer.hold('pointer')
    timer.release('pointer')
    vi.advanceTimersByTime(LEAVE_AFTER_MS * 2)
    expect(onleave).not.toHaveBeenCalled()
  })
})
