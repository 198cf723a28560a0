import { setPriority } from 'node:os'
import { toErrorInfo, type EngineToMain, type MainToEngine } from '../../shared/contract'
import type { EngineService } from './service'
import { adaptPort, type RawPort } from './service/engine-port'

/** Longest that a shutdown waits for a run folder to be put in order. */
const SHUTDOWN_MS = 10_000

/** Enough for the window to go first, not so much that other programs starve a training. */
const NICENESS = 5

/** What Electron's utility process has in place of IPC; the engine imports nothing of Electron. */
interface ParentPort {
  postMessage(message: EngineToMain): void
  on(
    event: 'message',
    listener: (event: { data: MainToEngine; ports: readonly RawPort[] }) => void,
  ): void
}

const { parentPort } = process as unknown as { parentPort: ParentPort }
const startedMs = performance.now()
/** Ports that came before TensorFlow was there; what windows send waits inside them. */
const waitingPorts: RawPort[] = []
let service: EngineService | null = null

parentPort.on('message', ({ data, ports }) => {
  if (data.type === 'shutdown') {
    void shutdown()
    return
  }
  const [port] = ports
  if (port === undefined) return
  if (service === null) waitingPorts.push(port)
  else connect(service, port)
})

// After this turn, so that the message loop is there first: loading blocks for most of a second.
setImmediate(() => void start())

async function start(): Promise<void> {
  try {
    const { reportDevice } = await import('./tensorflow')
    const device = reportDevice()
    const { EngineService } = await import('./service')
    service = new EngineService({
      device,
      onTraining: (active, runFolder) =>
        parentPort.postMessage({ type: 'training', active, runFolder }),
    })
    for (const port of waitingPorts.splice(0)) connect(service, port)
    parentPort.postMessage({ type: 'ready', device, loadMs: performance.now() - startedMs })
    giveWay()
  } catch (error) {
    parentPort.postMessage({ type: 'failed', error: toErrorInfo(error) })
  }
}

/** TensorFlow uses every core; once it is loaded, the window and main go first. */
function giveWay(): void {
  try {
    setPriority(NICENESS)
  } catch {
    // Where the system refuses, the engine runs as all else does.
  }
}

function connect(to: EngineService, port: RawPort): void {
  to.connect(adaptPort(port, (message) => (message as { data: unknown }).data))
}

async function shutdown(): Promise<void> {
  setTimeout(() => process.exit(0), SHUTDOWN_MS).unref()
  try {
    await service?.shutdown()
  } finally {
    process.exit(0)
  }
}
