import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { requireSpace } from './cache.mjs'
import { runCommand } from './commands.mjs'
import { findReason } from './decisions.mjs'
import { SetupError } from './errors.mjs'
import { root } from './own-node.mjs'

/** What the build reads. */
const INPUTS = [
  'src',
  'resources',
  'electron.vite.config.ts',
  'vite.engine.config.ts',
  'scripts/worker-file.mjs',
  'package.json',
  'tsconfig.base.json',
]
/** What the build leaves; any of it missing means that it must run. */
const OUTPUTS = ['out/main/index.cjs', 'out/engine/cli.cjs', 'out/renderer/index.html']

/** @returns {boolean} */
export function isBuilt() {
  return OUTPUTS.every((name) => fs.existsSync(path.join(root, name)))
}

/**
 * @param {(file: string, hash: import('node:crypto').Hash) => void} add
 * @returns {string}
 */
function fingerprint(add) {
  const hash = createHash('sha256')
  const visit = (/** @type {string} */ name) => {
    const full = path.join(root, name)
    const stat = fs.statSync(full, { throwIfNoEntry: false })
    if (stat === undefined) return
    if (stat.isDirectory()) {
      for (const entry of fs.readdirSync(full).sort()) visit(path.join(name, entry))
    } else {
      hash.update(`${name}\0`)
      add(full, hash)
    }
  }
  for (const input of INPUTS) visit(input)
  return hash.digest('hex')
}

/** @returns {string} changes when a source is touched; cheap, it reads no file */
export function fingerprintTimes() {
  return fingerprint((file, hash) => {
    const { mtimeMs, size } = fs.statSync(file)
    hash.update(`${mtimeMs} ${size}\0`)
  })
}

/** @returns {string} changes when a source changes; a checkout or a touch alone does not count */
export function fingerprintContents() {
  return fingerprint((file, hash) => hash.update(fs.readFileSync(file)).update('\0'))
}

/** The builds: what runs in Electron, and the engine with the command line, which run on Node. */
const BUILDS = [
  ['electron-vite/bin/electron-vite.js', 'build', '--logLevel', 'warn'],
  ['vite/bin/vite.js', 'build', '--config', 'vite.engine.config.ts', '--logLevel', 'warn'],
]

/**
 * @param {NodeJS.ProcessEnv} environment that tells electron-vite where Electron is
 * @throws {SetupError} with the build's own words
 */
export async function buildApp(environment) {
  requireSpace('the build', root, 100e6)
  const outcomes = await Promise.all(
    BUILDS.map(([program = '', ...args]) =>
      runCommand(process.execPath, [path.join(root, 'node_modules', program), ...args], {
        cwd: root,
        env: { ...process.env, ...environment, NO_COLOR: '1', FORCE_COLOR: '0' },
        stallMs: 300_000,
      }),
    ),
  )
  const outcome = outcomes.find(({ code }) => code !== 0) ?? { output: 'a file is missing in out/' }
  if (outcomes.every(({ code }) => code === 0) && isBuilt()) return
  throw new SetupError(
    `the build failed: ${findReason(outcome.output, /UNRESOLVED|[Cc]annot|[Ee]rror:|not exist|not exported/)}`,
    'correct the source that it names and run the command again',
    outcome.output.slice(-4000),
  )
}
