import { VIEW_NAMES, type PageName } from '../../../../shared/contract'
import { usableRuns } from '../../lib/network/model-choice'
import type { LabState } from '../../state/lab-state.svelte'
import { listExports, listLayers, listRuns, listSettings, listTabs } from './place-commands'
import type { Command } from './command'

/** What the palette finds now. */
export function listCommands(lab: LabState): Command[] {
  return [
    ...listActions(lab),
    ...listViews(lab),
    ...listTabs(lab),
    ...listLayers({
      inspect: lab.inspect,
      architecture: lab.architecture,
      show: (view) => (lab.view = view),
    }),
    ...listRuns(lab),
    ...listExports(),
    ...listSettings(lab),
  ]
}

function listViews(lab: LabState): Command[] {
  const goTo = (view: PageName, key: string): Command => ({
    group: 'Views',
    label: `Go to ${view}`,
    icon: 'chevron',
    key,
    run: () => (lab.view = view),
  })
  return [
    goTo('Start', 'Alt+Home'),
    ...VIEW_NAMES.map((view, index) => goTo(view, `Ctrl+${index + 1}`)),
  ]
}

/** What can be done now. */
function listActions(lab: LabState): Command[] {
  const commands: Omit<Command, 'group'>[] = []
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
  const undo = folder === undefined ? null : (lab.corrections.of(folder)?.undo ?? null)
  if (folder !== undefined && undo !== null) {
    commands.push({
      label: 'Undo the last correction',
      icon: 'undo',
      detail: undo,
      run: () => lab.corrections.undo(folder),
    })
  }
  const { unfinished } = lab.runs
  if (unfinished !== null) {
    commands.push({
      label: `Continue ${unfinished.run.name}`,
      icon: 'play',
      run: () => lab.continueRun(unfinished.folder),
    })
  }
  for (const run of usableRuns(lab.runs.recent)) {
    commands.push({
      label: `Evaluate ${run.run.name}`,
      icon: 'evaluate',
      run: () => lab.evaluateRun(run),
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
      icon: 'settings',
      key: 'Ctrl+,',
      run: () => (lab.areSettingsShown = true),
    },
    { label: 'Show the keys', icon: 'keyboard', key: 'h', run: () => (lab.areKeysShown = true) },
  )
  return commands.map((command) => ({ group: 'Actions', ...command }))
}
