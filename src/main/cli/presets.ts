import { PRESETS, describeSetting, labelSetting, presetKeys, type Preset } from '../../shared/spec'
import { formatTable, printJson, type Output } from './output'

/** `vgg-lab presets`: what each preset sets, and where the value is from. */
export function listPresets(isJson: boolean, output: Output): void {
  if (isJson) {
    printJson(output, { presets: PRESETS })
    return
  }
  for (const preset of PRESETS) {
    const { name, label, summary } = preset
    output.out(`${name}: ${label}\n${summary}\n\n`)
    output.out(
      formatTable([{ title: 'setting' }, { title: 'value' }, { title: 'from' }], listRows(preset)),
    )
    output.out('\n')
  }
}

/** A row for each setting of a preset: its label, its value, its source. */
export function listRows(preset: Preset): [string, string, string][] {
  return presetKeys(preset).map((key) => [
    labelSetting(key),
    describeSetting(preset.fields[key]?.value),
    preset.fields[key]?.source ?? '',
  ])
}
