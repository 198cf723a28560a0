import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { describeDefault, describeValues, writeOption } from '../src/main/cli/train-options'
import { KEY_GROUPS } from '../src/shared/keys'
import { PARAMETERS, PARAMETER_ROWS, PRESETS, listPreset, type Preset } from '../src/shared/spec'

/** The generated parts of the docs: by page, by the name in the part's markers. */
const PARTS: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'command-line.md': { 'options of train': writeTrainOptions },
  'keys.md': { keys: writeKeys },
  'presets.md': { presets: writePresets },
}

/** A page of the docs, with its generated parts as the code has them now. */
export interface GeneratedPage {
  readonly file: string
  readonly text: string
}

/**
 * The pages with their generated parts as the code has them now, formatted as the project formats its files.
 * @throws Error where a page lacks the markers of a part
 */
export function generatePages(docsFolder: string): Promise<GeneratedPage[]> {
  return Promise.all(
    Object.entries(PARTS).map(async ([page, parts]) => {
      const file = join(docsFolder, page)
      let text = readFileSync(file, 'utf8')
      for (const [name, write] of Object.entries(parts)) text = replacePart(text, name, write())
      return { file, text: await format(text, { ...(await resolveConfig(file)), filepath: file }) }
    }),
  )
}

function replacePart(text: string, name: string, part: string): string {
  const begin = `<!-- generated: ${name} (npm run docs) -->\n`
  const end = `<!-- end of generated: ${name} -->`
  const [before, rest] = text.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) {
    throw new Error(`Expected the markers of the generated part "${name}"; they are missing.`)
  }
  return `${before}${begin}\n${part}\n${end}${after}`
}

function writeKeys(): string {
  return KEY_GROUPS.map(({ title, keys }) => {
    const rows = keys.map(([key, meaning]) => [`\`${key}\``, meaning])
    return `## ${title}\n\n${writeTable(['key', 'what it does'], rows)}`
  }).join('\n')
}

function writeTrainOptions(): string {
  const rows = PARAMETER_ROWS.map(([, parameter]) => {
    const { help, section, page } = parameter
    const paper = section === null ? '' : ` (section ${section})`
    const more = page === undefined ? '' : ` See ${page}.`
    return [
      `\`${writeOption(parameter)}\``,
      `${help}${paper}${more}`,
      describeValues(parameter),
      describeDefault(parameter),
    ]
  })
  return writeTable(['option', 'what it sets', 'values', 'default'], rows)
}

function writePresets(): string {
  return PRESETS.map(writePreset).join('\n')
}

function writePreset(preset: Preset): string {
  const { name, label, needs, summary } = preset
  const given = needs === null ? '' : ` with \`${writeOption(PARAMETERS[needs])}\``
  const rows = listPreset(preset).map((row) => [row.label, row.value, row.source])
  const table = writeTable(['setting', 'value', 'from'], rows)
  return `## ${label}\n\n\`--preset ${name}\`${given}. ${summary}\n\n${table}`
}

function writeTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [columns, columns.map(() => '---'), ...rows].map(
    (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`,
  )
  return lines.join('')
}
