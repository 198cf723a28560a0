import { toErrorInfo, type Reply } from '../shared/contract'
import { checkCall, type HandlersOf } from '../shared/contract/call-table'
import { MAIN_CALLS } from '../shared/contract/main/calls'

/** A handler for each call of main; a call without one does not compile. */
export type MainCallHandlers = HandlersOf<typeof MAIN_CALLS>

/** Validates a call, lets its handler answer, and always gives a reply. */
export async function answerCall(
  handlers: MainCallHandlers,
  name: unknown,
  args: unknown,
): Promise<Reply<unknown>> {
  try {
    const call = checkCall(MAIN_CALLS, name, args)
    const handler = handlers[call.name] as (args: unknown) => unknown
    return { ok: true, value: await handler(call.args) }
  } catch (error) {
    return { ok: false, error: toErrorInfo(error) }
  }
}
