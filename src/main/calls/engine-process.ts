import type { HandlersOf } from '../../shared/contract/call-table'
import type { ENGINE_PROCESS_CALLS } from '../../shared/contract/main/engine-process'
import type { MainParts } from './parts'

/** The engine's process. */
export function createEngineProcessHandlers({
  engine,
}: MainParts): HandlersOf<typeof ENGINE_PROCESS_CALLS> {
  return {
    'engine.state': () => engine.state,
    'engine.restart': () => {
      engine.restart()
      return null
    },
  }
}
