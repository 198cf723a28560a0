import { ipcMain, type BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron'
import {
  CHANNELS,
  LabError,
  toErrorInfo,
  type MainEventName,
  type MainEvents,
} from '../shared/contract'
import { answerCall } from './call-answers'
import { createMainHandlers } from './calls'
import type { MainParts } from './calls/parts'
import { isOwnPage } from './window/window'

/** What the calls are answered from, and who may ask. */
export interface IpcParts extends Omit<MainParts, 'tell'> {
  readonly pageUrl: string
}

/** Answers the window's calls: one channel, one table. */
export function serveCalls(parts: IpcParts): void {
  const handlers = createMainHandlers({
    ...parts,
    tell: (name, value) => sendToWindow(parts.window(), name, value),
  })
  ipcMain.handle(CHANNELS.call, (event, name: unknown, args: unknown) => {
    if (isFromWindow(event, parts)) return answerCall(handlers, name, args)
    const error = new LabError('bad-input', "Expected a call from the lab's own window.")
    return { ok: false, error: toErrorInfo(error) }
  })
  // The window listens: it may have a port now.
  ipcMain.on(CHANNELS.port, (event) => {
    if (isFromWindow(event, parts)) parts.engine.connectWindow(event.sender)
  })
}

/** Sends an event to the window, if there is one. */
export function sendToWindow<K extends MainEventName>(
  window: BrowserWindow | null,
  name: K,
  value: MainEvents[K],
): void {
  if (window !== null && !window.isDestroyed()) {
    window.webContents.send(CHANNELS.event, name, value)
  }
}

/** Only the main frame of our window, on our page, is answered. */
function isFromWindow(
  event: IpcMainInvokeEvent | IpcMainEvent,
  { window, pageUrl }: IpcParts,
): boolean {
  const contents = window()?.webContents
  const frame = event.senderFrame
  if (contents === undefined || event.sender !== contents || frame === null) return false
  return frame.parent === null && isOwnPage(frame.url, pageUrl)
}
