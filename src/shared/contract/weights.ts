import { z } from 'zod'
import { absolutePath } from './args'
import { defineEngineCalls, resultOf } from './call-table'

/** What became of a file of weights. */
export interface ImportedRunSummary {
  readonly runFolder: string
  /** In words: "D, width 1, 224 px, 1000 classes". */
  readonly title: string
  /** What was used, assumed and left out, a line each. */
  readonly notes: readonly string[]
}

export const WEIGHTS_CALLS = defineEngineCalls('weights from a file', {
  /**
   * Reads somebody else's weights (.onnx, .safetensors) into a new run under `runsFolder`; long: sends
   * progress, can be cancelled.
   */
  'weights.import': {
    args: z.strictObject({ file: absolutePath, runsFolder: absolutePath }),
    result: resultOf<ImportedRunSummary>(),
    isLatestOnly: false,
    patienceMs: 0,
  },
})
