import type { Theme } from '../../../shared/contract'
import { callMain } from '../lib/engine/bridge'

/** Light or dark, and whether things may move. Written to `<html data-theme="light|dark">`. */
export class AppearanceState {
  readonly #dark = window.matchMedia('(prefers-color-scheme: dark)')
  readonly #still = window.matchMedia('(prefers-reduced-motion: reduce)')
  #theme = $state<Theme>('system')
  #systemIsDark = $state(this.#dark.matches)
  #isMotionReduced = $state(this.#still.matches)
  readonly #resolved = $derived<'light' | 'dark'>(
    this.#theme === 'system' ? (this.#systemIsDark ? 'dark' : 'light') : this.#theme,
  )

  /** What was chosen. */
  get theme(): Theme {
    return this.#theme
  }

  /** What is shown. */
  get resolved(): 'light' | 'dark' {
    return this.#resolved
  }

  get isMotionReduced(): boolean {
    return this.#isMotionReduced
  }

  async setTheme(theme: Theme): Promise<void> {
    this.#theme = theme
    this.#apply()
    await callMain('settings.set', { theme })
  }

  /** Follows the system and reads what was chosen; returns what stops following. */
  connect(): () => void {
    const onDark = (): void => {
      this.#systemIsDark = this.#dark.matches
      this.#apply()
    }
    const onStill = (): void => {
      this.#isMotionReduced = this.#still.matches
    }
    this.#dark.addEventListener('change', onDark)
    this.#still.addEventListener('change', onStill)
    this.#apply()
    void callMain('settings.get', {}).then((settings) => {
      this.#theme = settings.theme
      this.#apply()
    })
    return () => {
      this.#dark.removeEventListener('change', onDark)
      this.#still.removeEventListener('change', onStill)
    }
  }

  #apply(): void {
    document.documentElement.dataset.theme = this.#resolved
  }
}
