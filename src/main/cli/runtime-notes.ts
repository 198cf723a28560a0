import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { version } from '../../../package.json'

/** What the set-up wrote down about the runtimes; see `scripts/setup/runtime.mjs`. */
export interface RuntimeNotes {
  readonly tensorflow?: { readonly kind: string; readonly version: string; readonly path: string }
  readonly electron?: { readonly version: string; readonly source: string; readonly path: string }
}

/** Reads the set-up's notes; empty where there are none. */
export function readRuntimeNotes(projectFolder: string): RuntimeNotes {
  try {
    const file = join(projectFolder, 'node_modules', '.vgg-lab', 'runtime.json')
    return JSON.parse(readFileSync(file, 'utf8')) as RuntimeNotes
  } catch {
    return {}
  }
}

/** `vgg-lab --version`: the lab and its commit, and what it runs on, a line each. */
export function describeVersions(projectFolder: string): string {
  const { tensorflow, electron } = readRuntimeNotes(projectFolder)
  const commit = findCommit(projectFolder)
  const lines = [
    `vgg-lab ${version}${commit === null ? '' : `, commit ${commit}`}`,
    `TensorFlow ${tensorflow === undefined ? 'not set up' : `${tensorflow.version} (${tensorflow.kind})`}`,
    `Electron ${electron?.version ?? 'not set up'}`,
    `Node ${process.versions.node}`,
  ]
  return `${lines.join('\n')}\n`
}

/** `7159923`, or `7159923-dirty` with changes of one's own; null outside a clone. */
function findCommit(projectFolder: string): string | null {
  // A repository further up is not the lab's.
  if (!existsSync(join(projectFolder, '.git'))) return null
  try {
    const args = ['-C', projectFolder, 'describe', '--always', '--dirty', '--exclude=*']
    return execFileSync('git', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return null
  }
}
