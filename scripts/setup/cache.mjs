// The per-user cache: what is downloaded and unpacked once and then shared by all clones.
//   tensorflow/<kind>-<version>-<sha>/   electron/<version>-<sha>/   addon/<key>/
//   downloads/  finished files of a set-up under way   staging/  unfinished ones   setup.lock
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { checkFreeBytes } from './decisions.mjs'
import { SetupError } from './errors.mjs'

const COMPLETE = '.complete.json'

/** @returns {string} the folder of the cache, made if it is missing */
export function openCache() {
  const base = process.env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache')
  const folder = path.resolve(base, 'vgg-lab')
  try {
    fs.mkdirSync(path.join(folder, 'downloads'), { recursive: true })
    fs.accessSync(folder, fs.constants.W_OK)
  } catch (error) {
    throw new SetupError(
      `the cache folder ${folder} cannot be written (${/** @type {NodeJS.ErrnoException} */ (error).code})`,
      'make it writable, or point XDG_CACHE_HOME to a folder that is',
    )
  }
  return folder
}

/**
 * Clears what interrupted set-ups left half done. Only under the lock.
 * @param {string} cache
 */
export function clearStaging(cache) {
  fs.rmSync(path.join(cache, 'staging'), { recursive: true, force: true })
}

/**
 * @param {string} cache
 * @returns {string} a fresh empty folder on the cache's disk
 */
export function makeStaging(cache) {
  fs.mkdirSync(path.join(cache, 'staging'), { recursive: true })
  return fs.mkdtempSync(path.join(cache, 'staging', 'part-'))
}

/**
 * @param {string} what
 * @param {string} folder
 * @param {number} neededBytes
 * @throws {SetupError} where the disk has less
 */
export function requireSpace(what, folder, neededBytes) {
  let freeBytes
  try {
    const disk = fs.statfsSync(folder)
    freeBytes = disk.bavail * disk.bsize
  } catch {
    return // A file system that cannot tell is tried.
  }
  checkFreeBytes({ what, neededBytes, freeBytes, folder })
}

/**
 * @param {string} file
 * @returns {Promise<string>} its sha256 in hexadecimal
 */
export async function hashFile(file) {
  const hash = createHash('sha256')
  for await (const chunk of fs.createReadStream(file, { highWaterMark: 1 << 20 }))
    hash.update(chunk)
  return hash.digest('hex')
}

/**
 * Whether an unpacked folder is whole: it was finished, and its main files have kept their sizes.
 * @param {string} folder
 * @returns {boolean}
 */
export function isComplete(folder) {
  try {
    /** @type {Record<string, number>} */
    const sizes = JSON.parse(fs.readFileSync(path.join(folder, COMPLETE), 'utf8'))
    return Object.entries(sizes).every(
      ([name, bytes]) => fs.statSync(path.join(folder, name)).size === bytes,
    )
  } catch {
    return false
  }
}

/**
 * Puts a finished staging folder in its place at once, so that a crash leaves all of it or nothing.
 * @param {string} staging
 * @param {string} folder its place in the cache
 * @param {string[]} mainFiles those whose size tells a damaged folder from a whole one
 */
export function publish(staging, folder, mainFiles) {
  /** @type {Record<string, number>} */
  const sizes = {}
  for (const name of mainFiles) sizes[name] = fs.statSync(path.join(staging, name)).size
  fs.writeFileSync(path.join(staging, COMPLETE), JSON.stringify(sizes))
  fs.rmSync(folder, { recursive: true, force: true })
  fs.mkdirSync(path.dirname(folder), { recursive: true })
  fs.renameSync(staging, folder)
}

/**
 * Writes a file whole or not at all.
 * @param {string} file
 * @param {string} text
 */
export function writeWhole(file, text) {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  const beside = `${file}.${process.pid}.tmp`
  fs.writeFileSync(beside, text)
  fs.renameSync(beside, file)
}
