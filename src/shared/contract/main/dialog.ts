import { z } from 'zod'
import { nothing } from '../args'
import { resultOf } from '../call-table'
import { suggestedName } from './files'

/** Each answers with the path that the person chose, or null. */
export const DIALOG_CALLS = {
  'dialog.openFolder': {
    args: z.strictObject({ title: z.string().max(200) }),
    result: resultOf<string | null>(),
  },
  /** A list of pictures and labels, by its extension. */
  'dialog.openList': { args: nothing, result: resultOf<string | null>() },
  'dialog.openImage': { args: nothing, result: resultOf<string | null>() },
  /** A file of weights, .onnx or .safetensors. */
  'dialog.openWeights': { args: nothing, result: resultOf<string | null>() },
  /** Where the engine is to write a file; null when cancelled. */
  'dialog.saveFile': {
    args: z.strictObject({ title: z.string().max(200), suggestedName }),
    result: resultOf<string | null>(),
  },
} as const
