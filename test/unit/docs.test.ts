import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { generatePages } from '../../scripts/docs-tables'

test('the generated tables of the docs are as the code has them', async () => {
  for (const { file, text } of await generatePages(resolve(import.meta.dirname, '../../docs'))) {
    const message = `docs/${basename(file)} is out of date: run \`npm run docs\` and commit it`
    expect(readFileSync(file, 'utf8'), message).toBe(text)
  }
})
