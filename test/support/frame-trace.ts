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
  /** Time of the thread's own clock, which stands still while another has the core; not on all systems. */
  readonly tts?: number
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/** How long script ran in the frames of a window, in milliseconds. */
export interface FrameScript {
  /** By the clock on the wall: what a person waits. On a machine that is shared, others are in it. */
  readonly wall: FrameTimes
  /** By the thread's own clock: what the script itself takes. */
  readonly thread: FrameTimes
  /** All that the main thread did, layout, painting and handing over to the screen included; by its own clock. */
  readonly tasks: FrameTimes
  /** Of that, taking messages out of other processes and threads; with what they set off, of a port. */
  readonly messages: FrameTimes
}

/** Script time of each frame, in order, with what the worst are. */
export interface FrameTimes {
  readonly framesMs: readonly number[]
  readonly meanMs: number
  readonly longestMs: number
  /** 95 of 100 frames ran at most as long. */
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
const TASK = new Set(['RunTask'])
const MESSAGE = new Set(['MessagePort::Accept', 'SerializedScriptValueFactory::deserialize'])
const CATEGORIES = [
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'devtools.timeline.frame',
  'disabled-by-default-devtools.timeline.frame',
  'v8',
  'blink',
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
  const script = sumByFrame(starts, keepOutermost(findSpans(own, SCRIPT)))
  // A frame begins within the task that makes it, so a task counts for the frame that it ends in.
  const tasks = keepOutermost(findSpans(own, TASK)).map((span) => ({ ...span, from: span.to }))
  const messages = sumByFrame(starts, keepOutermost(findSpans(own, MESSAGE))).thread
  return { ...script, tasks: sumByFrame(starts, tasks).thread, messages }
}

function sumByFrame(
  starts: readonly number[],
  spans: readonly Span[],
): { wall: FrameTimes; thread: FrameTimes } {
  const wall = new Float64Array(starts.length)
  const thread = new Float64Array(starts.length)
  let frame = 0
  for (const { from, wallUs, threadUs } of spans) {
    if (from < (starts[0] ?? 0)) continue
    while (frame + 1 < starts.length && from >= (starts[frame + 1] ?? Infinity)) frame++
    wall[frame] = (wall[frame] ?? 0) + wallUs
    thread[frame] = (thread[frame] ?? 0) + threadUs
  }
  return { wall: summarize(wall), thread: summarize(thread) }
}

interface Span {
  readonly from: number
  readonly to: number
  readonly wallUs: number
  readonly threadUs: number
}

const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`

function summarize(framesUs: Float64Array): FrameTimes {
  const framesMs = Array.from(framesUs, (us) => us / 1000)
  const sorted = [...framesMs].sort((a, b) => a - b)
  return {
    framesMs,
    meanMs: framesMs.reduce((sum, ms) => sum + ms, 0) / framesMs.length,
    longestMs: sorted.at(-1) ?? 0,
    p95Ms: sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0,
  }
}

function findSpans(events: readonly TraceEvent[], names: ReadonlySet<string>): Span[] {
  const spans: Span[] = []
  const open = new Map<string, TraceEvent[]>()
  for (const event of [...events].sort((a, b) => a.ts - b.ts)) {
    if (!names.has(event.name)) continue
    const key = `${threadOf(event)} ${event.name}`
    if (event.ph === 'X') {
      const { ts, dur = 0, tdur = dur } = event
      spans.push({ from: ts, to: ts + dur, wallUs: dur, threadUs: tdur })
    } else if (event.ph === 'B') open.set(key, [...(open.get(key) ?? []), event])
    else if (event.ph === 'E') {
      const begin = open.get(key)?.pop()
      if (begin === undefined) continue
      const { ts: from, tts: threadFrom = from } = begin
      const { ts: to, tts: threadTo = to } = event
      spans.push({ from, to, wallUs: to - from, threadUs: threadTo - threadFrom })
    }
  }
  return spans
}

/** The spans that lie in no other, sorted by their begin: a thread's spans nest. */
function keepOutermost(spans: readonly Span[]): Span[] {
  const outermost: Span[] = []
  for (const span of [...spans].sort((a, b) => a.from - b.from || b.to - a.to)) {
    const last = outermost.at(-1)
    if (last === undefined || span.from >= last.to) outermost.push(span)
  }
  return outermost
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
