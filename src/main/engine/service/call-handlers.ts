import type { EngineEventName, EngineEvents, Pin, Progress } from '../../../shared/contract'
import type { CallTable, HandlersOf } from '../../../shared/contract/call-table'

/** The window that calls, for what belongs to one window. */
export interface CallingWindow {
  /** The picture and layer whose maps it follows. */
  pin: Pin | null
  sendEvent<K extends EngineEventName>(name: K, value: EngineEvents[K]): void
}

/** What a handler is given besides its arguments. */
export interface CallContext {
  readonly signal: AbortSignal
  /** Throttled to about 10 Hz; the last one of a total always goes through. */
  readonly onProgress: (progress: Progress) => void
  readonly session: CallingWindow
}

/** A handler for each call of one of the contract's tables. */
export type Handlers<T extends CallTable> = HandlersOf<T, [context: CallContext]>
