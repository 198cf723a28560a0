// `npm run bench -- <name>`: sets up what is missing and runs the benchmark harness.
import { root } from './setup/own-node.mjs'
import { spawn } from 'node:child_process'
import path from 'node:path'
import { exitWithError } from './setup/errors.mjs'
import { prepare } from './setup/prepare.mjs'

try {
  await prepare()
  const cli = path.join(root, 'out', 'main', 'cli.cjs')
  const bench = spawn(process.execPath, [cli, 'bench', ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  bench.on('exit', (code) => process.exit(code ?? 1))
} catch (error) {
  exitWithError(error)
}
