import fs from 'node:fs'
import path from 'node:path'
import { requireSpace } from './cache.mjs'
import { findProgram, runCommand } from './commands.mjs'
import { explainNpmFailure, isInstalled } from './decisions.mjs'
import { SetupError } from './errors.mjs'
import { removeForeignNode, root } from './own-node.mjs'

/** @typedef {import('./progress.mjs').Progress} Progress */

/** node_modules, and npm's own cache of the same packages. */
const NEEDED_BYTES = 1.5e9

/** @returns {boolean} whether node_modules holds what package-lock.json asks for */
export function areDependenciesInstalled() {
  try {
    const lock = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'))
    const record = path.join(root, 'node_modules', '.package-lock.json')
    return isInstalled(lock, JSON.parse(fs.readFileSync(record, 'utf8')))
  } catch {
    return false
  }
}

/**
 * `npm ci` without install scripts: nothing that a package brings is run, its binaries are fetched
 * by the steps after this one, pinned.
 * @param {Progress} progress
 * @returns {Promise<string>} a note
 */
export async function ensureDependencies(progress) {
  if (areDependenciesInstalled()) return 'as locked'
  requireSpace('npm ci', root, NEEDED_BYTES)
  const cli = process.env['npm_execpath']
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit']
  args.push('--no-fund', '--loglevel=error', '--fetch-retries=2')
  args.push('--fetch-timeout=30000', '--fetch-retry-mintimeout=1000')
  args.push('--fetch-retry-maxtimeout=5000')
  const isNpm = cli !== undefined && path.basename(cli) === 'npm-cli.js' && fs.existsSync(cli)
  const program = isNpm ? process.execPath : findProgram('npm')
  if (program === undefined) {
    throw new SetupError('npm was not found', 'install Node with npm and run the command again')
  }
  const began = Date.now()
  const timer = setInterval(() => {
    progress.update(`npm ci, ${Math.round((Date.now() - began) / 1000)} s`)
  }, 500)
  const outcome = await runCommand(program, isNpm ? [cli, ...args] : args, {
    cwd: root,
    // Its cache is downloaded into before node_modules grows, so only a long time means a stall.
    stallMs: 600_000,
  })
  clearInterval(timer)
  if (outcome.code !== 0) throw explainNpmFailure(outcome)
  removeForeignNode()
  return 'npm ci without install scripts'
}
