import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { say } from './harness/report'

/** The version that the comparison is made with. */
export const PYTORCH_VERSION = '2.13.0'

/**
 * Path of a Python that has PyTorch, which is installed on first use into the user's cache; null,
 * after one line that says why, where it can't be had.
 */
export function preparePytorch(): string | null {
  const folder = join(cacheFolder(), `bench-pytorch-${PYTORCH_VERSION}`)
  const isWindows = process.platform === 'win32'
  const python = join(folder, isWindows ? 'Scripts/python.exe' : 'bin/python')
  const finished = join(folder, 'finished')
  if (existsSync(finished)) return python

  say(`Installing PyTorch ${PYTORCH_VERSION} for the comparison (once, into the user's cache) ...`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const fault =
    runQuietly(isWindows ? 'python' : 'python3', ['-m', 'venv', folder]) ??
    runQuietly(python, [
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'],
      `torch==${PYTORCH_VERSION}`,
    ]) ??
    runQuietly(python, ['-c', 'import torch'])
  if (fault !== null) {
    rmSync(folder, { recursive: true, force: true })
    say(`PyTorch can't be installed, the lab is timed alone: ${fault}`)
    return null
  }
  writeFileSync(finished, '')
  return python
}

/** Runs a program to its end; null when it succeeded, else its last line. */
function runQuietly(program: string, args: readonly string[]): string | null {
  const { status, error, stderr, stdout } = spawnSync(program, args, { encoding: 'utf8' })
  if (error !== undefined) return error.message
  if (status === 0) return null
  const lines = `${stdout}\n${stderr}`.trim().split('\n')
  return lines[lines.length - 1] ?? `${program} ended with ${status}`
}

/** The set-up's per-user cache (scripts/setup/cache.mjs). */
function cacheFolder(): string {
  const named = process.env.XDG_CACHE_HOME ?? ''
  const base = named === '' ? join(homedir(), '.cache') : named
  return resolve(base, 'vgg-lab')
}

/** What PyTorch's side says of itself. */
export interface PytorchFacts {
  readonly version: string
  readonly threads: number
  readonly device: string
}
