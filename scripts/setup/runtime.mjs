// What the set-up leaves behind for the launcher, the tests and `vgg-lab doctor`.
import fs from 'node:fs'
import path from 'node:path'
import { root } from './own-node.mjs'

/**
 * @typedef {object} Runtime
 * @property {{ kind: 'cpu' | 'gpu' | 'package', version: string, path: string }} tensorflow `path`
 *   is the folder of its libraries
 * @property {import('./electron.mjs').ElectronRuntime} electron `path` is its executable; `source`
 *   tells the declared one from the wheel's
 */

export const STATE_FOLDER = path.join(root, 'node_modules', '.vgg-lab')
export const RUNTIME_FILE = path.join(STATE_FOLDER, 'runtime.json')

/** @returns {Runtime | undefined} */
export function readRuntime() {
  try {
    return JSON.parse(fs.readFileSync(RUNTIME_FILE, 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * The variables by which electron-vite and the electron package find a runtime that is not the
 * package's own.
 * @param {Runtime} runtime
 * @returns {NodeJS.ProcessEnv}
 */
export function electronEnvironment({ electron }) {
  if (electron.source === 'declared') return {}
  return {
    ELECTRON_EXEC_PATH: electron.path,
    ELECTRON_OVERRIDE_DIST_PATH: path.dirname(electron.path),
  }
}
