import { PRESETS, listPreset } from '../../shared/spec'
import { formatTable, printJson, type Output } from './output'

/** `vgg-lab presets`: what each preset sets, and where the value is from. */
export function listPresets(isJson: boolean, output: Output): void {
  if (isJson) {
    printJson(output, { presets: PRESETS })
    return
  }
  const columns = [{ title: 'setting' }, { title: 'value' }, { title: 'from' }]
  for (const preset of PRESETS) {
    const { name, label, summary } = preset
    const rows = listPreset(preset).map((row) => [row.label, row.value, row.source])
    output.out(`${name}: ${label}\n${summary}\n\n${formatTable(columns, rows)}\n`)
  }
}
