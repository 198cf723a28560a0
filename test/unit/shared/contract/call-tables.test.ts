import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ENGINE_CALLS } from '../../../../src/shared/contract/engine-calls'
import { MAIN_CALLS } from '../../../../src/shared/contract/main/calls'
import type { Call, EngineCall } from '../../../../src/shared/contract/call-table'

const SHARED = resolve(import.meta.dirname, '../../../../src/shared')

/** The rows of every table in a folder of the contract, in pairs of name and row. */
async function readTables(folder: string): Promise<[string, Call][]> {
  const rows: [string, Call][] = []
  for (const file of readdirSync(join(SHARED, folder)).filter((name) => name.endsWith('.ts'))) {
    const topic = (await import(join(SHARED, folder, file))) as Record<string, object>
    for (const [name, table] of Object.entries(topic)) {
      const isList = name === 'ENGINE_CALLS' || name === 'MAIN_CALLS'
      if (name.endsWith('_CALLS') && !isList) rows.push(...Object.entries(table))
    }
  }
  return rows
}

describe.each([
  ['contract', ENGINE_CALLS],
  ['contract/main', MAIN_CALLS],
])('the tables of shared/%s', (folder, list) => {
  test('are all in the list, and no two have a call of the same name', async () => {
    const rows = await readTables(folder)
    expect(rows.map(([name]) => name).sort()).toEqual(Object.keys(list).sort())
  })

  test.each(Object.entries<Call>(list))(
    '%s takes an object without unknown keys',
    (name, { args }) => {
      expect(name).toMatch(/^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/)
      const faults = args.safeParse({ 'no such key': 1 }).error?.issues
      expect(faults?.map(({ code }) => code)).toContain('unrecognized_keys')
    },
  )
})

test.each(Object.entries<EngineCall & { topic: string }>(ENGINE_CALLS))(
  '%s has words for its topic and a patience that a step can bear',
  (_name, { topic, patienceMs }) => {
    expect(topic).not.toBe('')
    expect(patienceMs).toBeGreaterThanOrEqual(0)
    expect(patienceMs).toBeLessThanOrEqual(500)
  },
)

/** Files that a file loads when it is loaded, itself among them, and packages by name. */
function listLoaded(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found
  found.add(file)
  const text = readFileSync(file, 'utf8')
  for (const [, from = ''] of text.matchAll(
    /^(?:import|export)\s(?!type\b)(?:[^;'"]*?\sfrom\s)?'([^']+)'/gm,
  )) {
    if (!from.startsWith('.')) {
      found.add(from)
      continue
    }
    const path = resolve(dirname(file), from)
    const beside = readdirSync(dirname(path)).includes(`${path.split('/').at(-1) ?? ''}.ts`)
    listLoaded(beside ? `${path}.ts` : join(path, 'index.ts'), found)
  }
  return found
}

test.each(['contract', 'spec', 'vgg'])('the window loads shared/%s without zod', (folder) => {
  const loaded = listLoaded(join(SHARED, folder, 'index.ts'))
  expect(loaded.size).toBeGreaterThan(1)
  expect([...loaded]).not.toContain('zod')
})

test('what answers calls loads zod with the tables', () => {
  expect([...listLoaded(join(SHARED, 'contract/engine-calls.ts'))]).toContain('zod')
})
