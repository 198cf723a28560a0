import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { basename } from 'node:path'

/** How the engine process ended, and what is known of it. */
export interface EngineEnd {
  /** From the exit event of the process; null where a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** The last lines that it wrote, oldest first. */
  readonly log: readonly string[]
  /** The system ended a process for want of memory since the engine started. */
  readonly wasAnyKilled: boolean
  /** The last thing that it was asked, in words: "maps of a layer"; null where it was idle. */
  readonly lastAsked: string | null
}

/** Why the engine process ended. */
export interface EngineExit {
  /** In words, without a full stop: "The engine was killed (SIGKILL)". */
  readonly reason: string
  readonly isOutOfMemory: boolean
}

/**
 * What programs say before they give up for want of memory: C++, V8, the C library, TensorFlow. With
 * oneDNN TensorFlow tells it as a warning of its allocator and the process then ends in the convolution
 * that went on without the memory; without, it is an error of the call.
 */
const OUT_OF_MEMORY =
  /bad_alloc|out[ _]of[ _]memory|cannot allocate memory|OOM when allocating|failed to alloc|RESOURCE_EXHAUSTED/i
/** Said of an allocation that another way was found for. */
const HARMLESS = /not a failure/i

/** A line of TensorFlow's log, of its new form or its old one; the level and what it says. */
const LOG_LINE =
  /^(?:([IWEF])\d{4} [\d:.]+ +\d+|\d{4}-\d\d-\d\d [\d:.]+: ([IWEF])) [^\s\]]+:\d+\] (.*)$/

/** Lines that are always written, or belong to another; none of them says why a process ended. */
const NOISE: readonly RegExp[] = [
  /^WARNING: All log messages before absl::InitializeLog/,
  /^To enable the following instructions/,
  /^To turn them off, set the environment variable/,
  // Of a library made for GPUs where there is none, or where parts of it are registered twice.
  /Unable to register cu|cuInit|cuda drivers|TF-TRT/i,
  // What follows an error in Node: its place, its stack, the version.
  /^\s+at /,
  /^\s*\^+$/,
  /^Node\.js v\d/,
  /^-+ (?:Native|JavaScript) stack trace -+$/i,
  /^ *\d+: 0x/,
]

/** Says in words why the engine ended, and whether memory was what it lacked. */
export function explainEngineExit(end: EngineEnd): EngineExit {
  const { code, log, wasAnyKilled, lastAsked } = end
  const signal = end.signal ?? nameShellSignal(code)
  if (signal === 'SIGKILL' && wasAnyKilled) {
    return { reason: 'The system ran out of memory and ended the engine', isOutOfMemory: true }
  }
  const how = signal ?? `code ${code ?? 'unknown'}`
  const isAbnormal = signal !== null || code !== 0
  if (isAbnormal && log.some((line) => OUT_OF_MEMORY.test(line) && !HARMLESS.test(line))) {
    const reason = `The engine needed more memory than there was, and ended (${how})`
    return { reason, isOutOfMemory: true }
  }
  const ended = signal === null ? `The engine ended with ${how}` : `The engine was killed (${how})`
  const asked = lastAsked === null ? '' : ` while working on ${lastAsked}`
  const cause = findCause(log)
  return { reason: `${ended}${asked}${cause && `: ${cause}`}`, isOutOfMemory: false }
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

/** A shell in between reports a signal as 128 more than its number. */
function nameShellSignal(code: number | null): NodeJS.Signals | null {
  if (code === null) return null
  const found = Object.entries(constants.signals).find(([, number]) => number + 128 === code)
  return found === undefined ? null : (found[0] as NodeJS.Signals)
}

/** The last line that may say why the process ended; '' where none does. */
function findCause(log: readonly string[]): string {
  for (const line of [...log].reverse()) {
    if (line.trim() === '' || NOISE.some((pattern) => pattern.test(line))) continue
    const [whole, level, oldLevel, said = ''] = LOG_LINE.exec(line) ?? []
    if (whole === undefined) return line.trim()
    // Notes and warnings come from calls that went well, too.
    if ('EF'.includes(level ?? oldLevel ?? '')) return said.trim()
  }
  return ''
}

/**
 * What the engine was doing, in words.
 * @param work - of the call, such as "a look into the network (inspect.maps)"; null for none
 * @param runFolder - the run in training; null for none
 * @returns null where it was idle
 */
export function describeWork(work: string | null, runFolder: string | null): string | null {
  if (runFolder === null) return work
  const run = basename(runFolder)
  return work === null ? `a training step of ${run}` : `${work}, beside the training of ${run}`
}
