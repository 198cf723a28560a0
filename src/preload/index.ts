import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { CHANNELS, type LabBridge } from '../shared/contract'

const bridge: LabBridge = {
  call: (name, args) => ipcRenderer.invoke(CHANNELS.call, name, args),
  on: (name, listener) => {
    const onEvent = (_event: unknown, sent: unknown, value: unknown): void => {
      if (sent === name) listener(value as never)
    }
    ipcRenderer.on(CHANNELS.event, onEvent)
    return () => {
      ipcRenderer.off(CHANNELS.event, onEvent)
    }
  },
  pathOf: (file) => {
    // Electron 22 has no webUtils, but a path on the file itself.
    const utils = webUtils as typeof webUtils | undefined
    if (utils !== undefined)
      return utils.getPathForFile(file as Parameters<typeof utils.getPathForFile>[0])
    return (file as { path?: string }).path ?? ''
  },
  ready: () => ipcRenderer.send(CHANNELS.port),
}

contextBridge.exposeInMainWorld('lab', bridge)

// A port cannot cross the bridge, but it can be posted to the page; no other page is ever there.
ipcRenderer.on(CHANNELS.port, (event) => {
  window.postMessage({ type: CHANNELS.port }, '*', event.ports)
})
