/** Codes of the errors that cross a process boundary; what a caller may act on. */
export const ERROR_CODES = [
  'bad-input',
  'not-found',
  'pictures-missing',
  'validation-missing',
  'unreadable',
  'unsupported',
  'busy',
  'cancelled',
  'out-of-memory',
  'disk',
  'diverged',
  'engine-gone',
  'internal',
] as const

/** One of {@link ERROR_CODES}. */
export type ErrorCode = (typeof ERROR_CODES)[number]

/** An error as it crosses: what was expected and what came, then what to do next. */
export interface ErrorInfo {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string
  /** Absolute path of the folder, or list, that is probably meant instead of the folder that was given. */
  readonly instead?: string
}

/** The answer to every call across a process boundary. */
export type Reply<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorInfo }

/** The one error class of the lab: thrown anywhere, turned into an {@link ErrorInfo} at the boundary. */
export class LabError extends Error {
  override readonly name = 'LabError'
  constructor(
    readonly code: ErrorCode,
    /** One line: what was expected, what came. */
    message: string,
    /** One line: what to do next. */
    readonly hint = '',
    /** {@link ErrorInfo.instead} */
    readonly instead: string | null = null,
  ) {
    super(message)
  }
}

/** Turns anything that was thrown into what crosses; an unknown error keeps its message, not its stack. */
export function toErrorInfo(error: unknown): ErrorInfo {
  if (error instanceof LabError) {
    const { code, message, hint, instead } = error
    return { code, message, hint, ...(instead !== null && { instead }) }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'internal', message, hint: 'This is a bug in the lab: please report it.' }
}

/** The reverse of {@link toErrorInfo}, for the side that called. */
export function fromErrorInfo(info: ErrorInfo): LabError {
  return new LabError(info.code, info.message, info.hint, info.instead)
}
