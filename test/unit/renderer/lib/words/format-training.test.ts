import { describe, expect, it } from 'vitest'
import { stepNumber } from '../../../../../src/renderer/src/components/number-step'
import { describeDevice } from '../../../../../src/renderer/src/shell/device-line'
import {
  formatDuration,
  formatEta,
  formatLearningRate,
  formatLoss,
  formatRate,
} from '../../../../../src/renderer/src/lib/words/format-training'
import {
  describeValidation,
  encodeEpochsCsv,
} from '../../../../../src/renderer/src/views/evaluate/epochs/epoch-table'
import {
  describePhase,
  epochShare,
  stepInEpoch,
  wholeShare,
} from '../../../../../src/renderer/src/lib/words/training-words'
import type { DeviceReport, TrainingStatus } from '../../../../../src/shared/contract'
import {
  PARAMETERS,
  PARAMETER_ROWS,
  checkNumber,
  type EpochMetrics,
} from '../../../../../src/shared/spec'

describe('durations and rates', () => {
  it.each([
    [0, '0 s'],
    [2.345, '2.3 s'],
    [42, '42 s'],
    [59.7, '1 min'],
    [185, '3 min 5 s'],
    [3600, '1 h'],
    [7800, '2 h 10 min'],
    [273_600, '3 d 4 h'],
    [-1, 'unknown'],
    [NaN, 'unknown'],
  ])('%f seconds read %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text))

  it.each([
    [null, 'measuring'],
    [Infinity, 'measuring'],
    [3, 'a few seconds'],
    [43, '45 s'],
    [187, '3 min 10 s'],
    [5000, '1 h 23 min'],
  ])('time left of %s reads %s', (seconds, text) => expect(formatEta(seconds)).toBe(text))

  it('shows rates, losses and learning rates without needless digits', () => {
    expect([null, 3.14159, 54.32, 431.7].map(formatRate)).toEqual([
      'measuring',
      '3.14',
      '54.3',
      '432',
    ])
    expect([0, 0.4213777, 0.00012, 1234567, NaN, Infinity].map(formatLoss)).toEqual([
      '0.0000',
      '0.4214',
      '1.20e-4',
      '1.23e+6',
      'not a number',
      'infinite',
    ])
    expect([0.01, 0.001, 0.00025, 1e-6, 0].map(formatLearningRate)).toEqual([
      '0.01',
      '0.001',
      '0.00025',
      '1e-6',
      '0',
    ])
  })
})

describe('stepNumber', () => {
  it('moves numbers by their leading digit, and back', () => {
    const rate = PARAMETERS.learningRate
    expect([0.01, 0.02, 0.25, 0.9].map((value) => stepNumber(rate, value, 1))).toEqual([
      0.02, 0.03, 0.3, 1,
    ])
    expect([0.01, 0.02, 0.25, 1].map((value) => stepNumber(rate, value, -1))).toEqual([
      0.009, 0.01, 0.2, 0.9,
    ])
  })

  it('keeps to multiples and to the range, so that the check agrees', () => {
    const size = PARAMETERS.inputSize
    expect(stepNumber(size, 64, 1)).toBe(96)
    expect(stepNumber(size, 70, -1)).toBe(64)
    expect(stepNumber(size, 32, -1)).toBe(32)
    expect(stepNumber(size, NaN, 1)).toBe(size.default)
    for (const [, parameter] of PARAMETER_ROWS) {
      if (parameter.kind !== 'integer' && parameter.kind !== 'number') continue
      for (const direction of [1, -1] as const) {
        const next = stepNumber(parameter, parameter.default, direction)
        expect(checkNumber(parameter, next)).toBeNull()
        const edge: number = direction === 1 ? parameter.max : parameter.min
        if (parameter.default !== edge) expect(next).not.toBe(parameter.default)
      }
    }
  })
})

describe('progress of a run', () => {
  const status: TrainingStatus = {
    phase: 'training',
    runFolder: '/runs/a',
    runName: 'a',
    epoch: 3,
    epochs: 4,
    step: 25,
    stepsPerEpoch: 10,
    learningRate: 0.01,
    nextLearningRate: null,
    imagesPerSecond: 100,
    etaSeconds: 10,
    microBatch: 32,
    dataWaitShare: 0,
    message: '',
    notes: [],
    error: null,
  }

  it('counts steps within the epoch and over the run', () => {
    expect(stepInEpoch(status)).toBe(5)
    expect(epochShare(status)).toBe(0.5)
    expect(wholeShare(status)).toBe(0.625)
    expect(stepInEpoch({ ...status, step: 30 })).toBe(10)
  })

  it('calls a run that was stopped by that name, and no run by its', () => {
    expect(describePhase({ ...status, phase: 'idle' })).toBe('Stopped')
    expect(describePhase({ ...status, phase: 'idle', runFolder: null })).toBe('No run')
  })

  it('does not know before the epoch has a length', () => {
    expect(epochShare({ ...status, stepsPerEpoch: 0 })).toBeNull()
    expect(wholeShare({ ...status, stepsPerEpoch: 0 })).toBeNull()
  })
})

describe('lines of the shell', () => {
  it('tells what the engine computes on', () => {
    const device: DeviceReport = {
      device: 'cpu',
      deviceName: 'Some CPU',
      tensorflowVersion: '2.19.1',
      tfjsVersion: '4.22.0',
      threads: 2,
      workers: 2,
      oneDnn: { inForce: true, instructionSet: 'AVX2', reason: 'switched on' },
      cpuFeatures: ['avx2'],
      gpuMemoryBytes: null,
      bfloat16: { supported: false, reason: 'No AVX-512.' },
    }
    expect(describeDevice(device, 'float32')).toBe('CPU, 2 threads, oneDNN, float32')
    const oneDnn = { ...device.oneDnn, inForce: false }
    expect(describeDevice({ ...device, oneDnn }, 'float32')).toBe(
      'CPU, 2 threads, oneDNN off, float32',
    )
    const gpu = { ...device, device: 'gpu', deviceName: 'H100', threads: 1, oneDnn } as const
    expect(describeDevice(gpu, 'bfloat16')).toBe('GPU H100, 1 thread, bfloat16')
  })
})

describe('the table of epochs', () => {
  const epoch: EpochMetrics = {
    kind: 'epoch',
    epoch: 1,
    step: 6,
    seconds: 3.5,
    learningRate: 0.01,
    train: { loss: 1.5, top1: 0.4, top5: 0.9 },
    validation: { loss: 1.25, top1: 0.5, top5: 1 },
    imagesPerSecond: 60,
    isBest: true,
  }

  it('becomes CSV with a row an epoch', () => {
    const csv = encodeEpochsCsv([{ ...epoch, dataWaitShare: 0.02 }, epoch])
    const [header, row, old, end] = new TextDecoder().decode(csv).split('\r\n')
    expect(header?.split(',')).toHaveLength(13)
    expect(row).toBe('1,6,3.5,1.5,0.4,0.9,1.25,0.5,1,0.01,60,0.02,1')
    // Runs of earlier versions do not say how long they waited.
    expect(old).toBe('1,6,3.5,1.5,0.4,0.9,1.25,0.5,1,0.01,60,,1')
    expect(end).toBe('')
  })

  it('tells the protocol without a run too', () => {
    expect(describeValidation(null)).toContain('one centre crop, no flip')
  })
})
