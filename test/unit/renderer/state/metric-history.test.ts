import { expect, test } from 'vitest'
import { MetricHistory } from '../../../../src/renderer/src/state/metric-history'
import type { EpochMetrics, StepMetrics } from '../../../../src/shared/spec'

const step = (number: number): StepMetrics => ({
  kind: 'step',
  step: number,
  epoch: number / 10,
  seconds: number * 2,
  learningRate: 0.01,
  train: { loss: 1 / number, top1: 0.5, top5: 0.9 },
})
const epoch = (number: number): EpochMetrics => ({
  ...step(number * 10),
  kind: 'epoch',
  epoch: number,
  validation: { loss: 0.4, top1: 0.8, top5: 1 },
  imagesPerSecond: 100,
  isBest: true,
})

test('grows past its first capacity and keeps every column in step', () => {
  const history = new MetricHistory()
  for (let number = 1; number <= 5000; number++) history.append([step(number)])
  expect(history.length).toBe(5000)
  expect(history.lastStep).toBe(5000)
  expect([...history.column('step').slice(0, 3)]).toEqual([1, 2, 3])
  expect(history.column('loss')[4999]).toBe(1 / 5000)
  expect(history.column('seconds')[1023]).toBe(2048)
})

test('leaves out what is there already: a batch may overlap with the history that was read', () => {
  const history = new MetricHistory()
  history.append([step(1), step(2), epoch(1), step(3)])
  history.append([step(2), step(3), epoch(1), step(4)])
  expect([...history.column('step')]).toEqual([1, 2, 3, 4])
  expect(history.epochs.map((line) => line.epoch)).toEqual([1])
})

test('is empty again after another run takes its place', () => {
  const history = new MetricHistory()
  history.append([step(7), epoch(1)])
  history.clear()
  expect(history.length).toBe(0)
  history.append([step(1)])
  expect([...history.column('step')]).toEqual([1])
  expect(history.epochs).toEqual([])
})
