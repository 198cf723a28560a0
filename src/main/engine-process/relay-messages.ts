/** Messages of main to the relay; a port comes with `port`. */
export type MainToRelay =
  /** A window's end is elsewhere: joins this one to the engine's stream. */
  | { readonly type: 'port' }
  /** A message for the engine, encoded. */
  | { readonly type: 'control'; readonly body: Uint8Array }

/** Messages of the relay to main. */
export type RelayToMain =
  | { readonly type: 'spawned'; readonly pid: number }
  /** A message of the engine's, encoded. */
  | { readonly type: 'control'; readonly body: Uint8Array }
  /** The engine's program could not be started, or speaks something else than frames. */
  | { readonly type: 'fault'; readonly message: string }
  | {
      readonly type: 'exit'
      readonly code: number | null
      readonly signal: NodeJS.Signals | null
    }
