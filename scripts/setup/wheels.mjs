import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { hashFile, makeStaging } from './cache.mjs'
import { findProgram, runCommand } from './commands.mjs'
import {
  explainChecksumMismatch,
  explainPipFailure,
  findReason,
  formatBytes,
} from './decisions.mjs'
import { SetupError } from './errors.mjs'
import { Meter } from './progress.mjs'

/** @typedef {import('./pins.mjs').Wheel} Wheel */
/** @typedef {import('./progress.mjs').Progress} Progress */

const UNPACKER = fileURLToPath(new URL('unpack-wheel.py', import.meta.url))
/** A download that gets nothing for so long is given up. pip's own time-outs come first. */
const STALL_MS = 120_000

/** @type {string | undefined} */
let knownPython

/**
 * @returns {Promise<string>} a Python 3 that has pip
 * @throws {SetupError} where there is none
 */
async function findPython() {
  if (knownPython) return knownPython
  let hasPython = false
  for (const name of ['python3', 'python']) {
    const program = findProgram(name)
    if (program === undefined) continue
    const version = await runCommand(program, ['-c', 'import sys; print(sys.version_info[0])'])
    if (version.code !== 0 || !version.output.trim().startsWith('3')) continue
    hasPython = true
    if ((await runCommand(program, ['-m', 'pip', '--version'])).code === 0) {
      knownPython = program
      return program
    }
  }
  throw hasPython
    ? new SetupError(
        'Python 3 is here, but without pip, which fetches TensorFlow',
        'install it (on Debian and Ubuntu: apt-get install python3-pip)',
      )
    : new SetupError(
        'no Python 3 was found, whose pip fetches TensorFlow',
        'install it (on Debian and Ubuntu: apt-get install python3 python3-pip)',
      )
}

/**
 * What pip is told, so that on any version of Python it takes this one file.
 * @param {Wheel} wheel
 * @param {string} requirementsFile
 * @param {string} folder
 * @returns {string[]}
 */
export function composePipArguments(wheel, requirementsFile, folder) {
  const platforms = wheel.file
    .replace(/\.whl$/, '')
    .split('-')
    .slice(4)
    .join('-')
    .split('.')
  // A wheel for one Python names it; any other is taken as by a recent one.
  const [, version = '311', abi = 'cp311'] = /-cp(\d+)-(cp\d+m?)-/.exec(wheel.file) ?? []
  return [
    ...['-m', 'pip', 'download', '--disable-pip-version-check', '--no-input'],
    ...['--no-deps', '--only-binary=:all:', '--require-hashes', '--progress-bar', 'off'],
    // The set-up keeps the file itself; pip's cache would hold it a second time.
    ...['--no-cache-dir', '--timeout', '20', '--retries', '2'],
    ...['--python-version', version, '--implementation', 'cp', '--abi', abi],
    ...platforms.flatMap((platform) => ['--platform', platform]),
    ...['--dest', folder, '--requirement', requirementsFile],
  ]
}

/**
 * Fetches one wheel with pip, which honours the user's own index, proxy and certificates.
 * @param {Wheel} wheel
 * @param {string} cache
 * @param {Progress} progress
 * @returns {Promise<string>} the verified file, in the cache's downloads
 * @throws {SetupError}
 */
export async function fetchWheel(wheel, cache, progress) {
  const kept = path.join(cache, 'downloads', wheel.file)
  if (fs.existsSync(kept)) {
    progress.update(`checking ${wheel.file}`)
    if ((await hashFile(kept)) === wheel.sha256) return kept
    fs.rmSync(kept)
  }
  const python = await findPython()
  const staging = makeStaging(cache)
  const requirements = path.join(staging, 'requirements.txt')
  fs.writeFileSync(requirements, `${wheel.requirement} --hash=sha256:${wheel.sha256}\n`)
  const meter = new Meter(wheel.bytes)
  progress.update(`asking for ${wheel.requirement}`)
  const outcome = await runCommand(python, composePipArguments(wheel, requirements, staging), {
    // pip downloads into its temporary folder: there, its growth can be watched.
    env: { ...process.env, TMPDIR: staging, PIP_REQUIRE_VIRTUALENV: '0', PYTHONUNBUFFERED: '1' },
    stallMs: STALL_MS,
    watch: staging,
    onBytes: (bytes) => {
      if (bytes > 1000) progress.update(`${wheel.requirement} ${meter.describe(bytes, Date.now())}`)
    },
  })
  const file = path.join(staging, wheel.file)
  if (outcome.code !== 0 || !fs.existsSync(file))
    throw explainPipFailure(wheel.requirement, outcome)
  if ((await hashFile(file)) !== wheel.sha256) throw explainChecksumMismatch(wheel.file)
  fs.renameSync(file, kept)
  fs.rmSync(staging, { recursive: true, force: true })
  return kept
}

/**
 * @param {string} file the wheel
 * @param {string} folder
 * @param {string[]} patterns of paths inside it; with a leading `!` those that are left out
 * @param {Progress} progress
 */
export async function unpackWheel(file, folder, patterns, progress) {
  const python = await findPython()
  const outcome = await runCommand(python, [UNPACKER, file, folder, ...patterns], {
    onLine: (line) => {
      if (/^\d+$/.test(line)) progress.update(`unpacking, ${formatBytes(Number(line))}`)
    },
  })
  if (outcome.code === 0) return
  const isFull = /No space left/.test(outcome.output)
  throw new SetupError(
    isFull
      ? `the disk is full (${folder})`
      : `${path.basename(file)} could not be unpacked: ${findReason(outcome.output, /Error/)}`,
    isFull
      ? 'free some space, or point XDG_CACHE_HOME to another disk'
      : `remove ${file} and run the command again`,
  )
}
