import { tick } from 'svelte'
import { ENGINE_PARAMETERS, PARAMETERS, type ParameterKey } from '../../../../shared/spec'
import { titleNetwork } from '../../../../shared/vgg'
import { focusSetting } from '../../lib/focus/focus-setting'
import { listOfferedMenus } from '../../lib/export/offered-menus'
import { EVALUATION_TABS } from '../../lib/evaluation/evaluation-tabs'
import { SECTIONS } from '../../lib/links/architecture-place'
import { INSPECT_TOOLS } from '../../lib/links/inspect-place'
import { describeRunNetwork, describeState } from '../../lib/words/run-words'
import type { LabState } from '../../state/lab-state.svelte'
import type { Command } from './command'

/** The tools of Inspect, the parts of Architecture and those of Evaluate. */
export function listTabs(lab: LabState): Command[] {
  return [
    ...INSPECT_TOOLS.map(({ value, label }): Command => ({
      group: 'Tabs',
      label,
      detail: 'Inspect',
      icon: 'inspect',
      run: () => {
        lab.view = 'Inspect'
        lab.inspect.tool = value
      },
    })),
    ...SECTIONS.map(({ value, label }): Command => ({
      group: 'Tabs',
      label,
      detail: 'Architecture',
      icon: 'architecture',
      run: () => {
        lab.view = 'Architecture'
        lab.architecture.show({ section: value })
      },
    })),
    ...EVALUATION_TABS.map(({ value, label }): Command => ({
      group: 'Tabs',
      label,
      detail: 'Evaluate',
      icon: 'evaluate',
      run: () => {
        lab.view = 'Evaluate'
        lab.evaluate.tab = value
      },
    })),
  ]
}

/** The layers of the network that Inspect looks into, and of the one that Architecture shows. */
export function listLayers({ inspect, architecture, ...lab }: LayerPlaces): Command[] {
  const inspected = (inspect.network?.layers ?? []).map(({ name, output }): Command => ({
    group: 'Layers',
    label: name,
    detail: `Inspect, ${output.join(' × ')}`,
    icon: 'inspect',
    run: () => {
      lab.show('Inspect')
      return inspect.chooseLayer(name)
    },
  }))
  const drawn = architecture.network.layers.map(({ name, output }): Command => ({
    group: 'Layers',
    label: name,
    detail: `${titleNetwork(architecture.place.spec)}, ${output.join(' × ')}`,
    icon: 'architecture',
    run: () => {
      lab.show('Architecture')
      architecture.show({ layer: name })
    },
  }))
  return [...inspected, ...drawn]
}

/** What {@link listLayers} needs of the lab. */
export interface LayerPlaces extends Pick<LabState, 'inspect' | 'architecture'> {
  readonly show: (view: 'Inspect' | 'Architecture') => void
}

/** The runs, those that were at work last first; one without a checkpoint is shown among the others. */
export function listRuns(lab: LabState): Command[] {
  return lab.runs.recent.map((run): Command => ({
    group: 'Runs',
    label: run.run.name,
    detail: `${describeRunNetwork(run)}, ${describeState(run, lab.runs.isInterrupted(run)).words}`,
    icon: 'runs',
    run: async () => {
      lab.view = run.checkpoints.length > 0 ? 'Inspect' : 'Runs'
      if (run.checkpoints.length === 0) return
      await lab.inspected.choose({ kind: 'run', folder: run.folder, checkpoint: null })
    },
  }))
}

/** What can be exported of what is shown. */
export function listExports(): Command[] {
  return listOfferedMenus().flatMap(({ name, items }) =>
    items
      .filter(({ disabled }) => disabled !== true)
      .map(({ label, run }): Command => ({
        group: 'Exports',
        label: `${name}: ${label}`,
        icon: 'export',
        run,
      })),
  )
}

const APP_SETTINGS = [
  'Theme',
  'Device',
  'oneDNN',
  ...Object.values(ENGINE_PARAMETERS).map(({ label }) => label),
]

/** Every field of Train's form, and the settings of the lab. */
export function listSettings(lab: LabState): Command[] {
  const keys = Object.keys(PARAMETERS) as ParameterKey[]
  return [
    ...keys.map((key): Command => ({
      group: 'Settings',
      label: PARAMETERS[key].label,
      detail: 'Train',
      icon: 'train',
      run: async () => {
        lab.view = 'Train'
        await tick()
        const form = document.querySelector('form[aria-label="Training settings"]')
        if (form !== null) focusSetting(form, PARAMETERS[key].label)
      },
    })),
    ...APP_SETTINGS.map((label): Command => ({
      group: 'Settings',
      label,
      detail: 'Settings',
      icon: 'settings',
      run: async () => {
        lab.areSettingsShown = true
        await tick()
        const dialog = document.querySelector('dialog[open]')
        if (dialog !== null) focusSetting(dialog, label)
      },
    })),
  ]
}
