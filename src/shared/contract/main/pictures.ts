import { z } from 'zod'
import { absolutePath, bytes } from '../args'
import { resultOf, type Infer } from '../call-table'

/** Bytes of a drawing or a frame of a camera. */
const MAX_PICTURE = 32_000_000

const source = z.enum(['drawing', 'camera', 'pasted'])

/** Where a picture without a file comes from. */
export type LiveSource = Infer<typeof source>

/** The calls about pictures that come while the window looks. */
export const PICTURE_CALLS = {
  /** Keeps a picture that has no file as one, which can then be asked about; its path. */
  'pictures.keep': {
    args: z.strictObject({
      source,
      bytes: bytes.refine(({ length }) => length > 0 && length <= MAX_PICTURE, {
        error: `expected a picture of at most ${MAX_PICTURE} bytes`,
      }),
    }),
    result: resultOf<string>(),
  },
  /** Tells of every new picture in a folder through `picture`; one folder at a time, null ends it. */
  'pictures.watch': {
    args: z.strictObject({ folder: absolutePath.nullable() }),
    result: resultOf<null>(),
  },
} as const
