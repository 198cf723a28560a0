import type { LabBridge, MainEvents, Reply } from '../../src/shared/contract'

/** What the test sends into the page: an event of main, or a message of the engine, encoded. */
export type PageMessage =
  | {
      readonly type: 'event'
      readonly name: keyof MainEvents
      readonly value: MainEvents[keyof MainEvents]
    }
  | { readonly type: 'engine'; readonly body: Uint8Array }

declare global {
  interface Window {
    labCall?: (name: string, args: unknown) => Promise<Reply<unknown>>
    labReady?: () => Promise<void>
    labToEngine?: (body: Uint8Array) => Promise<void>
    labDeliver?: (messages: readonly PageMessage[]) => void
  }
}

/**
 * Runs in the page before the renderer: puts `window.lab` there as the preload does, and hands the
 * window one end of a MessageChannel whose other end is bridged to the engine. It is sent as text,
 * so it uses nothing from outside itself.
 */
export function installBridge(): void {
  const listeners = new Set<(message: PageMessage) => void>()
  let enginePort: MessagePort | null = null
  window.labDeliver = (messages) => {
    for (const message of messages) {
      if (message.type === 'engine') enginePort?.postMessage(message.body)
      else for (const listener of listeners) listener(message)
    }
  }
  const lab = {
    call: (name, args) => window.labCall?.(name, args) as never,
    on: (name, listener) => {
      const onEvent = (message: PageMessage): void => {
        if (message.type === 'event' && message.name === name) listener(message.value as never)
      }
      listeners.add(onEvent)
      return () => listeners.delete(onEvent)
    },
    pathOf: () => '',
    ready: () => {
      const { port1, port2 } = new MessageChannel()
      enginePort = port1
      port1.onmessage = (event) => void window.labToEngine?.(event.data as Uint8Array)
      void window.labReady?.().then(() => {
        window.postMessage({ type: 'lab:engine-port' }, '*', [port2])
      })
    },
  } satisfies LabBridge
  Object.assign(window, { lab })
}
