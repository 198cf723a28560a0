import { readFileSync } from 'node:fs'

/** Why the engine process ended. */
export interface EngineExit {
  /** In words, without a full stop: "The engine was killed (SIGKILL)". */
  readonly reason: string
  readonly isOutOfMemory: boolean
}

/** What programs say before they give up for want of memory: C++, V8, TensorFlow. */
const OUT_OF_MEMORY = /bad_alloc|heap out of memory|cannot allocate memory|OOM when allocating/i

/** What is known of an end. */
export interface EngineEndFacts {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly log: readonly string[]
  readonly wasAnyKilled: boolean
  readonly lastAsked: string | null
}

export function explainEngineExit(facts: EngineEndFacts): EngineExit {
  const { code, signal, log, wasAnyKilled } = facts
  const lastLine = log[log.length - 1] ?? ''
  if (signal === 'SIGKILL' && wasAnyKilled) {
    return { reason: 'The system ran out of memory and ended the engine', isOutOfMemory: true }
  }
  if (OUT_OF_MEMORY.test(lastLine)) {
    return { reason: 'The engine ran out of memory and ended', isOutOfMemory: true }
  }
  const how =
    signal === null
      ? `The engine ended with code ${code ?? 0}`
      : `The engine was killed (${signal})`
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
