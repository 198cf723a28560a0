import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')

/** A page of the docs. */
export interface Page {
  /** Relative to the project: `docs/keys.md`. */
  readonly name: string
  readonly text: string
  /** The text without its fenced blocks. */
  readonly prose: string
  /** Lines of the fenced blocks. */
  readonly codeLines: readonly string[]
  /** What stands between backticks in the prose, table escapes undone. */
  readonly inlineCode: readonly string[]
  /** Anchors of the headings, as GitHub makes them. */
  readonly anchors: ReadonlySet<string>
  /** Links and pictures: the target file relative to the project, and the anchor or ''. */
  readonly links: readonly { readonly file: string; readonly anchor: string }[]
}

/** All pages: the README and its neighbours, and docs. */
export function readPages(): Page[] {
  const list = (folder: string): string[] =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name))
  return [...list('.'), ...list('docs')].map(readPage)
}

function readPage(name: string): Page {
  const text = readFileSync(join(ROOT, name), 'utf8')
  const codeLines: string[] = []
  const prose = text.replace(/^[ \t]*```[^\n]*\n([\s\S]*?)^[ \t]*```/gm, (_, block: string) => {
    codeLines.push(...block.split('\n').map((line) => line.trim()))
    return ''
  })
  const inlineCode = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) =>
    code.replaceAll('\\|', '|'),
  )
  return {
    name,
    text,
    prose,
    codeLines,
    inlineCode,
    anchors: findAnchors(prose),
    links: findLinks(name, prose),
  }
}

function findAnchors(prose: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of prose.matchAll(/^#+ (.+)$/gm)) {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-')
    let anchor = slug
    for (let number = 1; anchors.has(anchor); number++) anchor = `${slug}-${number}`
    anchors.add(anchor)
  }
  return anchors
}

function findLinks(page: string, prose: string): { file: string; anchor: string }[] {
  return [...prose.replace(/`[^`\n]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].flatMap(
    ([, target = '']) => {
      if (/^[a-z]+:/.test(target)) return []
      const [path = '', anchor = ''] = target.split('#')
      const file = path === '' ? page : relative(ROOT, resolve(ROOT, dirname(page), path))
      return [{ file, anchor }]
    },
  )
}
