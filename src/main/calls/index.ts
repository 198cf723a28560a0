import type { MainCallHandlers } from '../call-answers'
import { createAppHandlers } from './app'
import { createDialogHandlers } from './dialog'
import { createEngineProcessHandlers } from './engine-process'
import { createFileHandlers } from './files'
import type { MainParts } from './parts'
import { createPictureHandlers } from './pictures'
import { createRunHandlers } from './runs'
import { createSettingsHandlers } from './settings'

/** A handler for each of the window's calls to main. */
export function createMainHandlers(parts: MainParts): MainCallHandlers {
  return {
    ...createAppHandlers(parts),
    ...createDialogHandlers(parts),
    ...createEngineProcessHandlers(parts),
    ...createFileHandlers(parts),
    ...createPictureHandlers(parts),
    ...createRunHandlers(parts),
    ...createSettingsHandlers(parts),
  }
}
