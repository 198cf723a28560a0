import { VIEW_NAMES, type PageName } from '../../../shared/contract'
import type { LabState } from '../state/lab-state.svelte'
import type { IconName } from '../components/icons'

/** Something that the palette offers. */
export interface Command {
  readonly label: string
  readonly icon: IconName
  /** The key that does the same, if any. */
  readonly key?: string
  readonly run: () => unknown
}

/** What can be done now, in the order of the palette. */
export function listCommands(lab: LabState): Command[] {
  const goTo = (view: PageName, key: string): Command => ({
    label: `Go to ${view}`,
    icon: 'chevron',
    key,
    run: () => (lab.view = view),
  })
  const commands = [
    goTo('Start', 'Alt+Home'),
    ...VIEW_NAMES.map((view, index) => goTo(view, `Ctrl+${index + 1}`)),
  ]
  const { data, training, inspect, appearance } = lab
  const show = (view: PageName, action: () => unknown) => (): unknown => {
    lab.view = view
    return action()
  }
  commands.push(
    {
      label: 'Open folder of pictures',
      icon: 'folder',
      run: show('Data', () => data.chooseFolder()),
    },
    { label: 'Use sample data', icon: 'sample', run: show('Data', () => data.useSample()) },
    {
      label: 'Open image to inspect',
      icon: 'image',
      run: show('Inspect', () => inspect.openImage()),
    },
    { label: 'Import weights', icon: 'import', run: () => lab.importWeights() },
  )
  const folder = data.dataset?.source
  if (
    folder !== undefined &&
    !training.isActive &&
    Object.keys(training.form.faults).length === 0
  ) {
    commands.push({
      label: 'Start training',
      icon: 'play',
      run: show('Train', () => training.start(folder)),
    })
  }
  if (training.status.phase === 'paused') {
    commands.push({ label: 'Resume training', icon: 'play', run: () => training.resume() })
  } else if (training.isActive) {
    commands.push({ label: 'Pause training', icon: 'pause', run: () => training.pause() })
  }
  if (training.isActive) {
    commands.push({ label: 'Stop training', icon: 'stop', run: () => training.stop() })
  }
  commands.push(
    { label: 'Theme: light', icon: 'sun', run: () => appearance.setTheme('light') },
    { label: 'Theme: dark', icon: 'moon', run: () => appearance.setTheme('dark') },
    { label: 'Theme: system', icon: 'contrast', run: () => appearance.setTheme('system') },
    {
      label: 'Settings',
      icon: 'chip',
      key: 'Ctrl+,',
      run: () => (lab.areSettingsShown = true),
    },
    { label: 'Show the keys', icon: 'keyboard', key: 'h', run: () => (lab.areKeysShown = true) },
  )
  return commands
}

/** Commands whose label holds every word of the text, in any case; all when it is empty. */
export function filterCommands<T extends { readonly label: string }>(
  commands: readonly T[],
  text: string,
): readonly T[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return commands.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)))
}
