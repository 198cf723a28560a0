import { EngineService } from '../../src/main/engine/service'
import { reportDevice } from '../../src/main/engine/tensorflow'
import type { EngineClient } from '../../src/renderer/src/lib/engine/engine-client'
import { makeClient, makePortPair } from './port-pair'
import { until } from './until'

/** The engine's service on this thread, and the window's client of it. */
export interface ServedEngine {
  readonly service: EngineService
  readonly client: EngineClient
  /** Ends both; resolves once nothing of them is at work. */
  close(): Promise<void>
}

/** Serves the engine as its process does, to a client as the window has it. */
export function serveEngine(): ServedEngine {
  const service = new EngineService({
    device: reportDevice(),
    onTraining: () => undefined,
    onAsked: () => undefined,
  })
  const { engineEnd, windowEnd } = makePortPair()
  service.connect(engineEnd)
  const client = makeClient()
  client.connect(windowEnd)
  return {
    service,
    client,
    close: async () => {
      await service.shutdown()
      client.disconnect('the test has ended')
      await until(() => service.sessionCount === 0)
    },
  }
}
