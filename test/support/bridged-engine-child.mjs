// Runs the built engine (out/main/engine.cjs) under plain Node: stands in for what Electron's utility
// process gives it, a parent port and ports to windows, over the IPC channel of this child process.
import { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'

const parentPort = new EventEmitter()
parentPort.postMessage = (message) => process.send({ to: 'main', message })
process.parentPort = parentPort

/** The window's port, as Electron's MessagePortMain: what comes is wrapped in an event. */
let windowPort = null

process.on('message', ({ to, message }) => {
  if (to === 'window-port') {
    windowPort?.emit('close')
    const port = new EventEmitter()
    port.postMessage = (sent) => {
      if (port === windowPort) process.send({ to: 'window', message: sent })
    }
    port.close = () => port.emit('close')
    windowPort = port
    parentPort.emit('message', { data: { type: 'port' }, ports: [port] })
  } else if (to === 'engine') {
    windowPort?.emit('message', { data: message })
  } else {
    parentPort.emit('message', { data: message, ports: [] })
  }
})
// The test is gone: so is its engine.
process.on('disconnect', () => process.exit(0))

createRequire(import.meta.url)(process.argv[2])
