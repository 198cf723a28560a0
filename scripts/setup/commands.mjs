import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

/**
 * @typedef {object} Outcome
 * @property {number | null} code exit status; null where it was killed or could not start
 * @property {string} output the last 64 KiB of both its streams
 * @property {boolean} isMissing the program does not exist
 * @property {boolean} isStalled it was ended because nothing moved for `stallMs`
 */

/** Children that are still running: an interrupted set-up must not leave them behind. */
const children = new Set()
process.on('exit', () => {
  for (const child of children) child.kill('SIGTERM')
})

/**
 * Runs a program to its end without a shell.
 * @param {string} program
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {number} [options.stallMs] ended when it says nothing and writes nothing for so long
 * @param {string} [options.watch] folder whose growth counts as a sign of life
 * @param {(bytes: number) => void} [options.onBytes] called with the size of that folder
 * @param {(line: string) => void} [options.onLine] each line of its output
 * @returns {Promise<Outcome>}
 */
export function runCommand(program, args, options = {}) {
  const { cwd, env = process.env, stallMs, watch, onBytes, onLine } = options
  return new Promise((resolve) => {
    let output = ''
    let isStalled = false
    let lastSignMs = Date.now()
    let lastBytes = -1
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // npm is a batch file on Windows.
      shell: process.platform === 'win32' && !program.endsWith('.exe'),
    })
    children.add(child)
    const hear = (/** @type {Buffer} */ chunk) => {
      lastSignMs = Date.now()
      const text = chunk.toString()
      output = (output + text).slice(-65_536)
      if (onLine) for (const line of text.split(/[\r\n]+/)) if (line.trim()) onLine(line.trim())
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    const timer = setInterval(() => {
      if (watch !== undefined) {
        const bytes = measureFolder(watch)
        if (bytes !== lastBytes) lastSignMs = Date.now()
        lastBytes = bytes
        onBytes?.(bytes)
      }
      if (stallMs !== undefined && Date.now() - lastSignMs > stallMs) {
        isStalled = true
        child.kill('SIGKILL')
      }
    }, 250)
    const end = (/** @type {number | null} */ code, isMissing = false) => {
      clearInterval(timer)
      children.delete(child)
      resolve({ code, output, isMissing, isStalled })
    }
    child.on('error', (error) => {
      output += error.message
      end(null, /** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT')
    })
    child.on('close', (code) => end(code))
  })
}

/**
 * @param {string} folder
 * @returns {number} bytes of all files in it, 0 where it is not there
 */
export function measureFolder(folder) {
  let bytes = 0
  try {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      const full = path.join(folder, entry.name)
      if (entry.isDirectory()) bytes += measureFolder(full)
      else if (entry.isFile()) bytes += fs.statSync(full).size
    }
  } catch {
    // A file that went away while it was being measured.
  }
  return bytes
}

/**
 * @param {string[]} names
 * @returns {string | undefined} the first of these programs that is on PATH
 */
export function findProgram(...names) {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : ['']
  for (const name of names) {
    if (path.isAbsolute(name) && fs.existsSync(name)) return name
    for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
      for (const suffix of suffixes) {
        const full = path.join(folder, name + suffix)
        if (folder !== '' && fs.existsSync(full)) return full
      }
    }
  }
  return undefined
}
