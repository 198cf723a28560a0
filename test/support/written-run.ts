import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  defaultSettings,
  paperPreprocessing,
  type MetricsLine,
  type RunFile,
  type TrainingSettings,
} from '../../src/shared/spec'

/** What differs from run to run; all else is as a small training leaves it. */
export interface WrittenRun {
  readonly name: string
  readonly settings?: Partial<TrainingSettings>
  readonly run?: Partial<RunFile>
  /** Epochs of metrics. */
  readonly epochs: number
  readonly stepsPerEpoch: number
  /** How fast it learns: the loss falls as exp(-rate * epochs). */
  readonly rate: number
}

/** Writes a run that was trained, as the engine writes it, without weights. */
export function writeRunFolder(runsFolder: string, options: WrittenRun): string {
  const { name, epochs, stepsPerEpoch } = options
  const folder = join(runsFolder, name)
  mkdirSync(join(folder, 'checkpoints'), { recursive: true })
  const settings = { ...defaultSettings(32), width: 0.25, epochs, ...options.settings }
  const run: RunFile = {
    version: 1,
    name,
    created: '2026-01-01T00:00:00.000Z',
    network: { configuration: settings.configuration, inputSize: 32, classes: 2, width: 0.25 },
    classNames: ['cat', 'dog'],
    preprocessing: paperPreprocessing([120, 110, 100], 32),
    settings,
    dataFolder: '/data/animals',
    trainImages: stepsPerEpoch * settings.batchSize,
    validationImages: 20,
    trainedSeconds: epochs * 10,
    versions: { lab: '0.1.0', tensorflow: '2.21.0' },
    state: 'finished',
    failure: null,
    ...options.run,
  }
  writeFileSync(join(folder, 'run.json'), `${JSON.stringify(run, null, 2)}\n`)
  const lines = makeMetrics(options, settings.learningRate)
  writeFileSync(
    join(folder, 'metrics.jsonl'),
    lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  )
  return folder
}

function makeMetrics(options: WrittenRun, learningRate: number): MetricsLine[] {
  const { epochs, stepsPerEpoch, rate } = options
  const lines: MetricsLine[] = []
  let seed = 1
  /** In 0..1, the same for each run. */
  const draw = (): number => {
    seed = (seed * 16807) % 2147483647
    return seed / 2147483647
  }
  for (let epoch = 1; epoch <= epochs; epoch++) {
    for (let at = 1; at <= stepsPerEpoch; at++) {
      const done = epoch - 1 + at / stepsPerEpoch
      const loss = 0.7 * Math.exp(-rate * done) + 0.15 * draw()
      lines.push({
        kind: 'step',
        step: (epoch - 1) * stepsPerEpoch + at,
        epoch: done,
        seconds: done * 10 * (1 + rate),
        learningRate,
        train: { loss, top1: Math.max(0, 1 - loss), top5: 1 },
      })
    }
    const loss = 0.7 * Math.exp(-rate * epoch) + 0.1
    lines.push({
      kind: 'epoch',
      epoch,
      step: epoch * stepsPerEpoch,
      seconds: epoch * 10 * (1 + rate),
      learningRate,
      train: { loss, top1: 1 - loss, top5: 1 },
      validation: { loss: loss + 0.05, top1: 0.95 - loss, top5: 1 },
      imagesPerSecond: 100,
      isBest: true,
    })
  }
  return lines
}
