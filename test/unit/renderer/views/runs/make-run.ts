import {
  NO_LABELS,
  defaultSettings,
  paperPreprocessing,
  type RunSummary,
} from '../../../../../src/shared/spec'
import type { RunState } from '../../../../../src/shared/spec'

/** A run as main lists it, for tests; `part` replaces what matters. */
export function makeRun(part: Partial<RunSummary> & { state?: RunState } = {}): RunSummary {
  const { state = 'finished', ...summary } = part
  return {
    folder: '/runs/a',
    labels: NO_LABELS,
    isLocked: false,
    epochs: 3,
    activeAt: '2026-01-02T03:14:05.000Z',
    checkpoints: ['epoch-0003'],
    best: { epoch: 2, validation: { loss: 0.1, top1: 0.9583, top5: 1 } },
    run: {
      version: 1,
      name: 'a',
      created: '2026-01-02T03:04:05.000Z',
      network: { configuration: 'A', inputSize: 64, classes: 2, width: 0.25 },
      classNames: ['cat', 'dog'],
      preprocessing: paperPreprocessing([120, 120, 120], 64),
      settings: defaultSettings(64),
      dataFolder: '/data',
      trainImages: 80,
      validationImages: 20,
      trainedSeconds: 60,
      versions: { lab: '0.1.0', tensorflow: '2' },
      state,
      failure: null,
    },
    ...summary,
  }
}
