import { spawn } from 'node:child_process'
import { join } from 'node:path'

/**
 * Hands over to the benchmark harness, which is no part of the lab's own programs (docs/benchmarks.md).
 * @param args - as `npm run bench --` takes them
 * @returns its exit code
 */
export function bench(args: readonly string[], projectFolder: string): Promise<number> {
  const launcher = join(projectFolder, 'scripts', 'bench.mjs')
  const harness = spawn(process.execPath, [launcher, ...args], { stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    harness.on('error', reject)
    harness.on('exit', (code) => resolve(code ?? 1))
  })
}
