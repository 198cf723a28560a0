import { describe, expect, it } from 'vitest'
import { rangeY, labelX, labelY } from '../../../../src/renderer/src/charts/axis-labels'
import { alignTraces } from '../../../../src/renderer/src/charts/align'
import { encodeCurvesCsv } from '../../../../src/renderer/src/charts/curve-data'
import { CurveModel } from '../../../../src/renderer/src/charts/curve-model'
import { MetricHistory } from '../../../../src/renderer/src/state/metric-history'
import type { EpochMetrics, StepMetrics } from '../../../../src/shared/spec'

const STEPS_PER_EPOCH = 1000

function makeStep(step: number, learningRate = 0.01, loss = 2 / step): StepMetrics {
  return {
    kind: 'step',
    step,
    epoch: step / STEPS_PER_EPOCH,
    seconds: step / 10,
    learningRate,
    train: { loss, top1: 1 - 1 / step, top5: 1 },
  }
}

function makeEpoch(epoch: number): EpochMetrics {
  return {
    kind: 'epoch',
    epoch,
    step: epoch * STEPS_PER_EPOCH,
    seconds: epoch * 100,
    learningRate: 0.01,
    train: { loss: 1 / epoch, top1: 0.5, top5: 0.9 },
    validation: { loss: 1.5 / epoch, top1: 0.6, top5: 0.95 },
    imagesPerSecond: 100,
    isBest: true,
  }
}

function makeHistory(steps: number): MetricHistory {
  const history = new MetricHistory()
  const lines: StepMetrics[] = []
  for (let step = 1; step <= steps; step++) lines.push(makeStep(step, step > 600 ? 0.001 : 0.01))
  history.append(lines)
  return history
}

describe('CurveModel', () => {
  it('draws 100,000 points in at most a few points a pixel, in order of x', () => {
    const history = makeHistory(100_000)
    history.append([makeEpoch(1), makeEpoch(100)])
    const model = new CurveModel(history, 'loss', 0.9)
    model.follow(0.9)
    const { rows, span } = model.draw('step', null, 800)
    expect(span).toEqual({ min: 0, max: 100_000 })
    const [x, raw, smoothed, validation] = rows
    expect(x.length).toBeLessThan(2 * (2 * 800 + 2) + 2)
    for (let i = 1; i < x.length; i++) expect(x[i]).toBeGreaterThan(x[i - 1] ?? -1)
    expect([raw?.length, smoothed?.length, validation?.length]).toEqual([
      x.length,
      x.length,
      x.length,
    ])
    expect(validation?.filter((value) => value !== null)).toEqual([1.5, 0.015])
    expect(raw?.find((value) => value !== null)).toBe(2)
  })

  it('takes in what is appended and shows the part that is zoomed to', () => {
    const history = makeHistory(2000)
    const model = new CurveModel(history, 'loss', 0)
    model.follow(0)
    history.append([makeStep(2001, 0.001, 7)])
    model.follow(0)
    const { rows } = model.draw('step', { min: 1990, max: 2001 }, 500)
    expect(rows[0]).toEqual(Array.from({ length: 13 }, (_, i) => 1989 + i))
    expect(rows[1]?.at(-1)).toBe(7)
    expect(rows[2]).toEqual(rows[1])
  })

  it('marks each fall of the learning rate, on every axis', () => {
    const model = new CurveModel(makeHistory(1000), 'loss', 0.5)
    model.follow(0.5)
    expect(model.draw('step', null, 100).drops).toEqual([{ x: 601, learningRate: 0.001 }])
    expect(model.draw('seconds', null, 100).drops).toEqual([{ x: 60.1, learningRate: 0.001 }])
  })

  it('draws the validations of a long run no denser than their marks, extremes and end kept', () => {
    const history = makeHistory(10)
    const epochs = Array.from({ length: 5000 }, (_, index) => makeEpoch(index + 1))
    history.append(epochs.slice(0, 4000))
    const model = new CurveModel(history, 'loss', 0)
    model.draw('epoch', null, 960)
    history.append(epochs.slice(4000))
    const [x, , , validation] = model.draw('epoch', null, 960).rows
    const drawn = (validation ?? []).flatMap((value, index) => (value === null ? [] : [index]))
    expect(drawn.length).toBeLessThan(2 * (960 / 12) + 4)
    expect(validation?.[drawn[0] ?? 0]).toBe(1.5)
    expect(x[drawn[drawn.length - 1] ?? 0]).toBe(5000)
  })

  it('reads the numbers at a place, and the last ones', () => {
    const history = makeHistory(2000)
    history.append([makeEpoch(1), makeEpoch(2)])
    const model = new CurveModel(history, 'loss', 0)
    model.follow(0)
    expect(model.read('step', 500.4)).toMatchObject({ step: 500, raw: 0.004, validationEpoch: 1 })
    expect(model.read('epoch', null)).toMatchObject({ step: 2000, x: 2, validationEpoch: 2 })
    const none = new CurveModel(new MetricHistory(), 'loss', 0)
    none.follow(0)
    expect(none.read('step', null)).toBeNull()
    expect(none.extent('step')).toEqual({ min: 0, max: 1 })
  })

  it('starts again when the history becomes another run, of the same length too', () => {
    const history = makeHistory(500)
    const model = new CurveModel(history, 'loss', 0.9)
    model.follow(0.9)
    history.clear()
    history.append(Array.from({ length: 500 }, (_, i) => makeStep(i + 1, 0.1, 4)))
    model.follow(0.9)
    expect(model.read('step', 250)).toMatchObject({ raw: 4 })
    expect(model.read('step', 250)?.smoothed).toBeCloseTo(4, 10)
    const [, raw] = model.draw('step', null, 50).rows
    expect(new Set(raw)).toEqual(new Set([4, null]))
  })
})

describe('alignTraces', () => {
  it('merges lines on one x and leaves gaps', () => {
    const x = Float64Array.of(1, 2, 3)
    const rows = alignTraces([
      { x, y: Float64Array.of(10, NaN, 30), indices: Uint32Array.of(0, 1, 2), count: 3 },
      { x: Float64Array.of(2.5), y: Float64Array.of(5), indices: Uint32Array.of(0), count: 1 },
    ])
    expect(rows).toEqual([
      [1, 2, 2.5, 3],
      [10, null, null, 30],
      [null, null, 5, null],
    ])
  })
})

describe('axes', () => {
  it('shows a whole run from zero, accuracies up to 100%, a zoom closely', () => {
    expect(rangeY('top1', false, false, 0.2, 0.7)).toEqual([0, 1])
    expect(rangeY('loss', false, false, 0.5, 2)).toEqual([0, 2.1])
    const [low, high] = rangeY('top1', false, true, 0.9, 1)
    expect(low).toBeCloseTo(0.892)
    expect(high).toBe(1)
  })

  it('keeps a logarithmic scale above zero whatever comes', () => {
    for (const [low, high] of [
      [0, 5],
      [null, null],
      [-1, 0],
      [3, 3],
    ] as const) {
      const [min, max] = rangeY('loss', true, false, low, high)
      expect(min).toBeGreaterThan(0)
      expect(max).toBeGreaterThan(min)
    }
  })

  it('labels in few letters', () => {
    expect(labelX('step', 12_500)).toBe('12.5k')
    expect(labelX('epoch', 3)).toBe('3')
    expect(labelX('seconds', 300)).toBe('5 min')
    expect(labelY('top1', 0.95)).toBe('95%')
    expect(labelY('loss', 0.00001)).toBe('1e-5')
  })
})

describe('encodeCurvesCsv', () => {
  it('has a line for each step and each epoch', () => {
    const history = makeHistory(2)
    history.append([makeEpoch(1)])
    const text = new TextDecoder().decode(encodeCurvesCsv(history, ['loss']))
    expect(text.split('\r\n')).toEqual([
      'kind,step,epoch,seconds,learning_rate,train_loss,validation_loss',
      'step,1,0.001,0.1,0.01,2,',
      'step,2,0.002,0.2,0.01,1,',
      'epoch,1000,1,100,0.01,1,1.5',
      '',
    ])
  })
})
