import { describe, expect, it } from 'vitest'
import { measureFrames, type TraceEvent } from '../../support/frame-trace'

const MAIN: TraceEvent = {
  name: 'thread_name',
  ph: 'M',
  pid: 1,
  tid: 2,
  ts: 0,
  args: { name: 'CrRendererMain' },
}
const event = (name: string, ts: number, rest: Partial<TraceEvent> = {}): TraceEvent => ({
  name,
  ph: 'I',
  pid: 1,
  tid: 2,
  ts,
  ...rest,
})
const frame = (ts: number): TraceEvent => event('BeginMainThreadFrame', ts)
const script = (name: string, ts: number, dur: number, tdur = dur): TraceEvent =>
  event(name, ts, { ph: 'X', dur, tdur })

describe('measureFrames', () => {
  it('adds the script of each frame, nested script once, other work not at all', () => {
    const { wall, thread, messages } = measureFrames([
      MAIN,
      frame(1000),
      // Half of it the core was another's.
      script('EventDispatch', 1100, 2000, 1000),
      script('FunctionCall', 1200, 1500),
      script('FireAnimationFrame', 4000, 1000),
      script('Layout', 6000, 9000),
      script('MessagePort::Accept', 15_100, 800),
      script('SerializedScriptValueFactory::deserialize', 15_200, 300),
      frame(17_000),
      // Begun in one order, written in another.
      event('RunMicrotasks', 20_000, { ph: 'E', tts: 700 }),
      event('RunMicrotasks', 18_500, { ph: 'B', tts: 500 }),
      frame(33_000),
    ])
    expect(wall).toEqual({ framesMs: [3, 1.5, 0], meanMs: 1.5, longestMs: 3, p95Ms: 3 })
    expect(thread).toMatchObject({ framesMs: [2, 0.2, 0], longestMs: 2, p95Ms: 2 })
    expect(messages.framesMs).toEqual([0.8, 0, 0])
    expect(thread.meanMs).toBeCloseTo(2.2 / 3, 12)
  })

  it('looks at the window alone, from its first frame on', () => {
    const { wall } = measureFrames([
      MAIN,
      script('EvaluateScript', 10, 500),
      frame(1000),
      script('FunctionCall', 1100, 100),
      { ...script('FunctionCall', 1200, 9000), tid: 7 },
      { ...script('FunctionCall', 1200, 9000), pid: 9 },
    ])
    expect(wall.framesMs).toEqual([0.1])
  })

  it('refuses a trace without frames', () => {
    expect(() => measureFrames([MAIN, script('FunctionCall', 1, 1)])).toThrow(/Expected frames/)
  })
})
