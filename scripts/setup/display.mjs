// A screen where there is none, and the switches that Chromium needs on this system.
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { findProgram } from './commands.mjs'
import { chooseSandbox } from './decisions.mjs'
import { SetupError } from './errors.mjs'

const SCREEN = '1440x900x24'
const START_MS = 15_000

/**
 * @param {Buffer} cookie
 * @returns {Buffer} an Xauthority file that holds it for any display
 */
export function encodeXauthority(cookie) {
  const field = (/** @type {Buffer} */ data) => {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(data.length)
    return Buffer.concat([length, data])
  }
  return Buffer.concat([
    Buffer.from([0xff, 0xff]), // FamilyWild: any address
    field(Buffer.alloc(0)),
    field(Buffer.alloc(0)), // any display number
    field(Buffer.from('MIT-MAGIC-COOKIE-1')),
    field(cookie),
  ])
}

/**
 * Starts Xvfb on a free display number, which only this user may open.
 * @returns {Promise<{ environment: NodeJS.ProcessEnv, stop: () => void }>}
 * @throws {SetupError} where it does not start
 */
export async function startVirtualScreen() {
  const program = findProgram('Xvfb')
  if (program === undefined) {
    throw new SetupError('there is no display and no Xvfb', 'run: sudo apt-get install -y xvfb')
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vgg-lab-screen-'))
  const authority = path.join(folder, 'Xauthority')
  fs.writeFileSync(authority, encodeXauthority(randomBytes(16)), { mode: 0o600 })
  const args = ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp', '-auth', authority]
  // In a group of its own: Ctrl-C is for the lab, which still needs its screen while it closes.
  const server = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const stop = () => {
    server.kill('SIGTERM')
    fs.rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', stop)
  let output = ''
  server.stderr?.on('data', (chunk) => (output = (output + chunk).slice(-2000)))
  const number = await new Promise((resolve) => {
    let text = ''
    const timer = setTimeout(() => resolve(undefined), START_MS)
    const settle = (/** @type {string | undefined} */ value) => {
      clearTimeout(timer)
      resolve(value)
    }
    server.stdio[3]?.on('data', (chunk) => {
      text += chunk
      if (text.includes('\n')) settle(text.trim())
    })
    server.on('error', () => settle(undefined))
    server.on('exit', () => settle(undefined))
  })
  if (number === undefined) {
    stop()
    throw new SetupError(
      'the virtual screen (Xvfb) does not start',
      'set DISPLAY to a screen, or see what it says above',
      output,
    )
  }
  server.unref()
  for (const stream of [server.stderr, server.stdio[3]]) {
    if (stream && 'unref' in stream && typeof stream.unref === 'function') stream.unref()
  }
  const environment = { DISPLAY: `:${number}`, XAUTHORITY: authority, WAYLAND_DISPLAY: undefined }
  return { environment, stop }
}

/**
 * @param {string} executable Electron
 * @returns {{ arguments: string[], reason: string | undefined }} switches, and a line to say
 */
export function chooseChromiumSwitches(executable) {
  if (process.platform !== 'linux') return { arguments: [], reason: undefined }
  const isRoot = process.getuid?.() === 0
  const choice = chooseSandbox({
    isRoot,
    hasUserNamespaces: isRoot || spawnSync('unshare', ['--user', 'true']).status === 0,
    hasSetuidHelper: isSetuidHelper(path.join(path.dirname(executable), 'chrome-sandbox')),
  })
  // Containers give /dev/shm 64 MB, in which a renderer with large tensors dies.
  const { bavail, bsize } = statDisk('/dev/shm')
  const isSmall = bavail * bsize < 512e6
  return {
    ...choice,
    arguments: [...choice.arguments, ...(isSmall ? ['--disable-dev-shm-usage'] : [])],
  }
}

/** @param {string} folder */
function statDisk(folder) {
  try {
    return fs.statfsSync(folder)
  } catch {
    return { bavail: 0, bsize: 0 }
  }
}

/** @param {string} file */
function isSetuidHelper(file) {
  const stat = fs.statSync(file, { throwIfNoEntry: false })
  return stat !== undefined && stat.uid === 0 && (stat.mode & 0o4000) !== 0
}
