import { z } from 'zod'
import { absolutePath, bytes, nothing } from '../args'
import { resultOf } from '../call-table'

const MAX_CLIPBOARD = 100_000

/** Longest document that is printed. */
const MAX_HTML = 20_000_000

/** A name that a file is offered to be saved under. */
export const suggestedName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^/\\]+$/, { error: 'expected a file name without folders' })

/** The calls about files and the clipboard. */
export const FILE_CALLS = {
  /** Asks where, writes the bytes there; the path, or null when cancelled. */
  'file.save': {
    args: z.strictObject({ suggestedName, bytes }),
    result: resultOf<string | null>(),
  },
  /** Asks where, and prints a document of HTML there as a PDF; the path, or null when cancelled. */
  'file.savePdf': {
    args: z.strictObject({
      suggestedName,
      html: z.string().max(MAX_HTML),
      paper: z.enum(['A4', 'Letter']),
    }),
    result: resultOf<string | null>(),
  },
  /** Asks for a text file of at most 1 MB and reads it; null when cancelled. */
  'file.openText': {
    args: z.strictObject({
      title: z.string().max(200),
      extension: z.string().regex(/^[a-z0-9]{1,8}$/),
    }),
    result: resultOf<string | null>(),
  },
  /** Whether a file or folder is there; true where the disk does not say so in time. */
  'file.exists': { args: z.strictObject({ path: absolutePath }), result: resultOf<boolean>() },
  'shell.reveal': { args: z.strictObject({ path: absolutePath }), result: resultOf<null>() },
  'clipboard.write': {
    args: z.strictObject({ text: z.string().max(MAX_CLIPBOARD) }),
    result: resultOf<null>(),
  },
  'clipboard.read': { args: nothing, result: resultOf<string>() },
  /** Lets the window's page have a paste event, as the keys for it do. */
  'clipboard.paste': { args: nothing, result: resultOf<null>() },
} as const
