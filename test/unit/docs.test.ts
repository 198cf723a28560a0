import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { scripts } from '../../package.json'
import { generatePages } from '../../scripts/docs-tables'
import { EXIT } from '../../src/main/cli/exit-codes'
import { makeProgram } from '../../src/main/cli/program'
import { VIEW_NAMES } from '../../src/shared/contract'
import { KEY_GROUPS } from '../../src/shared/keys'
import { ENGINE_PARAMETERS } from '../../src/shared/spec'
import { captureOutput } from '../support/captured-output'
import { readPages } from '../support/markdown'

const ROOT = resolve(import.meta.dirname, '../..')
const pages = readPages()
const findPage = (name: string) => {
  const page = pages.find((candidate) => candidate.name === name)
  if (page === undefined) throw new Error(`Expected the page ${name}; it is missing.`)
  return page
}

/** The text of all sources in some folders, by their paths. */
function readSources(...folders: string[]): { file: string; text: string }[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|mjs|cjs|svelte)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => ({ file, text: readFileSync(file, 'utf8') })),
  )
}

/** A program whose commands do nothing. */
function makeIdleProgram(): Command {
  const program = makeProgram({
    output: captureOutput(),
    signal: new AbortController().signal,
    projectFolder: ROOT,
    setExitCode: () => undefined,
  })
  for (const command of program.commands) command.action(() => undefined)
  return program
}

test('the generated tables of the docs are as the code has them', async () => {
  for (const { file, text } of await generatePages(join(ROOT, 'docs'))) {
    const message = `docs/${basename(file)} is out of date: run \`npm run docs\` and commit it`
    expect(readFileSync(file, 'utf8'), message).toBe(text)
  }
})

describe.each(pages)('$name', ({ links, inlineCode, codeLines, text }) => {
  test('links to files and headings that exist', () => {
    for (const { file, anchor } of links) {
      expect(existsSync(join(ROOT, file)), `${file} exists`).toBe(true)
      if (anchor === '') continue
      expect([...findPage(file).anchors], `${file} has the heading #${anchor}`).toContain(anchor)
    }
  })

  test('names files of the project that exist', () => {
    const named = text.matchAll(
      /`((?:src|test|scripts|bench|docs|out)\/[\w./-]+)`(?! \((?:new|built))/g,
    )
    for (const [, path = ''] of named) {
      if (path.startsWith('out/')) continue
      expect(existsSync(join(ROOT, path)), `${path} exists`).toBe(true)
    }
  })

  test('names scripts of npm that exist', () => {
    for (const [, name = ''] of text.matchAll(/\bnpm run ([\w-]+)/g)) {
      expect(Object.keys(scripts)).toContain(name)
    }
  })

  test('names commands and options that exist', async () => {
    const isCommand = (line: string): boolean => /^(npx )?vgg-lab( |$)/.test(line)
    const lines = [...codeLines, ...inlineCode].filter(isCommand).map((line) =>
      line
        .replace(/^npx /, '')
        .replace(/\s+#.*$/, '')
        .split(/\s+/)
        .slice(1),
    )
    for (const words of lines) {
      // A placeholder stands for a value.
      if (words.some((word) => /[<[|…]|\.\.\./.test(word))) checkNames(words)
      else {
        const said = await makeIdleProgram()
          .parseAsync(words, { from: 'user' })
          .then(
            () => null,
            (error: unknown) => (error as { exitCode: number }).exitCode || null,
          )
        // Where only some words of a command are named, the others are missing.
        if (said !== null) checkNames(words)
      }
    }
  })
})

/** The command of a line is one, and has the options that the line names. */
function checkNames(words: readonly string[]): void {
  const [name = ''] = words
  const program = makeIdleProgram()
  const line = `vgg-lab ${words.join(' ')}`
  if (name === '' || /^[<[.…-]/.test(name)) return
  const command = program.commands.find((candidate) => candidate.name() === name)
  if (name !== 'help') expect(command, `${line}: there is a command ${name}`).toBeDefined()
  if (name === 'bench') return
  const own = ['--help', ...(command?.options ?? []).map(({ long }) => long)]
  for (const [option] of words.join(' ').matchAll(/--[a-z][\w-]*/g)) {
    expect(own, `${line}: ${name} has ${option}`).toContain(option)
  }
}

test('every option that the docs name is one of the lab', () => {
  const known = new Set(
    makeIdleProgram().commands.flatMap(({ options }) => options.map(({ long }) => long)),
  )
  // The set-up, the launcher and the benchmarks read their own.
  const sources = readSources('scripts', 'bench')
    .map(({ text }) => text)
    .join('\n')
  // The last is the example of how an option is added.
  const ofOthers = new Set(['--version', '--help', '--logdir', '--label-smoothing'])
  for (const { name, inlineCode } of pages) {
    for (const code of inlineCode) {
      for (const [option] of code.matchAll(/(?<![\w-])--[a-z][\w-]*/g)) {
        const isKnown = known.has(option) || ofOthers.has(option) || sources.includes(option)
        expect(isKnown, `${name}: ${option}`).toBe(true)
      }
    }
  }
})

test('every page is linked from the index, every picture shown, every view described', () => {
  const { links } = findPage('docs/README.md')
  const linked = new Set(links.map(({ file }) => file))
  const others = pages.map(({ name }) => name)
  expect(others.filter((name) => !name.endsWith('README.md') && !linked.has(name))).toEqual([])
  const shown = new Set(pages.flatMap((page) => page.links.map(({ file }) => file)))
  const pictures = readdirSync(join(ROOT, 'docs/images')).map((name) => `docs/images/${name}`)
  expect(pictures.filter((name) => !shown.has(name))).toEqual([])
  for (const view of VIEW_NAMES) {
    expect([...linked]).toContain(`docs/${view.toLowerCase()}-view.md`)
  }
})

test('the table of environment variables has exactly those that the code reads', () => {
  const used = readSources('src', 'scripts', 'bench', 'test')
    .filter(({ file }) => file !== import.meta.filename)
    .flatMap(({ text }) => text.match(/\bVGG_LAB_[A-Z_]+\b/g) ?? [])
  const { text } = findPage('docs/variables.md')
  const documented = [...text.matchAll(/^\| `(VGG_LAB_[A-Z_]+)`/gm)].map(([, name = '']) => name)
  expect(documented.sort()).toEqual([...new Set(used)].sort())
  for (const page of pages) {
    const named = page.text.match(/\bVGG_LAB_[A-Z_]+\b/g) ?? []
    expect(documented).toEqual(expect.arrayContaining(named))
  }
})

test('the table of exit codes is that of the command line', () => {
  const { text } = findPage('docs/command-line.md')
  const [, table = ''] = /\| exit code \|.*\n\|.*\n((?:\|.*\n)+)/.exec(text) ?? []
  const codes = table.split('\n').flatMap((row) => /^\| (\d+)/.exec(row)?.[1] ?? [])
  expect(codes.map(Number)).toEqual(Object.values(EXIT))
})

test('the list of keys has all that the menu has', () => {
  const menu = readFileSync(join(ROOT, 'src/main/window/menu.ts'), 'utf8')
  const keys = KEY_GROUPS.flatMap((group) => group.keys).map((entry) => entry.join(' '))
  for (const [, accelerator = ''] of menu.matchAll(
    /'((?:(?:CmdOrCtrl|Alt|Shift)\+)+[^'`$]+|F\d+)'/g,
  )) {
    const words = accelerator.replace('CmdOrCtrl', 'Ctrl').replaceAll('+', ' ')
    const isListed = keys.some((entry) => entry.startsWith(`${words} `) || entry.endsWith(words))
    expect(isListed, accelerator).toBe(true)
  }
  const ROLES = {
    quit: 'Ctrl Q',
    resetZoom: 'Ctrl 0',
    zoomIn: 'Ctrl +',
    zoomOut: 'Ctrl −',
    togglefullscreen: 'F11',
    reload: 'Ctrl R',
    toggleDevTools: 'Ctrl Shift I',
  }
  for (const [role, key] of Object.entries(ROLES)) {
    if (menu.includes(`'${role}'`)) expect(keys.some((entry) => entry.startsWith(key))).toBe(true)
  }
  expect(keys.find((entry) => entry.startsWith('Ctrl 1'))).toContain(`… ${VIEW_NAMES.length}`)
})

test('the defaults that the docs name are those of the code', () => {
  const { text } = findPage('docs/settings.md')
  for (const { label, default: value, unit } of Object.values(ENGINE_PARAMETERS)) {
    const [, cell = ''] = new RegExp(`^\\| ${label} +\\| ([^|]+?) +\\|`, 'm').exec(text) ?? []
    expect([label, cell]).toEqual([label, `${value}${unit && ` ${unit}`}`])
  }
  const limit = `${ENGINE_PARAMETERS.cacheGb.default} GB by default`
  expect(findPage('README.md').text).toContain(limit)
})

test('git ignores what the commands of the README write', () => {
  const ignored = readFileSync(join(ROOT, '.gitignore'), 'utf8').split('\n')
  for (const name of ['/shapes/', '/runs/', '/predictions.csv', '/maps.png']) {
    expect(ignored).toContain(name)
  }
})
