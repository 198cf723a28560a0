import fs from 'node:fs'
import { findProgram, runCommand } from './commands.mjs'
import { findReason, isUnreachable } from './decisions.mjs'
import { SetupError } from './errors.mjs'

/** @typedef {import('./progress.mjs').Progress} Progress */

/** Debian's packages of what Electron links to. */
const WINDOW_PACKAGES = 'libgtk-3-0 libnss3 libasound2 libgbm1 libxss1 libxtst6'.split(' ')
const SCREEN_PACKAGES = ['xvfb', 'xauth']
/** Newer Debians and Ubuntus renamed these for their 64-bit time. */
const RENAMED = new Set(['libgtk-3-0', 'libasound2'])

/** @returns {boolean} whether this session has a screen of its own */
export function hasDisplay() {
  if (process.platform !== 'linux') return true
  return Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'])
}

/** @returns {boolean} whether a virtual screen is needed and not installed */
export function isScreenMissing() {
  return !hasDisplay() && findProgram('Xvfb') === undefined
}

/**
 * @param {string[]} packages
 * @param {{ isRoot: boolean, hasApt: boolean, missing: string[] }} system
 * @returns {SetupError} the exact line to run, or what is missing where there is no apt
 */
export function explainMissingPackages(packages, { isRoot, hasApt, missing }) {
  const what = missing.join(', ')
  if (!hasApt) {
    return new SetupError(
      `system libraries are missing: ${what}`,
      `install your distribution's packages of ${packages.join(', ')} (Debian's names)`,
    )
  }
  const sudo = isRoot ? '' : 'sudo '
  const install = `${sudo}apt-get install -y --no-install-recommends ${packages.join(' ')}`
  return new SetupError(
    `system libraries are missing: ${what}`,
    `run: ${sudo}apt-get update && ${install}`,
  )
}

/**
 * @param {string[]} names
 * @param {(name: string) => boolean} isKnown whether apt knows a package of that name
 * @returns {string[]} the names on this release
 */
export function choosePackageNames(names, isKnown) {
  return names.map((name) => (RENAMED.has(name) && isKnown(`${name}t64`) ? `${name}t64` : name))
}

/**
 * Installs what the window needs, with apt as root; otherwise says the exact line.
 * @param {string} executable Electron
 * @param {Progress} progress
 * @returns {Promise<string>} a note
 */
export async function ensureSystemLibraries(executable, progress) {
  if (process.platform !== 'linux') return 'none needed'
  const missing = await findMissingLibraries(executable)
  if (isScreenMissing()) missing.push('Xvfb (a virtual screen, as there is no display)')
  if (missing.length === 0) return 'all there'
  const packages = isScreenMissing() ? [...WINDOW_PACKAGES, ...SCREEN_PACKAGES] : WINDOW_PACKAGES
  await installPackages(packages, missing, progress)
  const still = await findMissingLibraries(executable)
  if (still.length === 0 && !isScreenMissing()) return `installed ${packages.join(' ')}`
  throw new SetupError(
    `after installing ${packages.join(' ')} still missing: ${still.join(', ')}`,
    'install the packages that hold them and run the command again',
  )
}

/**
 * Installs Debian packages as root.
 * @param {string[]} packages
 * @param {string[]} missing what they are installed for
 * @param {Progress} progress
 * @throws {SetupError} with the line to run where this user may not
 */
export async function installPackages(packages, missing, progress) {
  const isRoot = process.getuid?.() === 0
  const apt = findProgram('apt-get')
  if (!isRoot || apt === undefined) {
    const names = apt ? await nameForRelease(packages) : packages
    throw explainMissingPackages(names, { isRoot, hasApt: apt !== undefined, missing })
  }
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = ['-o', 'Acquire::http::Timeout=20', '-o', 'Acquire::https::Timeout=20']
  options.push('-o', 'Acquire::Retries=2', '-o', 'DPkg::Lock::Timeout=300')
  const run = (/** @type {string[]} */ args) =>
    runCommand(apt, [...options, ...args], {
      env: environment,
      stallMs: 600_000,
      onLine: (line) => progress.update(line.slice(0, 60)),
    })
  const update = await run(['update'])
  const names = await nameForRelease(packages)
  const install = await run(['install', '-y', '--no-install-recommends', ...names])
  if (install.code === 0) return
  const output = update.output + install.output
  const isOffline = isUnreachable(output) || install.isStalled
  throw new SetupError(
    isOffline
      ? 'the Debian package registry does not answer'
      : `apt-get could not install ${names.join(' ')}: ${findReason(install.output, /^E:/)}`,
    isOffline
      ? 'check the network and /etc/apt/sources.list, and run the command again'
      : `correct that, or run: apt-get install -y --no-install-recommends ${names.join(' ')}`,
  )
}

/** @param {string[]} names */
async function nameForRelease(names) {
  const known = new Set()
  for (const name of names.filter((it) => RENAMED.has(it))) {
    const shown = await runCommand('apt-cache', ['show', '--no-all-versions', `${name}t64`])
    if (shown.code === 0) known.add(`${name}t64`)
  }
  return choosePackageNames(names, (name) => known.has(name))
}

/**
 * @param {string} executable
 * @returns {Promise<string[]>} libraries that the loader does not find
 */
async function findMissingLibraries(executable) {
  if (!fs.existsSync(executable)) return []
  const { output } = await runCommand('ldd', [executable])
  return parseMissingLibraries(output)
}

/**
 * @param {string} output of ldd
 * @returns {string[]}
 */
export function parseMissingLibraries(output) {
  const names = [...output.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? '')
  return [...new Set(names)]
}
