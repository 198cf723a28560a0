import { describe, expect, test } from 'vitest'
import { countMemoryKills, explainEngineExit } from '../../../src/main/engine-exit'

describe('why the engine ended', () => {
  test.each([
    [9, '', true, /^The system ran out of memory and ended the engine$/],
    [137, 'Step 3', true, /^The system ran out of memory and ended the engine$/],
    [6, '  what():  std::bad_alloc', false, /^The engine ran out of memory and ended$/],
    [
      134,
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
      false,
      /ran out of memory/,
    ],
  ])('memory: code %i, "%s"', (code, lastLine, wasAnyKilled, reason) => {
    const exit = explainEngineExit(code, lastLine, wasAnyKilled)
    expect(exit.isOutOfMemory).toBe(true)
    expect(exit.reason).toMatch(reason)
  })

  test.each([
    [9, '', false, 'The engine was killed (SIGKILL)'],
    [139, 'a line', true, 'The engine was killed (SIGSEGV): a line'],
    [70, '', true, 'The engine ended with code 70'],
  ])('something else: code %i, "%s"', (code, lastLine, wasAnyKilled, reason) => {
    expect(explainEngineExit(code, lastLine, wasAnyKilled)).toEqual({
      reason,
      isOutOfMemory: false,
    })
  })

  test.skipIf(process.platform !== 'linux')('the system counts what it ended', () => {
    expect(countMemoryKills()).toBeGreaterThanOrEqual(0)
  })
})
