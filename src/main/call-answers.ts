import {
  badArguments,
  toErrorInfo,
  unknownCall,
  type MainCallName,
  type MainCalls,
  type Reply,
} from '../shared/contract'
import { CALL_SCHEMAS } from './call-schemas'

/** A handler for each call; a call without one does not compile. */
export type MainCallHandlers = {
  readonly [K in MainCallName]: (
    args: MainCalls[K]['args'],
  ) => MainCalls[K]['result'] | Promise<MainCalls[K]['result']>
}

/** Validates a call, lets its handler answer, and always gives a reply. */
export async function answerCall(
  handlers: MainCallHandlers,
  name: unknown,
  args: unknown,
): Promise<Reply<unknown>> {
  try {
    if (!isCallName(name)) throw unknownCall(name, Object.keys(CALL_SCHEMAS))
    const parsed = CALL_SCHEMAS[name].safeParse(args)
    if (!parsed.success) throw badArguments(name, parsed.error.issues)
    const handler = handlers[name] as (args: unknown) => unknown
    return { ok: true, value: await handler(parsed.data) }
  } catch (error) {
    return { ok: false, error: toErrorInfo(error) }
  }
}

function isCallName(name: unknown): name is MainCallName {
  return typeof name === 'string' && Object.prototype.hasOwnProperty.call(CALL_SCHEMAS, name)
}
