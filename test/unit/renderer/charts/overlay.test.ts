import { describe, expect, test } from 'vitest'
import type { CurveModel } from '../../../../src/renderer/src/charts/curve-model'
import {
  drawOver,
  layOver,
  type OverlayQuestion,
} from '../../../../src/renderer/src/charts/overlay'
import { MAX_COMPARED, styleOfRun } from '../../../../src/renderer/src/charts/run-marks'
import { Comparison } from '../../../../src/renderer/src/state/comparison.svelte'
import { toCurves, type MetricsLine, type RunCurves } from '../../../../src/shared/spec'
import { makeRun } from '../views/runs/make-run'

function makeCurves(steps: number, value: (step: number) => number): RunCurves {
  const score = (at: number) => ({ loss: value(at), top1: 0.5, top5: 1 })
  const lines = Array.from({ length: steps }, (_, index): MetricsLine => {
    const step = index + 1
    const common = { step, seconds: step / 10, learningRate: 0.01, train: score(step) }
    return { kind: 'step', epoch: step / steps, ...common }
  })
  lines.push({
    kind: 'epoch',
    epoch: 1,
    step: steps,
    seconds: steps / 10,
    learningRate: 0.01,
    train: score(steps),
    validation: score(steps),
    imagesPerSecond: 1,
    isBest: true,
  })
  return toCurves(lines)
}

async function load(curves: readonly RunCurves[]): Promise<CurveModel[]> {
  const comparison = new Comparison((folder) => {
    const found = curves[Number(folder)]
    return found ? Promise.resolve(found) : Promise.reject(new Error('none'))
  })
  await comparison.show(curves.map((_, index) => makeRun({ folder: String(index) })))
  return comparison.runs.map(({ models }) => models.loss)
}

const question: OverlayQuestion = {
  metric: 'loss',
  axis: 'step',
  part: 'both',
  smoothing: 0,
  isLog: false,
  areOutliersIgnored: true,
  view: null,
  columns: 600,
}

/** The lines in a plot of 600 by 200 pixels, with the range of its y axis. */
function draw(models: readonly CurveModel[], asked: OverlayQuestion) {
  const overlay = layOver(models, asked)
  const area = {
    x: overlay.x.copy().range([0, 600]),
    y: overlay.y.copy().range([200, 0]),
    width: 600,
  }
  return { lines: drawOver(overlay, area), rangeY: overlay.y.domain() }
}

describe('curves of several runs over each other', () => {
  test('share one x axis, which ends where the longest ends, in steps, epochs or seconds', async () => {
    const models = await load([makeCurves(100, () => 1), makeCurves(400, () => 2)])
    expect(layOver(models, question).span).toEqual({ min: 0, max: 400 })
    expect(layOver(models, { ...question, axis: 'epoch' }).span.max).toBe(1)
    expect(layOver(models, { ...question, axis: 'seconds' }).span.max).toBe(40)
    const [short, long] = draw(models, question).lines
    expect(short?.validation).toBe('M150.0 104.8')
    expect(long?.validationMarks).toEqual([{ x: 600, y: expect.closeTo(9.52, 1) as number }])
  })

  test('leave losses out of all proportion above the axis, unless they are asked for', async () => {
    const models = await load([makeCurves(400, (step) => (step > 300 ? 1e12 : 2))])
    expect(draw(models, question).rangeY[1]).toBeLessThan(3)
    const all = draw(models, { ...question, areOutliersIgnored: false })
    expect(all.rangeY[1]).toBeGreaterThan(1e9)
  })

  test('are drawn in part where that is asked', async () => {
    const models = await load([makeCurves(100, () => 1)])
    const train = draw(models, { ...question, part: 'train' }).lines[0]
    expect([train?.train === '', train?.validation]).toEqual([false, ''])
    const validation = draw(models, { ...question, part: 'validation' }).lines[0]
    expect([validation?.train, validation?.validation === '']).toEqual(['', false])
  })

  test('leave out what a logarithm has no place for', async () => {
    const models = await load([makeCurves(10, (step) => (step === 5 ? 0 : step))])
    const { lines, rangeY } = draw(models, { ...question, isLog: true })
    expect(lines[0]?.train).not.toMatch(/NaN|Infinity/)
    expect(lines[0]?.train.match(/[ML]/g)).toHaveLength(9)
    expect(rangeY[0]).toBeGreaterThan(0)
  })

  test('of 10 runs of 100,000 steps are a few points a pixel each, spikes kept', async () => {
    const spiked = makeCurves(100_000, (step) => (step === 54_321 ? 9 : 1 + (step % 7) / 100))
    const models = await load(Array.from({ length: MAX_COMPARED }, () => spiked))
    const { lines } = draw(models, question)
    expect(lines).toHaveLength(MAX_COMPARED)
    for (const { train } of lines) {
      expect(train.match(/[ML]/g)?.length).toBeLessThanOrEqual(2 * question.columns + 2)
      // The spike reaches the top: 9 of 9 * 1.05.
      expect(train).toMatch(/ 9\.5L/)
    }
  })

  test('a run that cannot be read is told and hides none', async () => {
    const comparison = new Comparison((folder) =>
      folder === 'b' ? Promise.reject(new Error('gone')) : Promise.resolve(makeCurves(3, () => 1)),
    )
    await comparison.show(['a', 'b', 'c'].map((folder) => makeRun({ folder })))
    expect(comparison.runs.map(({ run }) => run.folder)).toEqual(['a', 'c'])
    expect(comparison.error?.message).toMatch(/gone/)
  })
})

test('each compared run has a colour and a mark of its own', () => {
  const styles = Array.from({ length: MAX_COMPARED }, (_, place) => styleOfRun(place))
  for (const key of ['color', 'mark', 'path'] as const) {
    expect(new Set(styles.map((style) => style[key])).size).toBe(MAX_COMPARED)
  }
})
