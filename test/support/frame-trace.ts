import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LabApp } from './lab-app'

/** The fields of a Chromium trace event that are read here; times are in microseconds. */
export interface TraceEvent {
  readonly name: string
  /** `X` complete, `B`/`E` begin and end, `I` instant, `M` metadata. */
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly dur?: number
  readonly args?: { readonly name?: string }
}

/** How long script ran in the frames of a window. */
export interface FrameScript {
  /** Script time of each frame, in milliseconds, in order. */
  readonly framesMs: readonly number[]
  readonly longestMs: number
  /** 95 of 100 frames ran less. */
  readonly p95Ms: number
}

const MAIN_THREAD = 'CrRendererMain'
const FRAME_START = 'BeginMainThreadFrame'
/** What counts as script; nested ones are counted once. */
const SCRIPT = new Set([
  'EvaluateScript',
  'EventDispatch',
  'FireAnimationFrame',
  'FireIdleCallback',
  'FunctionCall',
  'RunMicrotasks',
  'TimerFire',
  'v8.callFunction',
  'v8.run',
  'MinorGC',
  'MajorGC',
])
const CATEGORIES = [
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'devtools.timeline.frame',
  'disabled-by-default-devtools.timeline.frame',
  'v8',
]

/**
 * Script time by frame on the window's main thread: from one begin of a frame to the next, so that a
 * frame's input, its callbacks and what ran after its paint all count for it.
 *
 * @throws Error when the trace has no main thread or no frame: nothing was measured then
 */
export function measureFrames(events: readonly TraceEvent[]): FrameScript {
  const mains = new Set(
    events
      .filter(
        ({ ph, name, args }) => ph === 'M' && name === 'thread_name' && args?.name === MAIN_THREAD,
      )
      .map(threadOf),
  )
  const own = events.filter((event) => mains.has(threadOf(event)))
  const starts = own
    .filter(({ name }) => name === FRAME_START)
    .map(({ ts }) => ts)
    .sort((a, b) => a - b)
  if (starts.length === 0) {
    throw new Error(
      `Expected frames (${FRAME_START}) on ${MAIN_THREAD} in ${events.length} events.`,
    )
  }
  const totals = new Float64Array(starts.length)
  let frame = 0
  for (const { from, to } of mergeSpans(findScript(own))) {
    if (from < (starts[0] ?? 0)) continue
    while (frame + 1 < starts.length && from >= (starts[frame + 1] ?? Infinity)) frame++
    totals[frame] = (totals[frame] ?? 0) + (to - from)
  }
  const framesMs = Array.from(totals, (us) => us / 1000)
  const sorted = [...framesMs].sort((a, b) => a - b)
  return {
    framesMs,
    longestMs: sorted.at(-1) ?? 0,
    p95Ms: sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0,
  }
}

interface Span {
  readonly from: number
  readonly to: number
}

const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`

function findScript(events: readonly TraceEvent[]): Span[] {
  const spans: Span[] = []
  const open = new Map<string, number[]>()
  for (const event of [...events].sort((a, b) => a.ts - b.ts)) {
    if (!SCRIPT.has(event.name)) continue
    const key = `${threadOf(event)} ${event.name}`
    if (event.ph === 'X') spans.push({ from: event.ts, to: event.ts + (event.dur ?? 0) })
    else if (event.ph === 'B') open.set(key, [...(open.get(key) ?? []), event.ts])
    else if (event.ph === 'E') {
      const from = open.get(key)?.pop()
      if (from !== undefined) spans.push({ from, to: event.ts })
    }
  }
  return spans
}

/** Spans that touch become one; sorted by their begin. */
function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: { from: number; to: number }[] = []
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else merged.push({ from, to })
  }
  return merged
}

/** Records what the window does during an action, with Chromium's own tracing. */
export async function traceFrames(
  { app }: Pick<LabApp, 'app'>,
  action: () => Promise<void>,
): Promise<FrameScript> {
  const file = join(tmpdir(), `vgg-lab-trace-${process.pid}-${Date.now()}.json`)
  await app.evaluate(
    ({ contentTracing }, categories) =>
      contentTracing.startRecording({ included_categories: categories }),
    CATEGORIES,
  )
  try {
    await action()
  } finally {
    await app.evaluate(({ contentTracing }, path) => contentTracing.stopRecording(path), file)
  }
  try {
    const trace = JSON.parse(readFileSync(file, 'utf8')) as { traceEvents: TraceEvent[] }
    return measureFrames(trace.traceEvents)
  } finally {
    rmSync(file, { force: true })
  }
}
