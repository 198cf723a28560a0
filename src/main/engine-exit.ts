import { readFileSync } from 'node:fs'
import { constants } from 'node:os'

/** Why the engine process ended. */
export interface EngineExit {
  /** In words, without a full stop: "The engine was killed (SIGKILL)". */
  readonly reason: string
  readonly isOutOfMemory: boolean
}

/** What programs say before they give up for want of memory: C++, V8, TensorFlow. */
const OUT_OF_MEMORY = /bad_alloc|heap out of memory|cannot allocate memory|OOM when allocating/i

/**
 * @param code - as the process' exit event tells it
 * @param lastLine - what it wrote last; '' for nothing
 * @param wasAnyKilled - the system ended a process for want of memory since the engine started
 */
export function explainEngineExit(
  code: number,
  lastLine: string,
  wasAnyKilled: boolean,
): EngineExit {
  const signal = findSignal(code)
  if (signal === 'SIGKILL' && wasAnyKilled) {
    return { reason: 'The system ran out of memory and ended the engine', isOutOfMemory: true }
  }
  if (OUT_OF_MEMORY.test(lastLine)) {
    return { reason: 'The engine ran out of memory and ended', isOutOfMemory: true }
  }
  const how =
    signal === null ? `The engine ended with code ${code}` : `The engine was killed (${signal})`
  return { reason: lastLine === '' ? how : `${how}: ${lastLine}`, isOutOfMemory: false }
}

/** Processes that Linux has ended for want of memory since it started; null where it does not tell. */
export function countMemoryKills(): number | null {
  try {
    const count = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1]
    return count === undefined ? null : Number(count)
  } catch {
    return null
  }
}

/** Chromium tells a signal as its number, a shell's way as 128 more. */
function findSignal(code: number): string | null {
  const names = Object.entries(constants.signals)
  return names.find(([, number]) => number === code || number + 128 === code)?.[0] ?? null
}
