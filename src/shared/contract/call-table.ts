import type { z } from 'zod'
import { LabError } from './errors'

/** A value that nobody changes, and nothing in it; typed arrays stay as they are. */
type DeepReadonly<T> = T extends ArrayBufferView
  ? T
  : { readonly [K in keyof T]: DeepReadonly<T[K]> }

/** The value that a schema lets through. */
export type Infer<S extends z.ZodType> = DeepReadonly<z.output<S>>

/** The type of an answer. There is no value behind it: answers come from a process of our own. */
export interface ResultType<T> {
  readonly type?: T
}

/** The type of a call's answer, for its row. */
export const resultOf = <T>(): ResultType<T> => ({})

/** A call that crosses a process boundary: what it takes and what it answers with. */
export interface Call {
  readonly args: z.ZodType
  readonly result: ResultType<unknown>
}

/** Calls by name: `topic.verb`. */
export type CallTable = Readonly<Record<string, Call>>

/** How the engine treats a call, besides answering it. */
export interface EngineCall extends Call {
  /** Of the calls of this name that wait, from one window, only the newest is answered. */
  readonly isLatestOnly: boolean
  /**
   * How long the next training step waits for the answer at most, in ms; 0 never. A question about a
   * picture takes several turns of the event loop (file, decoding, network): with a step between any two
   * of them it would take as many steps.
   */
  readonly patienceMs: number
}

/** Patience with a question about one picture, in ms. */
export const QUESTION_PATIENCE_MS = 500
/** Patience with what a list or a preview shows of the data set, in ms. */
export const LIST_PATIENCE_MS = 50

/**
 * The engine's calls of one topic.
 * @param topic - in words, to say what the engine was doing: "a look into the network"
 */
export function defineEngineCalls<const T extends Readonly<Record<string, EngineCall>>>(
  topic: string,
  calls: T,
): { readonly [K in keyof T]: T[K] & { readonly topic: string } } {
  const rows = Object.entries(calls).map(([name, call]) => [name, { ...call, topic }])
  return Object.fromEntries(rows) as { [K in keyof T]: T[K] & { topic: string } }
}

/** Arguments and answer of each call of a table. */
export type CallsOf<T extends CallTable> = {
  readonly [K in keyof T]: {
    readonly args: Infer<T[K]['args']>
    readonly result: T[K]['result'] extends ResultType<infer R> ? R : never
  }
}

/** A handler for each call of a table; a call without one does not compile. */
export type HandlersOf<T extends CallTable, Context extends readonly unknown[] = []> = {
  readonly [K in keyof T]: (
    args: CallsOf<T>[K]['args'],
    ...context: Context
  ) => CallsOf<T>[K]['result'] | Promise<CallsOf<T>[K]['result']>
}

/**
 * Checks a call where it arrives.
 * @returns its name, and its arguments as the schema let them through
 * @throws LabError `bad-input` for a call that the table lacks, or for arguments that its schema refuses;
 *   one line for all faults
 */
export function checkCall<T extends CallTable>(
  table: T,
  name: unknown,
  args: unknown,
): { readonly name: keyof T & string; readonly args: unknown } {
  const call = typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined
  if (call === undefined) {
    throw new LabError(
      'bad-input',
      `Expected one of the calls ${Object.keys(table).join(', ')}; got ${String(name)}.`,
      'The window and this process are of different versions: build both again.',
    )
  }
  const parsed = call.args.safeParse(args)
  if (!parsed.success) throw badArguments(String(name), parsed.error)
  return { name: name as keyof T & string, args: parsed.data }
}

/** The error of a call, or of a message, that is not what the contract says. */
export function badArguments(what: string, { issues }: z.ZodError): LabError {
  const faults = issues.map(({ path, message }) => {
    const where = path.map(String).join('.')
    return where === '' ? message : `${where}: ${message}`
  })
  return new LabError(
    'bad-input',
    `${what}: ${faults.join('; ')}`,
    'Check the arguments against the contract of this call.',
  )
}
