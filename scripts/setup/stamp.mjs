// The record of the last finished set-up. While it holds, nothing is to do, and finding that out
// costs some milliseconds: a few hashes, and whether the files are still there.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { fingerprintContents, fingerprintTimes, isBuilt } from './build.mjs'
import { writeWhole } from './cache.mjs'
import { root } from './own-node.mjs'
import { readRuntime, STATE_FOLDER } from './runtime.mjs'
import { isScreenMissing } from './system.mjs'
import { ADDON } from './tensorflow.mjs'

const STAMP = path.join(STATE_FOLDER, 'stamp.json')

/**
 * @typedef {object} Stamp
 * @property {string} program hash of the set-up's own sources
 * @property {string} lock hash of package-lock.json
 * @property {string} tensorflow the kind that was wanted
 * @property {Record<string, string>} files size and time of what was installed
 * @property {string} sourceTimes
 * @property {string} sourceContents
 * @property {number} [retryAtMs] when the declared Electron is to be asked for again
 */

/** @param {string} file */
function hashNow(file) {
  return createHash('sha256').update(fs.readFileSync(file)).digest('hex')
}

/** Hash of the set-up's own sources: a newer set-up looks at everything again. */
function hashProgram() {
  const folder = import.meta.dirname
  const hash = createHash('sha256')
  for (const name of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const file = path.join(folder, name)
    if (fs.statSync(file).isFile()) hash.update(name).update(fs.readFileSync(file))
  }
  return hash.digest('hex')
}

/** @param {string} file */
function describeFile(file) {
  const stat = fs.statSync(file, { throwIfNoEntry: false })
  return stat ? `${stat.size} ${stat.mtimeMs}` : 'missing'
}

/** @returns {Stamp | undefined} */
function readStamp() {
  try {
    return JSON.parse(fs.readFileSync(STAMP, 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * @param {string} tensorflow the kind that is wanted now
 * @returns {import('./runtime.mjs').Runtime | undefined} the runtime, if nothing is to do
 */
export function findFinishedSetup(tensorflow) {
  const stamp = readStamp()
  const runtime = readRuntime()
  if (stamp === undefined || runtime === undefined) return undefined
  const isCurrent =
    stamp.tensorflow === tensorflow &&
    stamp.program === hashProgram() &&
    stamp.lock === hashNow(path.join(root, 'package-lock.json')) &&
    Object.entries(stamp.files).every(([file, was]) => describeFile(file) === was) &&
    (stamp.retryAtMs === undefined || Date.now() < stamp.retryAtMs) &&
    isBuilt() &&
    !isScreenMissing() &&
    isSourceUnchanged(stamp)
  return isCurrent ? runtime : undefined
}

/** @param {Stamp} stamp */
function isSourceUnchanged(stamp) {
  const sourceTimes = fingerprintTimes()
  if (stamp.sourceTimes === sourceTimes) return true
  if (stamp.sourceContents !== fingerprintContents()) return false
  writeWhole(STAMP, JSON.stringify({ ...stamp, sourceTimes }))
  return true
}

/** @returns {boolean} whether the build in out/ was made from the present sources */
export function isBuildCurrent() {
  const stamp = readStamp()
  return stamp !== undefined && isBuilt() && stamp.sourceContents === fingerprintContents()
}

/** Forgets the last set-up, for one is at work, but not which sources out/ was built from. */
export function clearStamp() {
  const stamp = readStamp()
  if (stamp) writeWhole(STAMP, JSON.stringify({ ...stamp, program: '' }))
}

/**
 * Remembers the build as soon as it is made: a set-up that breaks off later need not build again.
 * @param {{ sourceTimes: string, sourceContents: string }} sources as they were before the build
 */
export function recordBuild(sources) {
  writeWhole(STAMP, JSON.stringify({ program: '', files: {}, ...sources }))
}

/**
 * @param {object} made
 * @param {string} made.tensorflow
 * @param {import('./runtime.mjs').Runtime} made.runtime
 * @param {{ sourceTimes: string, sourceContents: string }} made.sources as they were before the build
 * @param {number | undefined} made.retryAtMs
 */
export function writeStamp({ tensorflow, runtime, sources, retryAtMs }) {
  const libraries = runtime.tensorflow.kind === 'package' ? [] : [runtime.tensorflow.path]
  const files = [
    ADDON,
    runtime.electron.path,
    ...libraries.map((folder) => path.join(folder, 'libtensorflow_cc.so.2')),
    // npm rewrites its record at every install, which may take the addon or the links away.
    path.join(root, 'node_modules', '.package-lock.json'),
  ]
  const stamp = {
    program: hashProgram(),
    lock: hashNow(path.join(root, 'package-lock.json')),
    tensorflow,
    files: Object.fromEntries(files.map((file) => [file, describeFile(file)])),
    ...sources,
    retryAtMs,
  }
  writeWhole(STAMP, JSON.stringify(stamp, null, 1))
}
