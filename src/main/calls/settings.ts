import { nativeTheme } from 'electron'
import type { HandlersOf } from '../../shared/contract/call-table'
import type { SETTINGS_CALLS } from '../../shared/contract/main/settings'
import type { MainParts } from './parts'

/** What the window remembers between starts. */
export function createSettingsHandlers({ settings }: MainParts): HandlersOf<typeof SETTINGS_CALLS> {
  return {
    'settings.get': () => settings.settings,
    'settings.set': (changes) => {
      const changed = settings.change(changes)
      nativeTheme.themeSource = changed.theme
      return changed
    },
  }
}
