import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'

const BEAT_MS = 2000
const STALE_MS = 30_000

/**
 * @typedef {{ pid: number, host: string, token: string }} Holder
 */

/**
 * Whether a lock's holder is gone. Its age counts too, because a process number says nothing about
 * another machine or container that shares the cache.
 * @param {{ holder: Holder | undefined, ageMs: number, host: string, isAlive: (pid: number) => boolean }} lock
 * @returns {boolean}
 */
export function isStale({ holder, ageMs, host, isAlive }) {
  if (ageMs > STALE_MS) return true
  if (holder === undefined) return ageMs > BEAT_MS // Cut off between making and writing it.
  return holder.host === host && !isAlive(holder.pid)
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}

/**
 * @param {string} file
 * @returns {Holder | undefined}
 */
function readHolder(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * Waits for the lock file and holds it: two set-ups of one user take turns.
 * @param {string} file
 * @param {(holder: Holder | undefined) => void} onWait called once if another one holds it
 * @returns {Promise<() => void>} gives it back
 */
export async function acquireLock(file, onWait) {
  const mine = { pid: process.pid, host: os.hostname(), token: randomUUID() }
  let hasSaid = false
  for (;;) {
    try {
      fs.writeFileSync(file, JSON.stringify(mine), { flag: 'wx' })
      break
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
    }
    const holder = readHolder(file)
    const stat = fs.statSync(file, { throwIfNoEntry: false })
    if (stat === undefined) continue // Given back just now.
    const ageMs = Date.now() - stat.mtimeMs
    if (isStale({ holder, ageMs, host: mine.host, isAlive })) {
      takeAway(file, holder)
      continue
    }
    if (!hasSaid) onWait(holder)
    hasSaid = true
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  const beat = setInterval(() => {
    try {
      fs.utimesSync(file, new Date(), new Date())
    } catch {
      // Taken away while this process was suspended; the steps themselves publish by rename.
    }
  }, BEAT_MS)
  beat.unref()
  const release = () => {
    clearInterval(beat)
    process.off('exit', release)
    if (readHolder(file)?.token === mine.token) fs.rmSync(file, { force: true })
  }
  process.on('exit', release)
  return release
}

/**
 * Removes a stale lock, but not the fresh one of another waiter that was quicker.
 * @param {string} file
 * @param {Holder | undefined} stale
 */
function takeAway(file, stale) {
  const aside = `${file}.${randomUUID()}`
  try {
    fs.renameSync(file, aside)
    if (readHolder(aside)?.token !== stale?.token) fs.linkSync(aside, file)
    fs.rmSync(aside, { force: true })
  } catch {
    // Another waiter did it.
  }
}
