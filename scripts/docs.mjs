// `npm run docs`: writes the tables of docs/ that are made from the code's own tables.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { runnerImport } from 'vite'

const root = path.join(import.meta.dirname, '..')
const { module } = await runnerImport(path.join(import.meta.dirname, 'docs-tables.ts'), {
  root,
  configFile: false,
  logLevel: 'warn',
})
for (const { file, text } of await module.generatePages(path.join(root, 'docs'))) {
  writeFileSync(file, text)
  console.log(path.relative(root, file))
}
