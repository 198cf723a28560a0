import { describe, expect, it } from 'vitest'
import { Player, type FrameClock } from '../../../../../src/renderer/src/lib/clock/player.svelte'

/** Frames that the test lets pass. */
function makeClock(): FrameClock & { pass(frames: number, frameMs: number): void; open(): number } {
  let nowMs = 1000
  let waiting: ((nowMs: number) => void)[] = []
  return {
    next: (callback) => {
      waiting.push(callback)
      return () => {
        waiting = waiting.filter((other) => other !== callback)
      }
    },
    open: () => waiting.length,
    pass: (frames, frameMs) => {
      for (let frame = 0; frame < frames; frame++) {
        const now = waiting
        waiting = []
        for (const callback of now) callback(nowMs)
        nowMs += frameMs
      }
    },
  }
}

describe('Player', () => {
  it('plays at its speed, stops at the last step, and starts over from there', () => {
    const clock = makeClock()
    const player = new Player(() => 3, 2, clock)
    player.play()
    clock.pass(1 + 10, 50)
    expect(player.progress).toBeCloseTo(1)
    expect(player.step).toBe(1)
    clock.pass(30, 50)
    expect([player.progress, player.isPlaying, player.isAtEnd]).toEqual([3, false, true])
    expect(clock.open()).toBe(0)
    player.play()
    expect(player.progress).toBe(0)
  })

  it('goes from step to step with nothing between where no motion is wanted, at the same speed', () => {
    const clock = makeClock()
    const player = new Player(() => 5, 2, clock)
    player.isStepped = true
    player.play()
    const seen = Array.from({ length: 12 }, () => {
      clock.pass(1, 200)
      return player.progress
    })
    expect(seen).toEqual([0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 4])
    expect(player.isPlaying).toBe(true)
  })

  it('can be paused between steps and moved to whole ones', () => {
    const clock = makeClock()
    const player = new Player(() => 5, 1, clock)
    player.play()
    clock.pass(1 + 15, 100)
    player.pause()
    expect(player.progress).toBeCloseTo(1.5)
    clock.pass(5, 100)
    expect(player.progress).toBeCloseTo(1.5)
    player.move(1)
    expect(player.progress).toBe(2)
    player.play()
    clock.pass(1 + 5, 100)
    player.move(-1)
    expect([player.progress, player.isPlaying, clock.open()]).toEqual([2, false, 0])
    player.move(-9)
    expect(player.step).toBe(0)
    player.go(99)
    expect(player.step).toBe(5)
  })

  it('never leaps over what a hidden window missed, and never plays a single step', () => {
    const clock = makeClock()
    const player = new Player(() => 100, 4, clock)
    player.play()
    clock.pass(2, 60_000)
    expect(player.progress).toBeLessThanOrEqual(1)
    const single = new Player(() => 0, 1, clock)
    single.play()
    expect(single.isPlaying).toBe(false)
  })

  it('is held inside when there are fewer steps than before', () => {
    let last = 9
    const player = new Player(() => last, 1, makeClock())
    player.go(9)
    last = 4
    expect([player.step, player.isAtEnd]).toEqual([4, true])
    player.move(-1)
    expect(player.step).toBe(3)
  })
})
