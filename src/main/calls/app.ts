import type { HandlersOf } from '../../shared/contract/call-table'
import type { APP_CALLS } from '../../shared/contract/main/app'
import type { MainParts } from './parts'

/** Facts about the program. */
export function createAppHandlers({ info }: MainParts): HandlersOf<typeof APP_CALLS> {
  return { 'app.info': () => info }
}
