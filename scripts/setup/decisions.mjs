// What the set-up decides, as functions of what it found: no file, process or network is touched.
import { stripVTControlCharacters } from 'node:util'
import { SetupError } from './errors.mjs'

/**
 * @param {string} version as in process.versions.node
 * @throws {SetupError} where the build chain does not run on that Node
 */
export function checkNodeVersion(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isOldEnough20 = major === 20 && minor >= 19
  const isNewer = major > 22 || (major === 22 && minor >= 12)
  if (isOldEnough20 || isNewer) return
  throw new SetupError(
    `VGG Lab needs Node 20.19 or newer (of the 22s, 22.12), this is Node ${version}`,
    'install a current Node from https://nodejs.org and run the command again',
  )
}

/** @typedef {'wheel' | 'package'} RuntimeRoute by the wheels, or by the npm package's own installer */

/**
 * @param {{ platform: string, arch: string, glibc: string | undefined }} machine
 * @returns {RuntimeRoute}
 * @throws {SetupError} where TensorFlow exists neither as a wheel nor in the npm package
 */
export function chooseRoute({ platform, arch, glibc }) {
  if (platform === 'linux' && arch === 'x64') {
    if (glibc === undefined) {
      throw new SetupError(
        'TensorFlow needs a Linux with glibc, this one has another C library',
        'use a glibc distribution, such as Debian, Ubuntu or Fedora',
      )
    }
    const [major = 0, minor = 0] = glibc.split('.').map(Number)
    if (major > 2 || (major === 2 && minor >= 27)) return 'wheel'
    throw new SetupError(
      `TensorFlow needs glibc 2.27 or newer, this system has ${glibc}`,
      'use a newer distribution, such as Debian 10, Ubuntu 20.04 or anything later',
    )
  }
  const isSupported =
    (platform === 'darwin' && (arch === 'arm64' || arch === 'x64')) ||
    (platform === 'win32' && arch === 'x64')
  if (isSupported) return 'package'
  throw new SetupError(
    `no TensorFlow runtime is known for ${platform} on ${arch}`,
    'use Linux on x86-64, macOS, or Windows on x86-64',
  )
}

/**
 * @param {string | undefined} wish the value of VGG_LAB_TENSORFLOW
 * @param {boolean} hasNvidiaDriver
 * @returns {'cpu' | 'gpu'}
 * @throws {SetupError} where the wish is neither cpu nor gpu
 */
export function chooseTensorflow(wish, hasNvidiaDriver) {
  if (wish === undefined || wish === '') return hasNvidiaDriver ? 'gpu' : 'cpu'
  if (wish === 'cpu' || wish === 'gpu') return wish
  throw new SetupError(
    `VGG_LAB_TENSORFLOW must be cpu or gpu, got ${JSON.stringify(wish)}`,
    'correct it, or unset it to let the set-up choose',
  )
}

/**
 * @param {{ what: string, neededBytes: number, freeBytes: number, folder: string }} need
 * @throws {SetupError} where the disk has less than what is needed
 */
export function checkFreeBytes({ what, neededBytes, freeBytes, folder }) {
  if (freeBytes >= neededBytes) return
  throw new SetupError(
    `${what} needs ${formatBytes(neededBytes)} on the disk of ${folder}, ${formatBytes(freeBytes)} are free`,
    'free some space, or point XDG_CACHE_HOME to another disk',
  )
}

/**
 * @param {number} bytes
 * @returns {string} in decimal units, as disks and networks are sold
 */
export function formatBytes(bytes) {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(bytes >= 1e7 ? 0 : 1)} MB`
  return `${(bytes / 1e3).toFixed(0)} kB`
}

const UNREACHABLE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR|name resolution|Name or service not known|NewConnectionError|ConnectTimeout|ConnectionResetError|Read timed out|timed out|Connection refused|Max retries|ProxyError|SSLError|CERTIFICATE_VERIFY_FAILED|UNABLE_TO_|SELF_SIGNED|unreachable|Could not resolve|[Ff]ailed to fetch|fetch failed/

/**
 * @param {string} output of npm, pip, apt or Electron's installer
 * @returns {boolean} whether it says that the other side did not answer
 */
export function isUnreachable(output) {
  return UNREACHABLE.test(output)
}

/**
 * @param {string} output
 * @param {RegExp} pattern of the lines that tell the reason
 * @returns {string} the last such line, or the last line, without the tool's own prefix
 */
export function findReason(output, pattern) {
  const lines = output
    .split('\n')
    // Colours and the lines of a stack tell nothing.
    .map((line) => stripVTControlCharacters(line).trim())
    .filter((line) => line !== '' && !line.startsWith('at '))
  const telling = lines.filter((line) => pattern.test(line))
  const line = telling[telling.length - 1] ?? lines[lines.length - 1] ?? 'it gave no reason'
  return line.replace(/^(npm (error|ERR!)|ERROR:|E:|Error:)\s*/, '').slice(0, 200)
}

/**
 * @param {string} requirement as pip names it
 * @param {{ output: string, isStalled: boolean }} failure
 * @returns {SetupError}
 */
export function explainPipFailure(requirement, { output, isStalled }) {
  if (isStalled || isUnreachable(output)) {
    return new SetupError(
      `the Python package registry does not answer (${requirement})`,
      'check the network, or name a reachable index with PIP_INDEX_URL or in pip.conf, and run the command again',
    )
  }
  if (/No space left|ENOSPC/.test(output)) {
    return new SetupError(
      `the disk is full (${requirement})`,
      'free some space, or point XDG_CACHE_HOME to another disk',
    )
  }
  if (/do not match the hashes/i.test(output)) return explainChecksumMismatch(requirement)
  return new SetupError(
    `pip could not download ${requirement}: ${findReason(output, /ERROR/)}`,
    'check that the package index holds that version, and run the command again',
  )
}

/**
 * @param {string} what
 * @returns {SetupError}
 */
export function explainChecksumMismatch(what) {
  return new SetupError(
    `${what} does not have the pinned checksum: the download is damaged or was replaced`,
    'run the command again; if it comes back, the index or a proxy serves another file, and nothing of it was used',
  )
}

/**
 * @param {{ output: string, isStalled: boolean, code: number | null }} failure
 * @returns {SetupError}
 */
export function explainNpmFailure({ output, isStalled }) {
  if (isStalled || isUnreachable(output)) {
    return new SetupError(
      'the npm registry does not answer',
      'check the network, or name a reachable one with `npm config set registry`, and run the command again',
    )
  }
  if (/ENOSPC/.test(output)) {
    return new SetupError('the disk is full (npm ci)', 'free some space and run the command again')
  }
  if (/EACCES|EPERM/.test(output)) {
    return new SetupError(
      `npm may not write its files: ${findReason(output, /EACCES|EPERM/)}`,
      'make the repository and ~/.npm belong to you, and run the command again',
    )
  }
  return new SetupError(
    `npm ci failed: ${findReason(output, /npm (error|ERR!) (?!A complete log|code)/)}`,
    'correct that and run the command again',
  )
}

/**
 * @param {string} output of the compiler
 * @returns {SetupError}
 */
export function explainCompilerFailure(output) {
  if (/No such file or directory|file not found/.test(output) && /fatal error/.test(output)) {
    return new SetupError(
      `the C++ compiler misses a header: ${findReason(output, /fatal error/)}`,
      'install the whole compiler (on Debian and Ubuntu: apt-get install g++)',
    )
  }
  if (/unrecognized command|invalid value|unknown argument/.test(output) && /std/.test(output)) {
    return new SetupError(
      'the C++ compiler does not know C++17',
      'install g++ 9 or newer, or name another with CXX',
    )
  }
  return new SetupError(
    `the TensorFlow addon does not compile: ${findReason(output, /error/)}`,
    'name another compiler with CXX, for instance CXX=clang++',
    output.slice(-4000),
  )
}

/**
 * Whether Chromium's sandbox can be used.
 * @param {{ isRoot: boolean, hasUserNamespaces: boolean, hasSetuidHelper: boolean }} system
 * @returns {{ arguments: string[], reason: string | undefined }}
 */
export function chooseSandbox({ isRoot, hasUserNamespaces, hasSetuidHelper }) {
  if (isRoot) return { arguments: ['--no-sandbox'], reason: undefined }
  if (hasUserNamespaces || hasSetuidHelper) return { arguments: [], reason: undefined }
  return {
    arguments: ['--no-sandbox'],
    reason:
      "This system forbids unprivileged user namespaces: the window runs without Chromium's sandbox.",
  }
}

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean, link?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lock
 */

/**
 * Whether what npm installed is what the lock file asks for. Asking this instead of comparing a
 * hash of the lock file alone lets a plain `npm install` count as well.
 * @param {Lock} lock package-lock.json
 * @param {Lock | undefined} installed node_modules/.package-lock.json, npm's own record
 * @returns {boolean}
 */
export function isInstalled(lock, installed) {
  if (installed?.packages === undefined) return false
  for (const [place, wanted] of Object.entries(lock.packages ?? {})) {
    if (place === '') continue
    const found = installed.packages[place]
    if (found === undefined) {
      // Optional packages of other platforms are in the lock but not on this disk.
      if (wanted.optional || wanted.devOptional) continue
      return false
    }
    if (found.version !== wanted.version || found.integrity !== wanted.integrity) return false
  }
  return true
}
