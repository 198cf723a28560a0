import { spawn } from 'node:child_process'
import { resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')

/** The command line as a shell would call it. */
export const COMMAND = `"${process.execPath}" "${resolve(ROOT, 'scripts/vgg-lab.mjs')}"`

/** What a command left. */
export interface CommandResult {
  readonly exitCode: number | null
  readonly out: string
  readonly err: string
}

/** Runs the built command line as a user's shell would. */
export function runCommand(folder: string, ...args: string[]): Promise<CommandResult> {
  return new Promise((done, reject) => {
    const child = spawn(process.execPath, [resolve(ROOT, 'scripts/vgg-lab.mjs'), ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    child.on('error', reject)
    child.on('close', (exitCode) => done({ exitCode, out, err }))
  })
}

/**
 * Runs a command with `--json` that must succeed without a word on standard error, and reads its document.
 * @throws Error with what it said instead, when it did not.
 */
export async function runForJson<T>(folder: string, ...args: string[]): Promise<T> {
  const { exitCode, out, err } = await runCommand(folder, ...args, '--json')
  if (exitCode !== 0 || err !== '')
    throw new Error(`vgg-lab ${args.join(' ')} ended with ${exitCode}: ${err}`)
  return JSON.parse(out) as T
}
