import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The Node that the engine runs on: in a package its own, beside the program; in development that of
 * the launcher (`scripts/start.mjs`), which names it. Electron's own Node will not do: its malloc is
 * Chromium's, which ends the process at an allocation of 2 GiB.
 */
export function findEngineNode(): string {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const packaged = join(process.resourcesPath, 'node', name)
  return process.env.VGG_LAB_NODE ?? (existsSync(packaged) ? packaged : name)
}
